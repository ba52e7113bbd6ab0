"""Kills its own process when it is imported, as a broken compiled module does."""

import os
import signal

os.kill(os.getpid(), signal.SIGSEGV)
