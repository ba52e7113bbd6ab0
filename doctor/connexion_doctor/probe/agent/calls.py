"""The trial call: one GET on a path that no app has, made the way the server makes it.

It runs in a thread of its own with a time limit; all that waiting needs is bound before the app is
imported, because apps patch ``threading`` and ``time`` (gevent does).
"""

from __future__ import annotations

import _thread
import asyncio
import inspect
import io
import sys
from typing import Any, Callable

from . import describe

_start_thread, _allocate = _thread.start_new_thread, _thread.allocate_lock
PATH = "/.well-known/connexion-doctor/trial"
MOST_CHUNKS = 64


def trial(app: Any, calls: str, timeout: float, prefix: str = "") -> dict[str, Any]:
    """Call ``app`` as ``calls`` says; the answer, or what was raised, as data.

    ``prefix`` is put in front of the path: that under which the Connexion app inside is mounted.

    ``outcome``: ``answered`` (a response was begun), ``raised``, ``no-answer`` (it returned without
    a response), ``hung`` (longer than ``timeout`` seconds), ``skipped`` (no way to call it so).
    """
    drive = _DRIVES.get(calls)
    if drive is None:
        return {"calls": calls, "outcome": "skipped", "reason": "unknown interface"}
    result: dict[str, Any] = {"calls": calls, "outcome": "hung", "status": None, "error": None}
    finished = _allocate()
    finished.acquire()

    def run() -> None:
        answer: dict[str, Any] = {}
        try:
            drive(app, answer, prefix + PATH)
            outcome = "answered" if answer.get("status") is not None else "no-answer"
            told = answer.get("error")  # an app may answer 500 and tell why (PEP 3333's exc_info)
            result.update(
                outcome=outcome,
                status=answer.get("status"),
                content_type=answer.get("content_type"),
                error=describe.error(told) if told is not None else None,
            )
        except BaseException as exc:
            result.update(outcome="raised", status=answer.get("status"), error=describe.error(exc))
        finally:
            finished.release()

    _start_thread(run, ())
    finished.acquire(True, timeout)
    return dict(result)


def _wsgi(app: Any, answer: dict[str, Any], path: str) -> None:
    """PEP 3333, "Specification Details"; the environ holds what ``wsgiref.validate`` asks for."""
    environ = {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "RAW_URI": path,
        "REQUEST_URI": path,
        "QUERY_STRING": "",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "REMOTE_PORT": "0",
        "HTTP_HOST": "127.0.0.1",
        "HTTP_ACCEPT": "*/*",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(b""),
        "wsgi.input_terminated": True,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": False,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }

    def start_response(status: str, headers: Any, exc_info: Any = None) -> Callable[[bytes], None]:
        answer["status"] = int(status.split(" ", 1)[0])
        answer["content_type"] = describe.quietly(_content_type, headers, default="")
        if exc_info:
            answer["error"] = exc_info[1]
        return lambda data: None

    body = app(environ, start_response)
    if inspect.iscoroutine(body):
        body.close()
        raise TypeError("'coroutine' object is not iterable")
    try:
        for count, _ in enumerate(body):
            if count >= MOST_CHUNKS:
                break
    finally:
        close = getattr(body, "close", None)
        if close is not None:
            close()


def _content_type(headers: Any) -> str:
    """The media type among response headers, which are text in WSGI and bytes in ASGI."""
    for name, value in headers or ():
        name, value = (
            part.decode("latin-1") if isinstance(part, bytes) else str(part) for part in (name, value)
        )
        if name.lower() == "content-type":
            return str(value).partition(";")[0].strip().lower()
    return ""


def _scope(version: str, path: str) -> dict[str, Any]:
    """An HTTP connection scope (ASGI specification, "HTTP Connection Scope")."""
    return {
        "type": "http",
        "asgi": {"version": version, "spec_version": "2.3"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode("utf-8", "surrogatepass"),
        "query_string": b"",
        "root_path": "",
        "headers": [(b"host", b"127.0.0.1"), (b"accept", b"*/*")],
        "client": ("127.0.0.1", 0),
        "server": ("127.0.0.1", 80),
        "state": {},
        "extensions": {},
    }


async def _conversation(begin: Callable[[Any, Any], Any], answer: dict[str, Any]) -> None:
    over = asyncio.Event()
    messages = [{"type": "http.request", "body": b"", "more_body": False}]

    async def receive() -> dict[str, Any]:
        if messages:
            return messages.pop()
        await over.wait()
        return {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            answer["status"] = int(message["status"])
            answer["content_type"] = describe.quietly(_content_type, message.get("headers"), default="")
        elif message["type"] == "http.response.body" and not message.get("more_body", False):
            over.set()

    await begin(receive, send)


def _run_asgi(begin: Callable[[Any, Any], Any], answer: dict[str, Any]) -> None:
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    loop.run_until_complete(_conversation(begin, answer))


async def within(app: Any, state: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    """The trial call as ASGI 3 in the event loop of an app whose lifespan is up, with the state that its
    startup left; told as ``trial`` tells it."""
    answer: dict[str, Any] = {}
    scope = dict(_scope("3.0", prefix + PATH), state=dict(state))
    told: dict[str, Any] = {"calls": "asgi3", "status": None, "error": None}
    try:
        await _conversation(lambda receive, send: app(scope, receive, send), answer)
        told["outcome"] = "answered" if answer.get("status") is not None else "no-answer"
    except BaseException as exc:
        told.update(outcome="raised", error=describe.error(exc))
    return {**told, "status": answer.get("status"), "content_type": answer.get("content_type")}


def _asgi3(app: Any, answer: dict[str, Any], path: str) -> None:
    _run_asgi(lambda receive, send: app(_scope("3.0", path), receive, send), answer)


def _asgi2(app: Any, answer: dict[str, Any], path: str) -> None:
    instance = app(_scope("2.0", path))
    _run_asgi(lambda receive, send: instance(receive, send), answer)


class _RsgiScope:
    """The part of granian's RSGI scope that an app looks at first."""

    proto, http_version, rsgi_version = "http", "1.1", "1.5"
    server, client, scheme, method, path, query_string = (
        "127.0.0.1:80",
        "127.0.0.1:0",
        "http",
        "GET",
        PATH,
        "",
    )
    headers: dict[str, str] = {}
    authority = None


class _RsgiProtocol:
    """Granian's RSGI HTTP protocol object, as far as a response needs it."""

    def __init__(self, answer: dict[str, Any]) -> None:
        self._answer = answer

    async def __call__(self) -> bytes:
        return b""

    def _respond(self, status: int, *args: Any) -> None:
        self._answer["status"] = status

    response_empty = response_str = response_bytes = response_file = _respond


def _rsgi(app: Any, answer: dict[str, Any], path: str) -> None:
    entry = getattr(app, "__rsgi__", app)
    _run_asgi(lambda receive, send: entry(_RsgiScope(), _RsgiProtocol(answer)), answer)


_DRIVES = {"wsgi": _wsgi, "asgi3": _asgi3, "asgi2": _asgi2, "rsgi": _rsgi}
