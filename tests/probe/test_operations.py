"""Operations: names that lead nowhere, coroutines that hold up the event loop, what makes ASGI a need."""

from __future__ import annotations

import concurrent.futures
import http.client
import socket
from pathlib import Path

import pytest

from tests.running import diagnose, project, running, target

UVICORN = ("--", "uvicorn", "app:app")
LIFESPAN = """\
import contextlib
import connexion


def hello(name):
    return {}


@contextlib.asynccontextmanager
async def lifespan(app):
    yield


app = connexion.FlaskApp(__name__, specification_dir=".", lifespan=lifespan)
app.add_api("openapi.yaml")
"""

# --- CXD110: where the operationId stands

SPECIFICATION = """\
openapi: "3.0.3"
info: {title: Greetings, version: "1"}
paths:
  /hello:
    get: {operationId: OPERATION, responses: {"200": {description: A greeting}}}
"""
APP = """\
import connexion
from connexion.resolver import RelativeResolver


class Greetings:
    def hello():
        return {}


app = connexion.FlaskApp(__name__, specification_dir="specs")
app.add_api("openapi.yaml"ARGUMENTS)
"""
RELATIVE = ', resolver=RelativeResolver("app")'
# operationId, further arguments of add_api -> what Connexion looked for, where that is another name
UNRESOLVED = {
    ("app.helo", ""): None,
    ("app.Greetings.helo", ""): None,
    ("app.no.such", ""): None,
    ("no_such_module.hello", ""): None,
    ("helo", RELATIVE): "app.helo",
    ("Greetings.helo", RELATIVE): "app.Greetings.helo",
}


@pytest.mark.parametrize(("operation", "arguments"), UNRESOLVED)
def test_where_the_operation_stands(operation: str, arguments: str, tmp_path: Path) -> None:
    folder = project(tmp_path, app__py=APP.replace("ARGUMENTS", arguments))
    (folder / "specs").mkdir()
    text = SPECIFICATION.replace("OPERATION", operation)
    (folder / "specs" / "openapi.yaml").write_text(text, "utf-8")
    (folder / "specs" / "openapi.old.yaml").write_text(text, "utf-8")  # a copy that nobody adds
    finding = diagnose("c3new", *UVICORN, cwd=folder).finding("CXD110")
    assert f"operationId {operation!r}" in finding["message"]
    place = finding["location"]
    assert (place["path"], place["line"], place["column"]) == ("specs/openapi.yaml", 5, 24)
    assert place["end_column"] - place["column"] == len(operation)
    looked_for = UNRESOLVED[operation, arguments]
    shown = [text for text in finding["evidence"] if text.startswith("Connexion looked for")]
    assert shown == ([f"Connexion looked for {looked_for}"] if looked_for else [])


# --- CXD129: coroutines that block

ASYNC = """\
import asyncio
import time
import time as clock
from subprocess import run
from time import sleep
import requests
import connexion

session = requests.Session()


def plain():
    time.sleep(1)


BODY


app = connexion.AsyncApp(__name__, specification_dir=".")
app.add_api("openapi.yaml")
"""
# the handler ``hello`` -> what it is said to block on
BODIES = {
    "async def hello(name):\n    time.sleep(1)": "time.sleep",
    "async def hello(name):\n    sleep(1)": "time.sleep",
    "async def hello(name):\n    return clock.sleep(1)": "time.sleep",
    "async def hello(name):\n    if name:\n        requests.get(name)": "requests.get",
    "async def hello(name):\n    return session.get(name).json()": "requests.Session.get",
    "async def hello(name):\n    run(['true'])": "subprocess.run",
    "async def hello(name):\n    import urllib.request\n    urllib.request.urlopen(name)": (
        "urllib.request.urlopen"
    ),
    "async def hello(name):\n    import sqlite3\n    sqlite3.connect(name)": "sqlite3.connect",
    "def hello(name):\n    time.sleep(1)": None,
    "async def hello(name):\n    await asyncio.sleep(1)": None,
    "async def hello(name):\n    await asyncio.to_thread(time.sleep, 1)": None,
    "async def hello(name):\n    await asyncio.to_thread(lambda: time.sleep(1))": None,
    "async def hello(name):\n    def work():\n        sleep(1)\n    await asyncio.to_thread(work)": None,
    "async def hello(name, sleep=asyncio.sleep):\n    await sleep(1)": None,
    "async def hello(name):\n    from asyncio import sleep\n    await sleep(1)": None,
    "async def hello(name):\n    time.sleep(0)": None,
}


@pytest.mark.parametrize("body", BODIES)
def test_blocking(body: str, tmp_path: Path) -> None:
    done = diagnose("c3new", *UVICORN, cwd=project(tmp_path, app__py=ASYNC.replace("BODY", body)))
    said = [f["message"].split()[0].strip("`") for f in done.report["findings"] if f["code"] == "CXD129"]
    assert said == ([BODIES[body]] if BODIES[body] else [])
    assert done.verdicts == ["serves"]


def test_a_flask_app_has_threads(tmp_path: Path) -> None:
    body = "async def hello(name):\n    time.sleep(1)"
    app = ASYNC.replace("BODY", body).replace("AsyncApp", "FlaskApp")
    assert diagnose("c3new", *UVICORN, cwd=project(tmp_path, app__py=app)).codes == ["CXD127"]


COUNTING = """\
import asyncio
import time
import connexion

inside = most = 0


DEF hello(name):
    global inside, most
    inside += 1
    most = max(most, inside)
    time.sleep(0.3)
    inside -= 1
    return {"most": most}


app = connexion.AsyncApp(__name__, specification_dir=".")
app.add_api("openapi.yaml")
"""


@pytest.mark.truth
@pytest.mark.parametrize(("kind", "alone"), [("async def", True), ("def", False)])
def test_on_a_running_server(kind: str, alone: bool, tmp_path: Path) -> None:
    """How many requests are in the handler at once, and what is said of it."""
    folder = project(tmp_path, app__py=COUNTING.replace("DEF", kind))
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(64)
        port = listening.getsockname()[1]
        words = [str(target("c3new").bin / "uvicorn"), "--fd", str(listening.fileno()), "app:app"]
        given = [listening.fileno()]
        with (
            running(words, cwd=folder, log=folder / "log", pass_fds=given),
            concurrent.futures.ThreadPoolExecutor(4) as pool,
        ):
            most = max(pool.map(_most, [port] * 8))
    codes = diagnose("c3new", *UVICORN, cwd=folder).codes
    assert (most == 1, codes) == (alone, ["CXD129"] if alone else [])


def _most(port: int) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", "/v1/hello?name=abc")
    return int(connection.getresponse().read().split(b":")[1].strip(b" }\n"))


# --- the need for ASGI decides which fix is recommended


@pytest.mark.parametrize("needs", [True, False])
def test_uwsgi_is_kept_only_where_nothing_needs_asgi(needs: bool, tmp_path: Path) -> None:
    app = LIFESPAN if needs else LIFESPAN.replace(", lifespan=lifespan", "")
    words = ["--", "uwsgi", "--http-socket", ":9090", "--module", "app:app"]
    done = diagnose("c3uwsgi", *words, cwd=project(tmp_path, app__py=app))
    fix = done.fix("CXD101")
    assert ("because the app needs ASGI: a lifespan handler" in fix["title"]) is needs
    assert (fix["command"] or "").startswith("uvicorn" if needs else "uwsgi")
    adapter = next(fix for fix in done.finding("CXD101")["fixes"] if "a2wsgi" in fix["title"])
    assert any("no way to stay" in cost for cost in adapter["costs"]) is needs
