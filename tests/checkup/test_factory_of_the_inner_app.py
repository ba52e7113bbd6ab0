"""A factory that returns the Flask app inside is edited to return the Connexion app (CXD105)."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from tests.running import SPECIFICATION, diagnose, doctor, project, target

HEAD = """\
import connexion
def hello(name): return {"hello": name}
def create():
    cx = connexion.FlaskApp(__name__, specification_dir=".")
    cx.add_api("openapi.yaml")
"""
COMMANDS = {
    "gunicorn": ("gunicorn", "app:create()"),
    "uvicorn": ("uvicorn", "--factory", "app:create"),
}


@pytest.mark.parametrize("name", COMMANDS)
def test_the_factory_is_edited(tmp_path: Path, name: str) -> None:
    """What has to be changed beside it, the worker, is in the same fix."""
    project(tmp_path, app__py=f"{HEAD}    return cx.app\n")
    fix = diagnose("c3new", "--", *COMMANDS[name], cwd=tmp_path).fix("CXD105")
    assert [edit["path"] for edit in fix["edits"]] == ["app.py"]
    assert ("UvicornWorker" in str(fix["command"])) is (name == "gunicorn")
    doctor("--python", str(target("c3new").python), "--fix", "--", *COMMANDS[name], cwd=tmp_path)
    assert (tmp_path / "app.py").read_text().endswith("    return cx\n")
    command = shlex.split(fix["command"] or " ".join(COMMANDS[name]))
    assert diagnose("c3new", "--", *command, cwd=tmp_path).verdicts == ["serves"]


def test_what_is_made_elsewhere_stays_by_hand(tmp_path: Path) -> None:
    project(tmp_path, app__py=f"{HEAD}    made = [cx]\n    return made[0].app\n")
    assert diagnose("c3new", "--", *COMMANDS["uvicorn"], cwd=tmp_path).fix("CXD105")["edits"] == []


SERVED = {
    # what the served module does with the Connexion app `app` of app.py, and what the treatment serves
    "under a name of its own": ("from app import app as cx\napplication = cx.app\n", "web:cx"),
    "through its module": ("import app\napplication = app.app.app\n", "web:application"),
}


@pytest.mark.parametrize("name", SERVED)
@pytest.mark.parametrize("how", ["read", "loaded"])
def test_the_app_is_served_by_a_name_of_the_module_that_is_served(
    tmp_path: Path, name: str, how: str
) -> None:
    before, served = SERVED[name]
    project(tmp_path, web__py=before)
    options = ["--no-import"] if how == "read" else []
    fix = diagnose("c3new", *options, "--", "gunicorn", "web:application", cwd=tmp_path).fix("CXD105")
    assert shlex.split(fix["command"])[-1] == served


MADE = {
    # what stands in the factory, and what is left of its last lines
    "behind a name": ("    made = cx.app\n    return made\n", "    made = cx.app\n    return cx\n"),
    "on two ways": (
        "    if cx.app.debug:\n        return cx.app\n    return cx.app\n",
        "    if cx.app.debug:\n        return cx\n    return cx\n",
    ),
}


@pytest.mark.parametrize("name", MADE)
def test_a_factory_of_another_module_is_edited_with_its_annotation(tmp_path: Path, name: str) -> None:
    """What is installed from the file that the second step needs is asked for there too."""
    before, after = MADE[name]
    head = f"from flask import Flask\n{HEAD}".replace("def create()", "def create() -> Flask")
    project(
        tmp_path,
        shop__py=f"{head}{before}",
        app__py="from shop import create\n\napplication = create()\n",
        openapi__yaml=SPECIFICATION.replace("app.hello", "shop.hello"),
        requirements__txt="connexion[flask]\ngunicorn\n",
        Dockerfile="FROM python:3.11\nCOPY . /a\nWORKDIR /a\nRUN pip install -r requirements.txt\n"
        'CMD ["gunicorn", "app:application"]\n',
    )
    python = str(target("c3new").python)
    (start,) = diagnose("c3new", cwd=tmp_path).report["launches"]
    treatment = start["treatment"]
    assert (treatment["predicted"], treatment["applicability"]) == ("serves", "unsafe")
    assert "what else calls create() gets the Connexion app" in treatment["costs"][0]
    doctor("--python", python, "--fix", "--unsafe-fixes", cwd=tmp_path)
    edited = (tmp_path / "shop.py").read_text()
    assert "def create() -> connexion.FlaskApp:" in edited
    assert edited.endswith(after)
    assert "uvicorn-worker" in (tmp_path / "requirements.txt").read_text()
    assert diagnose("c3new", cwd=tmp_path).verdicts == ["serves"]
