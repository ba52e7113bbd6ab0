"""The same launch, asked about in any form, gets the same verdict: a bare target's row, ``--server``,
``--gunicorn-conf``, a command, a Procfile, a Dockerfile, Compose, the configuration."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.running import diagnose, project

SPECIFICATION = """\
openapi: 3.0.3
info: {title: forms, version: "1"}
servers: [{url: /v1}]
paths:
  /hello/{name}:
    get:
      operationId: handlers.get
      parameters: [{name: name, in: path, required: true, schema: {type: string}}]
      responses: {"200": {description: ok}}
"""
HANDLERS = 'def get(name):\n    return {"hello": name}\n'
APP = 'import connexion\n\napp = connexion.FlaskApp(__name__)\napp.add_api("openapi.yaml")\n'
# Handlers that are imported by name when the stack is built: from the working directory, from a folder that
# the app itself puts on sys.path, and from nowhere.
SHAPES = {
    "handlers beside the app": ({"app.py": APP, "handlers.py": HANDLERS}, "serves"),
    "handlers in a folder the app adds": (
        {
            "app.py": "import sys\n\nsys.path.append('lib')\n" + APP,
            "lib/handlers.py": HANDLERS,
        },
        "serves",
    ),
    "a folder the app puts in front": (
        {
            "app.py": "import sys\n\nsys.path.insert(0, 'lib')\n" + APP,
            "lib/handlers.py": HANDLERS,
        },
        "serves",
    ),
    "no handlers": ({"app.py": APP}, "fails"),
}
FORMS = {
    "target": ({}, ["app:app"], "uvicorn app:app"),
    "server": ({}, ["--server", "uvicorn", "app:app"], None),
    "command": ({}, ["--", "uvicorn", "app:app"], None),
    "module": ({}, ["--", "python", "-m", "uvicorn", "app:app"], None),
    "gunicorn": ({}, ["--", "gunicorn", "-k", "asgi", "app:app"], None),
    "gunicorn-conf": (
        {"gunicorn.conf.py": 'wsgi_app = "app:app"\nworker_class = "asgi"\n'},
        ["--gunicorn-conf", "gunicorn.conf.py"],
        None,
    ),
    "procfile": ({"Procfile": "web: uvicorn app:app --port $PORT\n"}, [], None),
    "dockerfile": (
        {"Dockerfile": 'FROM python:3.12\nWORKDIR /srv\nCOPY . .\nCMD ["uvicorn", "app:app"]\n'},
        [],
        None,
    ),
    "compose": (
        {"compose.yaml": "services:\n  web:\n    image: python:3.12\n    command: uvicorn app:app\n"},
        [],
        None,
    ),
    "configuration": (
        {"pyproject.toml": '[tool.connexion-doctor.launches.web]\ncommand = "uvicorn app:app"\n'},
        ["web"],
        None,
    ),
}


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("form", FORMS)
def test_a_verdict_does_not_depend_on_the_form_of_asking(form: str, shape: str, tmp_path: Path) -> None:
    files, expected = SHAPES[shape]
    more, words, row = FORMS[form]
    folder = project(tmp_path, openapi__yaml=SPECIFICATION)
    for name, text in {**files, **more}.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)
    launches = diagnose("c3new", *words, cwd=folder).report["launches"]
    chosen = [one for one in launches if row is None or one["command"] == row]
    assert [one["verdict"] for one in chosen] == [expected], chosen


def test_a_bare_target_tells_every_server_the_same(tmp_path: Path) -> None:
    """Nine candidates share one import of the app; what each puts on ``sys.path`` stays its own."""
    files, _ = SHAPES["handlers beside the app"]
    folder = project(tmp_path, app__py=files["app.py"], openapi__yaml=SPECIFICATION, handlers__py=HANDLERS)
    launches = diagnose("c3new", "app:app", cwd=folder).report["launches"]
    calls = {one["command"]: (one["calls"], one["verdict"]) for one in launches}
    wrong = {
        command: verdict
        for command, (interface, verdict) in calls.items()
        if verdict != ("serves" if interface == "asgi3" else "fails")
    }
    assert len(calls) > 3
    assert not wrong
