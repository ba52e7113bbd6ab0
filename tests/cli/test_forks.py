"""Doctors that the tests fork (``tests.forks``) are as those that begin with the start of Python."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

import pytest

from tests import running
from tests.running import doctor, environ, project, target

# what is asked -> the exit code
ASKED = {
    ("--format", "json", "--", "gunicorn", "app:app"): 1,
    ("--", "uvicorn", "app:app"): 0,
    ("--no-import",): 1,
    ("rules",): 0,
    ("--no-such-option",): 2,
    ("--diff", "--facts", "facts.json"): 2,
}


@pytest.mark.parametrize("words", ASKED, ids=" ".join)
def test_they_say_the_same(words: tuple[str, ...], tmp_path: Path) -> None:
    project(tmp_path, Procfile="web: gunicorn app:app\n")
    env = environ(VIRTUAL_ENV=str(target("c3new").folder))
    fresh, fork = (doctor(*words, cwd=tmp_path, env=env, afresh=afresh) for afresh in (True, False))
    assert (fork.code, fork.stdout, fork.complaints) == (fresh.code, fresh.stdout, fresh.complaints)
    assert fork.code == ASKED[words]


def test_one_that_hangs_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "SECONDS", 1.0)
    project(tmp_path, app__py="import time\ntime.sleep(600)\n")
    began = time.monotonic()
    with pytest.raises(subprocess.TimeoutExpired):
        doctor("--python", str(target("c3new").python), "--", "uvicorn", "app:app", cwd=tmp_path)
    assert time.monotonic() - began < running.PATIENCE


SPECIFICATION = running.SPECIFICATION.replace("title: Greetings", "title: &one Greetings").replace(
    "name: name,", "name: &one name,"
)


@pytest.mark.parametrize("filters", ["", "error", "always"])
def test_nobody_is_warned_of_what_libraries_find_odd(filters: str, tmp_path: Path) -> None:
    """Of an anchor that is given twice, and of an odd escape; whatever filters are meant for the app."""
    project(tmp_path, app__py="X = '\\d'\n" + running.APP, openapi__yaml=SPECIFICATION)
    env = environ(PYTHONWARNINGS=filters)
    done = doctor("--no-import", "--format", "json", "--", "gunicorn", "app:app", cwd=tmp_path, env=env)
    assert done.complaints == ""
    assert done.verdicts == ["fails"]
