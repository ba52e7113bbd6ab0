"""A module that ends the process which imports it, and calls that a success."""

import sys

sys.exit(0)
