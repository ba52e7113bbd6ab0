"""A factory that returns the Flask app inside is edited to return the Connexion app (CXD105)."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from tests.running import diagnose, doctor, project, target

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
