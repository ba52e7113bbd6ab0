"""A launch that fails in Connexion 2 code gets the rule that knows the cure, in every form of asking."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.running import APP, diagnose, doctor, project, target

HANDLER = "import connexion\ndef hello(name): return {'hello': name}\n"
ADD = "app.add_api('openapi.yaml')\n"
# app.py -> the target, the rule that is told instead of CXD011 or CXD026
FAULTS = {
    "a keyword on a later line": (
        f"{HANDLER}app = connexion.FlaskApp(\n    __name__,\n    options={{'swagger_ui': False}},\n)\n{ADD}",
        "app:app",
        "CXD420",
    ),
    "an import": (
        f"{HANDLER}from connexion.apps.flask_app import FlaskJSONEncoder\n"
        f"app = connexion.FlaskApp(__name__)\n{ADD}",
        "app:app",
        None,
    ),
    "in a factory": (
        f"{HANDLER}def make():\n    app = connexion.FlaskApp(__name__, options={{'swagger_ui': False}})\n"
        f"    {ADD}    return app\n",
        "app:make()",
        "CXD420",
    ),
}
# app.py -> the general finding stays: the line that raises has another fault
OTHERS = {
    "its own fault": (f"{HANDLER}app = connexion.FlaskApp(__name__)\nint('x')\n", "CXD011"),
    "another fault on the line": (
        f"{HANDLER}app = connexion.FlaskApp(__name__)\n"
        "app.add_api('missing.yaml', options={'swagger_ui': False})\n",
        "CXD011",
    ),
}
WORKER = ("-k", "uvicorn_worker.UvicornWorker")


@pytest.mark.parametrize("form", ["command", "Procfile"])
@pytest.mark.parametrize("name", FAULTS)
def test_the_better_rule_is_told(tmp_path: Path, name: str, form: str) -> None:
    text, called, code = FAULTS[name]
    project(tmp_path, app__py=text)
    asked: tuple[str, ...] = ("--", "gunicorn", *WORKER, called)
    if form == "Procfile":
        (tmp_path / "Procfile").write_text(f"web: gunicorn {WORKER[0]} {WORKER[1]} '{called}'\n")
        asked = ()
    done = diagnose("c3new", *asked, cwd=tmp_path)
    assert done.verdicts == ["fails"]
    assert not {"CXD011", "CXD026"} & set(done.codes)
    migration = [found for found in done.report["findings"] if found["code"].startswith("CXD4")]
    told = [found for found in migration if found["launch"] is not None]
    assert len(told) == 1 and told[0]["severity"] == "error"
    assert code in (None, told[0]["code"])
    if form == "command" and told[0]["fixes"][0]["edits"]:  # the edits are of the app, whoever starts it
        doctor("--python", str(target("c3new").python), "--fix", "--unsafe-fixes", *asked, cwd=tmp_path)
        assert diagnose("c3new", *asked, cwd=tmp_path).verdicts == ["serves"]


@pytest.mark.parametrize("name", OTHERS)
def test_another_fault_is_told_as_it_is(tmp_path: Path, name: str) -> None:
    text, code = OTHERS[name]
    project(tmp_path, app__py=text)
    done = diagnose("c3new", "--", "gunicorn", *WORKER, "app:app", cwd=tmp_path)
    assert code in done.codes
    assert done.verdicts == ["fails"]


def test_a_healthy_launch_is_not_read(tmp_path: Path) -> None:
    project(tmp_path, app__py=APP + "# options=\n", other__py="from connexion.apps import FlaskJSONEncoder\n")
    assert diagnose("c3new", "--", "gunicorn", *WORKER, "app:app", cwd=tmp_path).codes == []
