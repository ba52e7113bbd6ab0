"""CXD471: Flask's attributes on the Connexion app, in either Connexion; the real ones are asked."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from connexion_doctor.rules.migration.flask_attributes import OF_FLASK
from tests.environments import environment
from tests.running import diagnose, doctor, project, target

ASK = """
import sys, flask, connexion
made, inner = connexion.FlaskApp("flask"), flask.Flask("flask")
names = sys.argv[1].split()
print(*(one for one in names if hasattr(made, one) or not hasattr(inner, one)))
"""
SETTING = (
    'import connexion\napp = connexion.FlaskApp(__name__)\napp.config["A"] = 1\ndef hello(name): return {}\n'
)
ADDED = 'app.add_api("openapi.yaml")\n'
MINE = "class Mine(connexion.FlaskApp):\n    config = {}\n"
OTHERS = {
    "of Flask": "app.app.config['A'] = 1\n",
    "set by the project": "app.config = {}\napp.config['A'] = 1\n",
    "asked for": "getattr(app, 'config', None)\n",
    "of a class of its own": f"{MINE}mine = Mine(__name__)\nmine.config['A'] = 1\n",
}


@pytest.mark.parametrize("name", ["c3new", "c3old", "c2new", "c2151"])
def test_flask_has_them_and_connexion_has_not(name: str) -> None:
    words = [str(environment(name).python), "-W", "ignore", "-c", ASK, " ".join(sorted(OF_FLASK))]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == ""


@pytest.mark.parametrize(("name", "server"), [("c3new", "uvicorn"), ("c2new", "gunicorn")])
@pytest.mark.parametrize("how", ["read", "loaded"])
def test_the_flask_app_inside_is_asked(tmp_path: Path, name: str, server: str, how: str) -> None:
    project(tmp_path, app__py=SETTING + ADDED)
    asked = (*(["--no-import"] if how == "read" else []), "--", server, "app:app")
    done = diagnose(name, *asked, cwd=tmp_path)
    assert (done.verdicts, done.codes) == (["fails"], ["CXD471"])
    doctor("--python", str(target(name).python), "--fix", *asked, cwd=tmp_path)
    assert (tmp_path / "app.py").read_text() == SETTING.replace("app.config", "app.app.config") + ADDED
    assert diagnose(name, *asked, cwd=tmp_path).verdicts == ["serves"]


MADE = {
    "connexion.AsyncApp": SETTING.replace("FlaskApp", "AsyncApp"),
    "imported": SETTING.replace("import connexion", "from connexion import AsyncApp").replace(
        "connexion.FlaskApp", "AsyncApp"
    ),
}


@pytest.mark.parametrize(
    ("how", "made", "asked_for"),
    [
        ("loaded", "imported", "app.app.config"),
        ("read", "imported", "app.config"),
        ("read", "connexion.AsyncApp", "app.app.config"),
    ],
)
def test_an_async_app_has_no_flask_app(tmp_path: Path, how: str, asked_for: str, made: str) -> None:
    project(tmp_path, app__py=MADE[made].replace("app.config", asked_for) + ADDED)
    asked = (*(["--no-import"] if how == "read" else []), "--", "uvicorn", "app:app")
    done = diagnose("c3new", *asked, cwd=tmp_path)
    assert (done.verdicts, done.codes) == (["fails"], ["CXD471"])
    doctor("--python", str(target("c3new").python), "--fix", "--unsafe-fixes", *asked, cwd=tmp_path)
    after = MADE[made].replace("app.config", "app.app.config").replace("AsyncApp", "FlaskApp")
    assert (tmp_path / "app.py").read_text() == after + ADDED


@pytest.mark.parametrize("name", OTHERS)
def test_what_the_app_has_is_left(tmp_path: Path, name: str) -> None:
    head = SETTING.replace('app.config["A"] = 1\n', OTHERS[name])
    project(tmp_path, app__py=head + ADDED)
    done = diagnose("c3new", "--no-import", "--", "uvicorn", "app:app", cwd=tmp_path)
    assert (done.verdicts, done.codes) == (["serves"], [])
