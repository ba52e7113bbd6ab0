"""The folder of a run, while other runs make theirs and clear away what killed ones left."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.running import PACKAGE, PACKAGES, environ

RUNS = """\
from connexion_doctor.processes import scratch_folder
for _ in range(200):
    scratch_folder.new("probe")
    assert scratch_folder._State.lock is not None
    scratch_folder.remove_all()
"""


def test_no_run_clears_away_the_folder_of_another_that_just_began(tmp_path: Path) -> None:
    environ = {**os.environ, "TMPDIR": str(tmp_path), "PYTHONPATH": str(PACKAGE.parent)}
    runs = [
        subprocess.Popen([sys.executable, "-c", RUNS], env=environ, stderr=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    assert [run.communicate(timeout=60)[1] for run in runs] == [""] * len(runs)
    assert list(tmp_path.iterdir()) == []


MADE = """\
import os, sys
from connexion_doctor.processes import scratch_folder
path = scratch_folder.for_the_user("upgrade")
(path / "copy").write_text("text")
if sys.argv[1] == "whole":
    scratch_folder.keep(path)
if sys.argv[1] == "killed":
    os.kill(os.getpid(), 9)
if sys.argv[1] == "fails":
    raise SystemExit(3)
"""


@pytest.mark.parametrize(("how", "left"), [("whole", ["copy"]), ("fails", None), ("killed", None)])
def test_what_is_for_the_user_stays_where_it_is_whole(
    tmp_path: Path, how: str, left: list[str] | None
) -> None:
    environ = {**os.environ, "TMPDIR": str(tmp_path), "PYTHONPATH": str(PACKAGE.parent)}
    for script, word in ((MADE, how), (RUNS.replace("200", "1"), "the next run")):
        subprocess.run([sys.executable, "-c", script, word], env=environ, check=False)
    assert [sorted(one.name for one in path.iterdir()) for path in tmp_path.iterdir()] == (
        [left] if left is not None else []
    )


LATE = """\
import threading
from connexion_doctor.processes import scratch_folder
said = []
def work():
    try:
        scratch_folder.new("probe")
    except scratch_folder.NoFolder as exc:
        said.append(exc.strerror)
scratch_folder.new("probe")
scratch_folder.remove_all()
thread = threading.Thread(target=work)
thread.start()
thread.join()
print(said)
"""


def test_a_thread_that_works_on_makes_no_folder_when_the_run_is_over(tmp_path: Path) -> None:
    environ = {**os.environ, "TMPDIR": str(tmp_path), "PYTHONPATH": str(PACKAGE.parent)}
    done = subprocess.run(
        [sys.executable, "-c", LATE], env=environ, capture_output=True, text=True, check=True
    )
    assert "the run is over" in done.stdout
    assert list(tmp_path.iterdir()) == []


AGAIN = """\
import os
from connexion_doctor.processes import scratch_folder
from connexion_doctor.processes.scratch_folder import remove

def stopped(path):
    scratch_folder.remove = remove
    scratch_folder.remove_all()
    os._exit(0)

for folder in (scratch_folder.for_the_user("upgrade"), scratch_folder.new("x")):
    (folder / "file").write_text("")
scratch_folder.remove = stopped
scratch_folder.remove_all()
"""


def test_a_second_signal_while_it_removes_what_is_left(tmp_path: Path) -> None:
    env = environ(TMPDIR=str(tmp_path), PYTHONPATH=str(PACKAGES))
    subprocess.run([sys.executable, "-c", AGAIN], env=env, check=True)
    assert list(tmp_path.iterdir()) == []
