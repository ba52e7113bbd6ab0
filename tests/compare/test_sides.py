"""The two sides: the files of a commit, and what a start may be called."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from connexion_doctor.compare import run
from connexion_doctor.compare.sides import NotCompared, Wanted, checked_out, examined
from connexion_doctor.model.errors import UsageError
from tests.compare.comparing import APPS, THREE
from tests.environments import environment


def project(folder: Path) -> Path:
    made = folder / "project"
    shutil.copytree(APPS / "browser", made)
    (made / "Procfile").write_text("# starts\nweb: uvicorn app:app\nother: uvicorn wants:app\n")
    return made


def test_the_files_of_a_commit(tmp_path: Path) -> None:
    root = project(tmp_path)
    git = ("git", "-c", "user.name=a", "-c", "user.email=a@b.example", "-C", str(root))
    for words in (("init", "-q"), ("add", "-A"), ("commit", "-q", "-m", "one"), ("tag", "one")):
        subprocess.run([*git, *words], check=True)
    code = (root / "app.py").read_text()
    (root / "app.py").write_text("changed")
    found = checked_out(root, "one", tmp_path / "before")
    assert (found / "app.py").read_text() == code
    assert (root / "app.py").read_text() == "changed"
    assert not (found / ".git").exists()
    with pytest.raises(UsageError, match=r"^--before-ref two: .*"):
        checked_out(root, "two", tmp_path / "again")


@pytest.mark.parametrize("start", ["Procfile:web", "Procfile:2", "uvicorn app:app"])
def test_a_start_by_its_name_by_its_line_and_as_it_is_typed(tmp_path: Path, start: str) -> None:
    root = project(tmp_path)
    made = examined(Wanted("after", start, root, str(environment(THREE[0]).python)))
    assert (made.command, made.connexion) == ("uvicorn app:app", 3)
    assert "connexion 3.3.0" in made.versions


@pytest.mark.parametrize(
    ("start", "error", "said"),
    [
        ("'unclosed", UsageError, "cannot be read"),
        ("", UsageError, "is a command in quotes"),
        ("Procfile:worker", UsageError, "(there: Procfile:web, Procfile:other)"),
        ("uvicorn bare:app", NotCompared, "has no specification"),
        ("Procfile:other", NotCompared, "KeyError: 'SHOP'. Give the doctor the variable"),
        (
            "uvicorn wants:app",
            NotCompared,
            "variable SHOP, which is not set here. Give the doctor the variable",
        ),
    ],
)
def test_what_is_no_side(tmp_path: Path, start: str, error: type[Exception], said: str) -> None:
    root = project(tmp_path)
    (root / "bare.py").write_text("import connexion\n\napp = connexion.FlaskApp(__name__)\n")
    (root / "wants.py").write_text("import os\n\nfrom app import app\n\nos.environ['SHOP']\n")
    with pytest.raises(error) as caught:
        examined(Wanted("after", start, root, str(environment(THREE[0]).python)))
    assert said in str(caught.value)


def test_where_no_request_is_left_it_is_said_why(tmp_path: Path) -> None:
    made = examined(Wanted("after", "uvicorn app:app", project(tmp_path), str(environment(THREE[0]).python)))
    with pytest.raises(NotCompared, match=r"^No request is left to ask: see --operations and --exclude-"):
        run.chosen(made, made, run.Options(exclude=("*",)))
    for options, said in (
        (run.Options(operations=("get /*", "GET /nowhere")), "--operations 'GET /nowhere' fits no operation"),
        (run.Options(exclude=("/nowhere",)), "--exclude-operations '/nowhere' fits no operation: there are "),
    ):
        with pytest.raises(UsageError) as caught:
            run.chosen(made, made, options)
        assert said in str(caught.value)
