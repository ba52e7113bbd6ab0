"""A project may own modules called like ours and like what we import: neither stands in the other's way."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.running import APP, environ, project, target

THEIRS = ("doctor", "click", "connexion_doctor", "packaging", "json", "dataclasses")
PROGRAM = Path(sys.executable).with_name("connexion-doctor")
STARTS = {
    "command": [str(PROGRAM)],
    # ``python -m`` looks for the module in the working directory first: nothing can be done about that name.
    "module": [sys.executable, "-m", "connexion_doctor"],
}


@pytest.mark.parametrize("pythonpath", ["", "."])
@pytest.mark.parametrize("start", STARTS)
def test_modules_of_the_project_are_its_own(start: str, pythonpath: str, tmp_path: Path) -> None:
    if not PROGRAM.is_file():
        pytest.skip("the doctor is not installed beside this interpreter")
    folder = project(tmp_path, app__py="import doctor\nassert doctor.OWN\n" + APP)
    for name in THEIRS:
        own = "OWN = 1\n" if name == "doctor" else "raise SystemExit('the module of the project')\n"
        if not (start == "module" and name == "connexion_doctor"):
            (folder / f"{name}.py").write_text(own)
    if pythonpath:  # the app itself would be stopped by these
        for name in ("json", "dataclasses", "packaging", "click"):
            (folder / f"{name}.py").unlink()
        (folder / "click.py").write_text("from click_of_the_project import *\n")
    done = subprocess.run(
        [*STARTS[start], "--python", str(target("c3new").python), "--no-import", "--", "uvicorn", "app:app"],
        cwd=folder,
        env=environ(**({"PYTHONPATH": pythonpath} if pythonpath else {})),
        capture_output=True,
        text=True,
        check=False,
    )
    assert "the module of the project" not in done.stderr + done.stdout
    assert "Traceback" not in done.stderr, done.stderr
    assert done.returncode in (0, 1), done.stderr
