"""Work done at the same time, and what a signal makes of it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from connexion_doctor.processes.child import run
from connexion_doctor.processes.together import Job, together
from tests.running import PACKAGES, PATIENCE

# A worker that waits for a process, one that sleeps and looks, one that is blocked where nobody looks.
WORK = """
import os, sys, time
from connexion_doctor.processes import signals, scratch_folder
from connexion_doctor.processes.child import Child
from connexion_doctor.processes.together import together
signals.take()
SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]
def waits():
    with (scratch_folder.folder("test") as folder,
          Child(SLEEP, ".", os.environ, output=folder / "log") as child):
        print(folder, child.pid, flush=True)
        child.wait(60)
def sleeps():
    while True:
        signals.sleep(0.1)
together(waits, {second})
"""


def test_results_come_in_order_and_errors_when_all_are_done() -> None:
    seen = []

    def late() -> str:
        time.sleep(0.1)
        seen.append("late")
        return "late"

    assert together(late, lambda: "soon") == ["late", "soon"]
    with pytest.raises(ZeroDivisionError):
        together(lambda: str(1 / 0), late)
    assert seen == ["late", "late"]


def test_a_job_is_at_its_end_when_its_block_is_left() -> None:
    done = threading.Event()

    def late() -> None:
        time.sleep(0.1)
        done.set()

    with pytest.raises(KeyError), Job(late):
        raise KeyError
    assert done.is_set()


@pytest.mark.parametrize("second", ["sleeps", "lambda: os.read(os.pipe()[0], 1)"])
def test_a_signal_ends_what_threads_have_started(second: str) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", WORK.format(second=second)],
        env={**os.environ, "PYTHONPATH": str(PACKAGES)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None and process.stderr is not None
    folder, pid = process.stdout.readline().split()
    process.send_signal(signal.SIGTERM)
    assert process.wait(PATIENCE / 2) == 128 + signal.SIGTERM  # what was started sleeps longer
    assert process.stderr.read() == ""
    assert not Path(folder).exists()
    assert not Path(f"/proc/{pid}").exists()


def test_ending_one_process_spares_what_another_thread_starts(tmp_path: Path) -> None:
    """On Linux whoever is a child of ours and in no table is ended with those who lost their parents."""
    code = (
        "import os, sys\n"
        "from pathlib import Path\n"
        "from connexion_doctor.processes import descendants\n"
        "from connexion_doctor.processes.child import Child\n"
        "from connexion_doctor.processes.together import together\n"
        "descendants.want()\n"
        "def starts(name):\n"
        "    codes = []\n"
        "    for number in range(12):\n"
        "        with Child(['sleep', '0.01'], '.', os.environ, output=Path(sys.argv[1], name),\n"
        "                   guarded=True) as child:\n"
        "            codes.append(child.wait(20))\n"
        "    return codes\n"
        "print(sorted({code for some in together(lambda: starts('a'), lambda: starts('b'),\n"
        "              lambda: starts('c')) for code in some}))\n"
    )
    environ = {**os.environ, "PYTHONPATH": str(PACKAGES)}
    done = run([sys.executable, "-c", code, str(tmp_path)], str(tmp_path), environ, 60)
    assert (done.code, done.output.strip()) == (0, "[0]")
