"""Ends what a test run leaves behind, however it ends: also when it is killed, and can end nothing itself.

All that a run starts has the variable of its shared folder. A process in a session of its own waits for the
run to end, kills whatever still has that variable (on Linux), and removes the folder.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time

from connexion_doctor.processes.descendants import marked

SECONDS = 5.0


def begin(variable: str, folder: str) -> subprocess.Popen[bytes]:
    """Watch over what this process starts from here on.

    :returns: the process that watches; where its standard input is closed, it goes to work
    """
    command = [sys.executable, __file__, variable, folder]
    env = {name: value for name, value in os.environ.items() if not name.startswith("COV")}  # not measured
    process = subprocess.Popen(command, env=env, stdin=subprocess.PIPE, start_new_session=True)
    os.environ[variable] = folder
    return process


def main() -> None:
    """Wait, and clean up."""
    variable, folder = sys.argv[1:]
    sys.stdin.buffer.read()
    deadline = time.monotonic() + SECONDS
    while (left := list(marked({variable: folder}))) and time.monotonic() < deadline:
        for pid in left:
            with contextlib.suppress(OSError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.02)
    shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
