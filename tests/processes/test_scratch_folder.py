"""The folder of a run, while other runs make theirs and clear away what killed ones left."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.running import PACKAGE

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
