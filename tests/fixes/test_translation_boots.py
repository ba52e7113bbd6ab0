"""Translated commands, booted: the server answers where the old one would have, through Connexion."""

from __future__ import annotations

import http.client
import os
import shlex
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from connexion_doctor import servers
from connexion_doctor.model import Fix
from tests.fixes.projects import check
from tests.fixes.test_translation import Settings, case
from tests.running import environ, project, running, target

SECONDS = 30

COMMON: Settings = {"workers": 2, "graceful_timeout": 5, "loglevel": "info", "backlog": 64}
# origin, its settings, server; PORT and SOCKET are put in
BOOTED: list[tuple[str, Settings, str]] = [
    (
        "gunicorn",
        {**COMMON, "bind": ["127.0.0.1:PORT"], "keepalive": 3, "forwarded_allow_ips": ["*"]},
        "uvicorn",
    ),
    ("gunicorn", {**COMMON, "bind": ["unix:SOCKET"], "accesslog": "-", "max_requests": 100}, "uvicorn"),
    ("gunicorn", {**COMMON, "bind": ["127.0.0.1:PORT"], "keepalive": 3, "accesslog": "-"}, "hypercorn"),
    ("gunicorn", {**COMMON, "bind": ["unix:SOCKET"], "errorlog": "-", "max_requests": 100}, "hypercorn"),
    ("gunicorn", {"bind": ["127.0.0.1:PORT"], "workers": 2, "loglevel": "info"}, "granian"),
    (
        "uvicorn",
        {"host": "127.0.0.1", "port": "PORT", "workers": 2, "timeout_keep_alive": 3, "access_log": True},
        "gunicorn",
    ),
    ("uvicorn", {"uds": "SOCKET", "log_level": "trace", "forwarded_allow_ips": "*"}, "gunicorn"),
    (
        "hypercorn",
        {"bind": ["127.0.0.1:PORT"], "workers": 2, "keep_alive_timeout": 3.0, "loglevel": "INFO"},
        "uvicorn",
    ),
    ("hypercorn", {"bind": ["unix:SOCKET"], "graceful_timeout": 5.0, "backlog": 64}, "uvicorn"),
]  # fmt: skip


@pytest.mark.truth
@pytest.mark.parametrize(("origin", "settings", "to"), BOOTED)
def test_it_answers(tmp_path: Path, origin: str, settings: Settings, to: str) -> None:
    root = project(tmp_path)
    port, path = free_port(), str(tmp_path / "s")
    given = {name: _put(value, port, path) for name, value in settings.items()}
    words, _ = servers.get(to).start(servers.get(origin).neutral(case(origin, given)), "app:app")
    if to == "gunicorn":  # Connexion 3 wants an ASGI worker, which is no setting of another server
        words[1:1] = ["-k", "uvicorn_worker.UvicornWorker", "--no-control-socket"]
    with scripted(root, shlex.join(words)):
        assert answer(port if "SOCKET" not in str(settings) else path) == 200


# What stands in a start script, and the variables it runs with
SCRIPTS = {
    "a port that only the platform knows": 'exec waitress-serve --listen="127.0.0.1:$PORT" app:app\n',
    "a default of the shell": "exec waitress-serve --host=127.0.0.1 --port=${PORT:-1} ${APP-app:app}\n",
    "the output of a command": "exec waitress-serve --host=$(echo 127.0.0.1) --port=`echo $PORT` app:app\n",
}


@pytest.mark.truth
@pytest.mark.parametrize("line", SCRIPTS.values(), ids=list(SCRIPTS))
def test_a_start_script_is_carried_over(tmp_path: Path, line: str) -> None:
    root = project(tmp_path)
    (root / "start.sh").write_text(f"#!/bin/sh\n{line}")
    report = check(root, "c3new")
    found: Fix = next(one for one in report.findings if one.code == "CXD101").fixes[0]
    made = _edited(root / "start.sh", found)
    port = free_port()
    with scripted(root, made, PORT=str(port)):
        assert answer(port) == 200


def _edited(path: Path, fix: Fix) -> str:
    from connexion_doctor.fixes import spans

    return spans.apply(path.read_text(), fix.edits)


def _put(value: object, port: int, path: str) -> object:
    if isinstance(value, list):
        return [_put(entry, port, path) for entry in value]
    if value == "PORT":
        return port
    return value.replace("PORT", str(port)).replace("SOCKET", path) if isinstance(value, str) else value


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def scripted(root: Path, script: str, **variables: str) -> Iterator[None]:
    """A shell script with the programs of the environment, in a process group that is ended."""
    bin_folder = str(target("c3new").bin)
    given = environ(PYTHONDONTWRITEBYTECODE="1", **variables)
    given["PATH"] = os.pathsep.join([bin_folder, given["PATH"]])
    with running(["sh", "-c", script], cwd=root, env=given, log=root / "server.log"):
        yield


class Unix(http.client.HTTPConnection):
    """HTTP over a Unix socket, whose path is the host."""

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(self.host)


def answer(where: int | str) -> int:
    """The status of a request that Connexion validates; asked again until something listens."""
    deadline = time.monotonic() + SECONDS
    while True:
        asking: http.client.HTTPConnection = (
            Unix(where)
            if isinstance(where, str)
            else http.client.HTTPConnection("127.0.0.1", where, timeout=5)
        )
        try:
            asking.request("GET", "/v1/hello?name=reader", headers={"Host": "localhost"})
            status = asking.getresponse().status
            asking.close()
            return status
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
