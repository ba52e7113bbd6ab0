"""A boot tells the server's and Connexion's part from the app's own, and waits for one that is starting."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from connexion_doctor.verify.raised import own_fault
from tests.fixes.projects import check
from tests.running import SPECIFICATION, project

APP = """\
import connexion
def hello(name):
    import socket
    return {{"hello": socket.create_connection(("127.0.0.1", 9), 2) and name}}
app = connexion.{kind}(__name__, specification_dir=".")
app.add_api("openapi.yaml")
"""
ASYNC = APP.replace("def hello", "async def hello")
NEEDS_MORE = APP.replace("def hello(name)", "def hello(name, other)")
FORGETS = APP.replace('{{"hello": socket.create_connection(("127.0.0.1", 9), 2) and name}}', "object()")
PLAIN = SPECIFICATION.replace("{name: name, in: query, required: true", "{name: name, in: query")
SLOW = """\
import asyncio, contextlib, connexion
def hello(name):
    return {"hello": name}
@contextlib.asynccontextmanager
async def lifespan(app):
    await asyncio.sleep(6)
    yield
app = connexion.FlaskApp(__name__, specification_dir=".", lifespan=lifespan)
app.add_api("openapi.yaml")
"""
RAISED = "GET /v1/hello?name=example raised ConnectionRefusedError in app.py:4"
UVICORN, WORKER = "uvicorn app:app", "gunicorn -k uvicorn_worker.UvicornWorker app:app"

# environment, app, command -> what happens, what is said of it, the quoted line of the log
HANDLERS: dict[str, tuple[str, str, str, str, str, str | None]] = {
    "flask": ("c3new", APP.format(kind="FlaskApp"), UVICORN, "serves", f"invalid 400; {RAISED}", None),
    "async": ("c3new", ASYNC.format(kind="AsyncApp"), UVICORN, "serves", f"invalid 400; {RAISED}", None),
    "asgi": ("c3new", APP.format(kind="FlaskApp"), "gunicorn -k asgi app:app", "serves", RAISED, None),
    "2": ("c2new", APP.format(kind="FlaskApp"), "gunicorn app:app", "serves", f"invalid 400; {RAISED}", None),
    "not reached": (
        "c3new",
        NEEDS_MORE.format(kind="FlaskApp"),
        UVICORN,
        "fails",
        "GET /v1/hello?name=example was answered with 500",
        "TypeError: hello() missing 1 required positional argument: 'other'",
    ),
    "Connexion cannot send it": (
        "c3new",
        FORGETS.format(kind="AsyncApp"),
        UVICORN,
        "fails",
        "GET /v1/hello?name=example was answered with 500",
        "TypeError",
    ),
}


def booted(folder: Path, environment: str, command: str, timeout: float = 30.0) -> dict[str, Any]:
    report = check(folder, environment, command=tuple(command.split()), verify=True, timeout=timeout)
    verified: Any = report.judgements[0].verified
    before: dict[str, Any] = verified["before"]
    return before


@pytest.mark.truth
@pytest.mark.parametrize("name", HANDLERS)
def test_the_apps_own_part(tmp_path: Path, name: str) -> None:
    environment, text, command, happened, detail, said = HANDLERS[name]
    before = booted(project(tmp_path, app__py=text), environment, command)
    assert before["happened"] == happened, before
    assert detail in before["detail"]
    assert (said is None and before["said"] is None) or str(said) in str(before["said"])


@pytest.mark.truth
@pytest.mark.parametrize(
    ("command", "timeout", "happened"),
    [
        (UVICORN, 3.0, "unknown"),
        (UVICORN, 30.0, "serves"),
        (WORKER, 3.0, "serves"),
        (WORKER, 30.0, "serves"),
    ],
)
def test_a_server_that_is_starting_is_waited_for(
    tmp_path: Path, command: str, timeout: float, happened: str
) -> None:
    before = booted(project(tmp_path, app__py=SLOW), "c3new", command, timeout)
    assert before["happened"] == happened, before
    assert ("still starting" in before["detail"]) is (happened == "unknown")


HEAD = "Traceback (most recent call last):"
DECORATOR = '  File "/v/site-packages/connexion/decorators/parameter.py", line 87, in wrapper'
CALL = "    return await function(**kwargs)"
HANDLER = '  File "/srv/app.py", line 4, in get'
DRIVER = '  File "/v/site-packages/r.py", line 9, in c'
ENCODER = '  File "/usr/lib/python3.11/json/encoder.py", line 9, in default'
AGAIN = ["", "During handling of the above exception, another exception occurred:", ""]
LOGS: dict[str, tuple[list[str], str | None]] = {
    "the handler": ([HEAD, DECORATOR, CALL, HANDLER, "    x()", "ValueError: x"], "ValueError in app.py:4"),
    "a library behind it": (
        [HEAD, DECORATOR, HANDLER, DRIVER, "redis.exceptions.ConnectionError: Error 111"],
        "ConnectionError in app.py:4",
    ),
    "two, one behind the other": (
        [HEAD, DRIVER, "OSError: no", *AGAIN, HEAD, DECORATOR, HANDLER, "RuntimeError"],
        "RuntimeError in app.py:4",
    ),
    "an installed handler": (
        [HEAD, DECORATOR, DRIVER, "OSError"],
        "OSError in /v/site-packages/r.py:9",
    ),
    "the call itself": ([HEAD, DECORATOR, CALL, "TypeError: get() missing 1 required argument"], None),
    "what it returned": ([HEAD, DECORATOR, CALL, ENCODER, "TypeError: not JSON serializable"], None),
    "before Connexion": ([HEAD, '  File "/srv/middleware.py", line 4, in call', "ValueError: x"], None),
    "nothing": (["INFO:     127.0.0.1 - GET / 500"], None),
}


@pytest.mark.parametrize("name", LOGS)
def test_a_traceback_tells_whose_fault_it_is(name: str) -> None:
    log, told = LOGS[name]
    found = own_fault(log, "/srv")
    assert (found.spoken if found is not None else None) == told
