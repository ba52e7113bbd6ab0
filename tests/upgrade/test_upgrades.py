"""Whole upgrades: from Connexion 2, as it is installed from the project's own requirements, to a report
without a client that breaks."""

from __future__ import annotations

import json
import shlex
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest

from connexion_doctor.bench import run as benching
from connexion_doctor.compare import run
from connexion_doctor.compare.asked import UNKNOWN_PATH, VALID
from connexion_doctor.compare.credentials import credentials
from connexion_doctor.compare.sides import NO_SPECIFICATION
from connexion_doctor.reporters import hidden
from connexion_doctor.upgrade import difference, document, markdown, text
from connexion_doctor.upgrade.road import Options, Road
from connexion_doctor.upgrade.upgrade import Step, Upgrade
from tests.compare.comparing import THREE, TWO
from tests.environments import environment
from tests.running import PACKAGE

PROJECTS = Path(__file__).with_name("projects")
BARE = """import connexion

cnx = connexion.App(__name__)
app = cnx.app


@app.route("/")
def index():
    return "hi"
"""
HANDLER = """import connexion


def hello():
    return {"hello": "world"}


def answer(error):
    return {"code": "not_found"}, 404


def not_found(error):
    return answer(error)


cnx = connexion.App(__name__)
cnx.add_api("api.yaml")
cnx.add_error_handler(404, not_found)
app = cnx.app
"""
SPECIFICATION = """openapi: 3.0.3
info: {title: hello, version: "1"}
paths:
  /hello:
    get:
      operationId: app.hello
      responses: {"200": {description: ok}}
"""


def walked(name: str, folder: Path, test: str | None = "pytest -q") -> tuple[Upgrade, list[Step]]:
    project = folder / "project"
    shutil.copytree(PROJECTS / name, project)
    told: list[Step] = []
    given = credentials([], "me:right-password" if name == "handmade" else None, [], {})
    options = Options(
        root=project,
        folder=folder / "kept",
        test=test,
        bench=benching.Options((2,), 1, 0.3) if name == "handmade" else None,
        compare=run.Options(credentials=given),
        timeout=60.0,
    )
    return Road(options, told.append, lambda said: None).walk(), told


@pytest.mark.parametrize(("name", "passed", "by_hand"), [("generated", 2, 0), ("handmade", 5, 1)])
def test_an_upgrade_ends_without_a_client_that_breaks(
    tmp_path: Path, name: str, passed: int, by_hand: int
) -> None:
    found, told = walked(name, tmp_path)
    assert [(one.title, one.said) for one in told if one.state != "done"] == []
    assert (found.exit_code, found.breaks, found.stopped) == (0, 0, False)
    assert found.suites is not None
    assert [one.passed for one in found.suites] == [passed, passed]
    assert len(found.tasks) == by_hand
    project = tmp_path / "project"
    assert _same_files(project, PROJECTS / name), "nothing in the project is touched"
    _reports_hold(found)
    if name == "handmade":
        _is_benched(found)
    _goes_there_and_back(project, found, PROJECTS / name)


def _reports_hold(found: Upgrade) -> None:
    schema = json.loads((PACKAGE / "schema" / "upgrade-1.0.json").read_text("utf-8"))
    whole = document.document(found)
    jsonschema.Draft202012Validator(schema).validate(whole)
    part = json.loads((PACKAGE / "schema" / "compare-1.0.json").read_text("utf-8"))
    jsonschema.Draft202012Validator(part).validate(whole["comparison"])
    said = text.render(found)
    lines = [one for one in said.splitlines() if "git apply" not in one]
    assert all(len(line) <= 80 or len(line.split()) == 1 for line in lines)
    assert "No client breaks at " in " ".join(said.split())
    for one in (said, markdown.render(found), json.dumps(whole)):
        assert "right-password" not in one
    plant = found.changes[0].title
    quiet = hidden.without_secrets(found, {"SHOP_TOKEN": plant})
    assert plant in json.dumps(whole)
    assert plant not in json.dumps(document.document(quiet))


def _is_benched(found: Upgrade) -> None:
    """Both sides were loaded, with the credentials, and every report has what came out."""
    assert found.bench is not None
    assert [(one.name, one.at[2].errors) for one in found.bench.starts] == [("before", {}), ("after", {})]
    assert found.steps[-1].title == "Bench both"
    schema = json.loads((PACKAGE / "schema" / "bench-1.0.json").read_text("utf-8"))
    jsonschema.Draft202012Validator(schema).validate(document.document(found)["bench"])
    for said in (text.render(found), markdown.render(found)):
        assert "What it costs or gains" in said
        assert "the load generator" in " ".join(said.lower().split())


def _goes_there_and_back(project: Path, found: Upgrade, original: Path) -> None:
    """What ``--write`` writes is what the patch says, and ``git apply -R`` undoes it."""
    difference.write_back(project, Path(found.copy), found.files)
    assert difference.as_patch(project, Path(found.copy), found.files) == ""
    assert not _same_files(project, original)
    subprocess.run(["git", "init", "-q"], cwd=project, check=True)
    subprocess.run(["git", "apply", "-R", found.patch], cwd=project, check=True)
    assert _same_files(project, original)


def _same_files(one: Path, other: Path) -> bool:
    return all(
        path.read_bytes() == (one / path.relative_to(other)).read_bytes()
        for path in other.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and ".pytest_cache" not in path.parts
    )


def test_what_stops_half_way_says_the_way_on(tmp_path: Path) -> None:
    """No requirements: neither environment can be built; the code is changed all the same."""
    project = tmp_path / "bare"
    shutil.copytree(PROJECTS / "handmade", project)
    for name in ("requirements.txt", "requirements-dev.txt"):
        (project / name).unlink()
    told: list[Step] = []
    options = Options(project, tmp_path / "kept", test="pytest")
    found = Road(options, told.append, lambda said: None).walk()
    assert {one.title: one.said for one in told if one.state == "left out"} == {
        "Boot it as it is today": "there is no environment",
        "Treat and boot every start": "there is no environment",
        "Compare both": "there are no two starts that run",
        "Run the tests on both": "an environment is missing",
    }
    stopped = {one.title: one.way_on for one in told if one.state == "stopped"}
    assert stopped == {
        "Build the environment of today": "Give it: --before-python PATH.",
        "Build the environment of Connexion 3": "Give it: --after-python PATH.",
    }
    assert found.exit_code == 3
    assert any(one.path == "shop.py" for one in found.changes)
    assert "shop.py" in Path(found.patch).read_text()


def given(folder: Path, files: Mapping[str, str]) -> tuple[Upgrade, dict[str, Step]]:
    """A project of these files, in environments that are there already."""
    project = folder / "given"
    project.mkdir()
    for name, content in files.items():
        (project / name).write_text(content)
    before, after = (str(environment(of).python) for of, _ in (TWO, THREE))
    told: list[Step] = []
    options = Options(project, folder / "kept", before_python=before, after_python=after)
    found = Road(options, told.append, lambda said: None).walk()
    return found, {one.title: one for one in told}


def test_without_a_specification_both_are_booted_and_the_way_on_is_said(tmp_path: Path) -> None:
    """An app without an API serves: only the comparison has nothing to go on."""
    found, steps = given(tmp_path, {"app.py": BARE, "Procfile": "web: gunicorn -w 1 app:app\n"})
    assert [name for name, one in steps.items() if one.state != "done"] == ["Compare both"]
    assert steps["Compare both"].said == f"before: gunicorn -w 1 app:app: {NO_SPECIFICATION}"
    assert steps["Compare both"].way_on == "Name the start of an app that has an API."
    assert [one.said.endswith("it boots") for one in steps.values()].count(True) == 2
    assert found.exit_code == 3
    ((name, before, after),) = found.commands
    assert (name, before) == ("Procfile:web", "gunicorn -w 1 app:app")
    assert after.endswith(" app:cnx")


def test_what_answers_some_requests_is_compared(tmp_path: Path) -> None:
    """An error handler of Connexion 2 fails on 3: what is asked beside it is compared all the same."""
    files = {"app.py": HANDLER, "api.yaml": SPECIFICATION, "Procfile": "web: gunicorn -w 1 app:app\n"}
    found, steps = given(tmp_path, files)
    assert [(name, one.said) for name, one in steps.items() if one.state != "done"] == []
    assert [one.code for one in found.tasks] == ["CXD440"]
    assert found.comparison is not None
    statuses = {
        one.request.operation: (one.before.status, one.after.status)
        for one in found.comparison.results
        if one.request.kind in (VALID, UNKNOWN_PATH)
    }
    assert statuses["GET /hello"] == (200, 200)
    assert statuses["the app"] == (404, 500)
    assert found.exit_code == 1


def test_what_undoes_it_can_be_copied(tmp_path: Path) -> None:
    """A command stands on a line of its own, as it is typed, in a folder whose name has to be quoted."""
    patch = str(tmp_path / "it's kept" / "upgrade.patch")
    found = Upgrade("", "", "", patch, (), files=("app.py",))
    Path(patch).parent.mkdir()
    Path(patch).write_text("")
    for one in (found, replace(found, written=True)):
        for said in (text.render(one), markdown.render(one)):
            (line,) = [each.strip() for each in said.splitlines() if "git apply -R" in each]
            assert shlex.split(line) == ["git", "apply", "-R", patch]
    assert "git apply" not in text.render(replace(found, files=()))
