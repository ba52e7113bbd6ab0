"""CXD470: what only Connexion 3 has, under Connexion 2; the real ones are asked."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from connexion_doctor.rules.migration import newer
from tests.environments import environment
from tests.running import diagnose, project

ASK = """
import importlib, inspect, json, sys, warnings
warnings.simplefilter("ignore")
modules, names, methods, constructor, add_api = json.loads(sys.argv[1])
def imports(name):
    try:
        importlib.import_module(name)
    except ModuleNotFoundError:
        return False
    return True
def has(name):
    module, _, attribute = name.rpartition(".")
    return imports(module) and hasattr(importlib.import_module(module), attribute)
from connexion import FlaskApp
def takes(method, name):
    for one in FlaskApp.__mro__:
        found = vars(one).get(method)
        if found is not None and name in inspect.signature(found).parameters:
            return True
    return False
print(json.dumps([
    *filter(imports, modules), *filter(has, names), *(one for one in methods if hasattr(FlaskApp, one)),
    *("__init__ " + one for one in constructor if takes("__init__", one)),
    *("add_api " + one for one in add_api if takes("add_api", one)),
]))
"""
HEAD = "import connexion\n"
HANDLER = "def hello(name): return {}\n"
TRIED = "try:\n    from connexion.middleware import X\nexcept ImportError:\n    X = None\n"
APP = "app = connexion.FlaskApp(__name__{})\n"
ADDED = 'app.add_api("openapi.yaml"{})\n'
# what app.py is, and the line of what raises
TABLE = {
    "a module": (f"from connexion.middleware import MiddlewarePosition\n{HEAD}{APP.format('')}", 1),
    "a module inside one": (f"import connexion.validators.json\n{HEAD}{APP.format('')}", 1),
    "a name": (f"{HEAD}from connexion.options import SwaggerUIOptions\n{APP.format('')}", 2),
    "the app, imported": ("from connexion import AsyncApp\napp = AsyncApp(__name__)\n", 1),
    "the app, as an attribute": (f"{HEAD}app = connexion.AsyncApp(__name__)\n", 2),
    "an argument of the app": (HEAD + APP.format(", lifespan=None"), 2),
    "an argument of add_api": (HEAD + APP.format("") + ADDED.format(", security_map={}"), 3),
    "a method": (f"{HEAD}{APP.format('')}app.add_wsgi_middleware(object)\n", 3),
}
FINE = {
    "what may be missing": HEAD + TRIED + APP.format("") + ADDED.format(""),
    "what both have": HEAD + APP.format(", specification_dir='.'") + ADDED.format(", strict_validation=True"),
}


@pytest.mark.parametrize("name", ["c3new", "c3old", "c2new", "c2151"])
def test_the_tables_are_what_the_connexions_have(name: str) -> None:
    words = [
        sorted(one) for one in (newer.MODULES, newer.NAMES, newer.METHODS, newer.CONSTRUCTOR, newer.ADD_API)
    ]
    done = subprocess.run(
        [str(environment(name).python), "-c", ASK, json.dumps(words)],
        capture_output=True,
        text=True,
        check=True,
    )
    there = json.loads(done.stdout.splitlines()[-1])
    assert len(there) == (sum(map(len, words)) if name.startswith("c3") else 0), there


@pytest.mark.parametrize("name", TABLE)
@pytest.mark.parametrize("how", ["read", "loaded"])
def test_what_raises_is_told_with_what_to_ask_for(tmp_path: Path, name: str, how: str) -> None:
    code, line = TABLE[name]
    project(tmp_path, app__py=HANDLER + code)
    options = ["--no-import"] if how == "read" else []
    done = diagnose("c2new", *options, "--", "gunicorn", "app:app", cwd=tmp_path)
    assert done.verdicts == ["fails"]
    assert [(one["code"], one["location"]["line"]) for one in done.report["findings"]] == [
        ("CXD470", line + 1)
    ]


@pytest.mark.parametrize("name", FINE)
def test_what_connexion_2_takes_is_left(tmp_path: Path, name: str) -> None:
    project(tmp_path, app__py=HANDLER + FINE[name])
    done = diagnose("c2new", "--no-import", "--", "gunicorn", "app:app", cwd=tmp_path)
    assert (done.verdicts, done.codes) == (["serves"], [])


@pytest.mark.parametrize("how", ["read", "loaded"])
def test_where_3_is_asked_for_it_has_to_be_installed_alone(tmp_path: Path, how: str) -> None:
    code, _ = TABLE["a method"]
    project(tmp_path, app__py=HANDLER + code, requirements__txt="connexion[flask]==3.3.0\ngunicorn\n")
    options = ["--no-import"] if how == "read" else []
    done = diagnose("c2new", *options, "--", "gunicorn", "app:app", cwd=tmp_path)
    (one,) = done.report["findings"]
    assert one["code"] == "CXD011"
    assert one["fixes"][0]["title"].startswith("Install the requirements (`pip install -r requirements.txt`)")
