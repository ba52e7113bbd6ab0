"""Apps that answer, or start, without Connexion having its part: wrapped wrongly, beside it, lifespan."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.running import APP, diagnose, project

WRAPPED = """\
import flask
from connexion import ConnexionMiddleware


def hello(name):
    return {"hello": name}


flask_app = flask.Flask(__name__)

app = ConnexionMiddleware(flask_app)
app.add_api("openapi.yaml")
"""


def test_a_wsgi_app_inside(tmp_path: Path) -> None:
    folder = project(tmp_path, app__py=WRAPPED)
    done = diagnose("c3new", "--", "uvicorn", "app:app", cwd=folder)
    assert (done.verdicts, done.codes) == (["fails"], ["CXD120"])
    lines = WRAPPED.splitlines(keepends=True)
    for edit in sorted(done.fix("CXD120")["edits"], key=lambda e: (e["line"], e["column"]), reverse=True):
        line, column, end = edit["line"] - 1, edit["column"] - 1, edit["end_column"] - 1
        lines[line] = lines[line][:column] + edit["replacement"] + lines[line][end:]
    fixed = "".join(lines)
    assert "app = ConnexionMiddleware(WSGIMiddleware(flask_app))\n" in fixed
    (folder / "app.py").write_text(fixed, "utf-8")
    assert diagnose("c3new", "--", "uvicorn", "app:app", cwd=folder).verdicts == ["serves"]


BESIDE = APP + '\nimport flask\nother = flask.Flask("other")\n'
ALONE = 'import flask\napp = flask.Flask("other")\n'
OPAQUE = APP + (
    "\nclass Opaque:\n    async def __call__(self, scope, receive, send):\n"
    "        await app(scope, receive, send)\n\nopaque = Opaque()\n"
)
VERDICTS = {
    "beside": (BESIDE, "gunicorn app:other", "fails", ["CXD121"]),
    "beside, the right one": (BESIDE, "uvicorn app:app", "serves", []),
    "alone": (ALONE, "gunicorn app:app", "unknown", []),
    # Nothing of Connexion in sight but the answer.
    "opaque": (OPAQUE, "uvicorn app:opaque", "serves", []),
}


@pytest.mark.parametrize("name", VERDICTS)
def test_whether_connexion_answers(name: str, tmp_path: Path) -> None:
    app, command, verdict, codes = VERDICTS[name]
    done = diagnose("c3new", "--", *command.split(), cwd=project(tmp_path, app__py=app))
    assert (done.verdicts, done.codes) == ([verdict], codes)


def test_connexion_2_s_flask_app_answers_through_connexion(tmp_path: Path) -> None:
    folder = project(tmp_path, app__py=APP + "\napplication = app.app\n")
    for name in ("c2new", "c2151"):
        assert diagnose(name, "--", "gunicorn", "app", cwd=folder).verdicts == ["serves"]


LIFESPAN = """\
import asyncio
import contextlib
import connexion


def hello(name):
    return {{"hello": name}}


@contextlib.asynccontextmanager
async def lifespan(app):
    print("started")
    {start}
    yield
    print("ended")


app = connexion.AsyncApp(__name__, specification_dir=".", lifespan=lifespan)
app.add_api("openapi.yaml")
"""
WELL, RAISES, HANGS = "pass", 'raise RuntimeError("no database")', "await asyncio.sleep(3600)"
UVICORN, DAPHNE = "uvicorn app:app", "daphne app:app"
OFF = "uvicorn --lifespan off app:app"
GUNICORN = "gunicorn -k asgi app:app"
GUNICORN_OFF = "gunicorn -k asgi --asgi-lifespan off app:app"
UNREAD = "gunicorn -k uvicorn_worker.UvicornWorker --asgi-lifespan off app:app"
LIFESPANS = {
    (WELL, UVICORN): "serves",
    (RAISES, UVICORN): "fails",
    (RAISES, GUNICORN): "fails",
    (RAISES, GUNICORN_OFF): "serves",
    (RAISES, UNREAD): "fails",  # uvicorn's worker does not read that setting
    (RAISES, OFF): "serves",
    (RAISES, "granian --interface asgi app:app"): "fails",
    (RAISES, "granian --interface asginl app:app"): "serves",
    (RAISES, DAPHNE): "serves",
    (HANGS, UVICORN): "fails",
}


@pytest.mark.parametrize(("start", "command"), LIFESPANS)
def test_lifespan_where_it_was_asked_for(start: str, command: str, tmp_path: Path) -> None:
    folder = project(tmp_path, app__py=LIFESPAN.format(start=start))
    done = diagnose("c3new", "--lifespan", "--timeout", "6", "--", *command.split(), cwd=folder)
    verdict = LIFESPANS[start, command]
    assert (done.verdicts, "CXD122" in done.codes) == ([verdict], verdict == "fails")


def test_lifespan_is_left_alone(tmp_path: Path) -> None:
    text = LIFESPAN.format(start="open('ran', 'w')")
    folder = project(tmp_path, app__py=text)
    diagnose("c3new", "--", *UVICORN.split(), cwd=folder)
    assert not (folder / "ran").exists()
    done = diagnose("c3new", "--lifespan", "--", *UVICORN.split(), cwd=folder)
    assert (folder / "ran").exists()
    assert done.verdicts == ["serves"]


NO_CALL = {
    "app:app": "uvicorn app:app",
    "anything": "uvicorn shapes:anything",
}


@pytest.mark.parametrize("name", NO_CALL)
def test_without_a_call_it_is_unknown_and_said_why(name: str, tmp_path: Path) -> None:
    shapes = "from app import app\n\n\ndef anything(*args):\n    return app(*args)\n"
    folder = project(tmp_path, shapes__py=shapes)
    done = diagnose("c3new", "--no-call", "--", *NO_CALL[name].split(), cwd=folder)
    (launch,) = done.report["launches"]
    assert launch["verdict"] == "unknown"
    assert "request" in launch["reason"]
    assert re.search(r"none was made|No test request was made", launch["reason"])
