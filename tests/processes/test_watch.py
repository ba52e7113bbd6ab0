"""A test run that is killed leaves nothing running (``tests.watch``)."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.running import PATIENCE, ROOT, environ
from tests.watch import begin

RUN = """\
import os, subprocess, sys, tempfile
from tests.running import campaign
tempfile.mkdtemp = lambda prefix: sys.argv[1]
campaign()
words = [sys.executable, "-c", "import time; print(1, flush=True); time.sleep(600)"]
server = subprocess.Popen(words, start_new_session=True, stdout=subprocess.PIPE)
server.stdout.read(1)
print(server.pid, flush=True)
os.kill(os.getpid(), int(sys.argv[2]))
sys.stdin.read()
"""


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="processes are found on Linux only")
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_server_ends_with_the_run_that_started_it(number: signal.Signals, tmp_path: Path) -> None:
    folder = tmp_path / "shared"
    folder.mkdir()
    words = [sys.executable, "-c", RUN, str(folder), str(int(number))]
    done = subprocess.run(words, cwd=ROOT, env=environ(), capture_output=True, text=True, check=False)
    assert done.returncode == -number, done.stderr
    deadline = time.monotonic() + PATIENCE
    while (Path("/proc", done.stdout.strip(), "cmdline").exists() or folder.exists()) and (
        time.monotonic() < deadline
    ):
        time.sleep(0.02)
    assert not Path("/proc", done.stdout.strip(), "cmdline").exists()
    assert not folder.exists()


def test_it_ends_with_its_run_when_there_is_nothing_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONNEXION_DOCTOR_TEST_OF_WATCH", "")
    watch = begin("CONNEXION_DOCTOR_TEST_OF_WATCH", str(tmp_path / "shared"))
    watch.communicate(timeout=PATIENCE)
    assert watch.returncode == 0
