"""A factory that returns the Flask app inside is edited to return the Connexion app (CXD105)."""

from __future__ import annotations

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
    project(tmp_path, app__py=f"{HEAD}    return cx.app\n")
    fix = diagnose("c3new", "--", *COMMANDS[name], cwd=tmp_path).fix("CXD105")
    assert [edit["replacement"] for edit in fix["edits"]] == ["cx"]


def test_an_edited_factory_serves(tmp_path: Path) -> None:
    project(tmp_path, app__py=f"{HEAD}    return cx.app\n")
    asked = ("--", *COMMANDS["uvicorn"])
    doctor("--python", str(target("c3new").python), "--fix", *asked, cwd=tmp_path)
    assert diagnose("c3new", *asked, cwd=tmp_path).verdicts == ["serves"]


def test_what_is_made_elsewhere_stays_by_hand(tmp_path: Path) -> None:
    project(tmp_path, app__py=f"{HEAD}    made = [cx]\n    return made[0].app\n")
    assert diagnose("c3new", "--", *COMMANDS["uvicorn"], cwd=tmp_path).fix("CXD105")["edits"] == []
