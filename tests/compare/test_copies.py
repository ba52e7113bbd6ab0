"""``--all-methods``: apps with state are asked in copies of their project, which stays as it is."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from connexion_doctor.compare import generated, run
from connexion_doctor.compare.comparison import Comparison
from connexion_doctor.compare.moving import outside
from connexion_doctor.compare.sides import AFTER, BEFORE, Side, Wanted, examined
from tests.compare.comparing import APPS, THREE, TWO
from tests.environments import environment


def project(folder: Path) -> Path:
    made = folder / "project"
    shutil.copytree(APPS / "state", made)
    return made


def side(name: str, root: Path, start: tuple[str, str], variables: dict[str, str]) -> Side:
    return examined(Wanted(name, start[1], root, str(environment(start[0]).python), variables))


def compared(root: Path, after: Path, start: tuple[str, str], variables: dict[str, str]) -> Comparison:
    generated.available()
    sides = [side(BEFORE, root, start, variables), side(AFTER, after, THREE, variables)]
    return run.compare(sides[0], sides[1], run.Options(all_methods=True), lambda said: None)


def content(root: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in root.iterdir() if path.is_file()}


@pytest.mark.parametrize("database", ["things.db", "{root}/data/things.db"], ids=["relative", "by its path"])
def test_state_is_made_in_the_copies_alone(tmp_path: Path, database: str) -> None:
    root = project(tmp_path)
    (root / "data").mkdir()
    before = content(root)
    found = compared(root, root, TWO, {"DATABASE": database.format(root=root)})
    assert content(root) == before
    assert list((root / "data").iterdir()) == []
    good = {one.request.operation for one in found.results if 200 <= one.before.status < 300}
    assert good >= {"POST /things", "GET /things", "GET /count"}
    last = [one for one in found.results if one.request.why == "the same, after all other requests"]
    asked = [one for one in found.results if one not in last]
    broken = {
        one.request.why for one in asked if any(change.effect.value == "breaks" for change in one.changes)
    }
    assert broken == {"no content type", "JSON as application/vnd.api+json"}, "no handler answers otherwise"
    assert [one.request.operation for one in last] == ["GET /count", "GET /things"]
    assert last[0].before.body.replace(b" ", b"").strip() != b'{"count":1}', "what was posted is counted"


def test_what_requests_leave_behind_is_compared(tmp_path: Path) -> None:
    """AFTER forgets the things of before: only the state tells."""
    root, after = project(tmp_path), tmp_path / "after"
    shutil.copytree(root, after)
    code = (after / "app.py").read_text()
    forgets = code.replace("{**things, number:", "{number:")
    (after / "app.py").write_text(forgets)
    found = compared(root, after, THREE, {})
    told = [one for one in found.differences() if one.change.where == "/count"]
    assert [one.effect.value for one in told] == ["breaks"]


def test_what_a_copy_does_not_hold_is_said(tmp_path: Path) -> None:
    root = project(tmp_path)
    elsewhere = tmp_path / "data"
    elsewhere.mkdir()
    (root / "data").symlink_to(elsewhere)
    (root / "inside").symlink_to(root / "app.py")
    made = side(AFTER, root, THREE, {})
    assert [one.partition(": ")[2] for one in outside(made.judgement, root)] == ["data"]
    (said,) = outside(made.judgement, elsewhere)
    assert said.startswith(f"its code is imported from {root}")


def test_a_start_in_a_copy_names_the_copy(tmp_path: Path) -> None:
    """Its words and variables; not what is left out of copies, and nothing that only looks alike."""
    root, copy = project(tmp_path), tmp_path / "copy"
    (root / ".venv").mkdir()
    shutil.copytree(root, copy, ignore=shutil.ignore_patterns(".venv"))
    variables = {
        "DATABASE": f"sqlite:///{root}/new.db",
        "HERE": str(root),
        "BOTH": f"{root}/app.py:{root}/.venv/bin",
        "ALIKE": f"{root}-2/app.py",
    }
    moved = side(AFTER, root, THREE, variables).inside(copy)
    assert moved.judgement.launch.directory == str(copy)
    assert {name: moved.environ[name] for name in variables} == {
        "DATABASE": f"sqlite:///{copy}/new.db",
        "HERE": str(copy),
        "BOTH": f"{copy}/app.py:{root}/.venv/bin",
        "ALIKE": f"{root}-2/app.py",
    }
    assert moved.environ["PYTHONPATH"].split(os.pathsep)[0] == str(copy)


def test_a_project_that_is_installed_runs_from_its_copy(tmp_path: Path) -> None:
    """The code below ``src``, found by a path of the environment: what lies beside it is of the copy."""
    root = project(tmp_path)
    (root / "src").mkdir()
    for name in ("app.py", "openapi.yaml", "things.json"):
        (root / name).rename(root / "src" / name)
    before = content(root / "src")
    found = compared(root, root, THREE, {"PYTHONPATH": str(root / "src")})
    assert content(root / "src") == before
    assert any(one.before.status == 201 for one in found.results)
    assert found.differences() == ()
