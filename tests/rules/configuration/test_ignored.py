"""Settings that nothing reads under a worker: said by the doctor, and shown on running servers."""

from __future__ import annotations

import contextlib
import http.client
import shlex
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests import together
from tests.running import Done, diagnose, project, running, target

WORKERS = ("asgi", "uvicorn_worker.UvicornWorker")
UVICORN = f"-k {WORKERS[1]}"

# environment, arguments of gunicorn -> the settings of CXD209, in order
IGNORED = {
    ("c3new", f"{UVICORN} --limit-request-line 1000"): ["limit_request_line"],
    ("c3new", f"{UVICORN} --limit-request-fields 10 --limit-request-field_size 100"): [
        "limit_request_field_size",
        "limit_request_fields",
    ],
    ("c3new", f"{UVICORN} --access-logfile - --access-logformat '%(h)s'"): ["access_log_format"],
    ("c3new", f"{UVICORN} --worker-connections 50"): ["worker_connections"],
    ("c3new", f"{UVICORN} --root-path /x"): ["root_path"],
    ("c3new", f"{UVICORN} --no-sendfile"): ["sendfile"],
    ("c3new", f"{UVICORN} --asgi-lifespan off"): ["asgi_lifespan"],
    ("c3new", "-k uvicorn.workers.UvicornWorker --limit-request-line 1000"): ["limit_request_line"],
    ("c3new", "-k asgi --no-sendfile"): ["sendfile"],
    ("c3new", "-k sync --worker-connections 50"): ["worker_connections"],
    ("c3new", "-k sync --root-path /x"): ["root_path"],
    ("c3new", "-k gevent --threads 4"): ["threads"],
    ("c3mid", "-k sync --keep-alive 5"): ["keepalive"],
    ("c3mid", f"{UVICORN} --limit-request-line 1000"): ["limit_request_line"],
    ("c2g20", "-k sync --keep-alive 5 --worker-connections 50"): ["keepalive", "worker_connections"],
    # What a worker does read is not said to be ignored.
    ("c3new", f"{UVICORN} --keep-alive 5 --max-requests 5 --max-requests-jitter 2 --backlog 5"): [],
    ("c3new", f"{UVICORN} --timeout 5 --graceful-timeout 5 -w 3 --preload --user 1 --umask 7"): [],
    ("c3new", f"{UVICORN} --access-logfile - --error-logfile - --log-level debug -n name -p pid"): [],
    ("c3new", f"{UVICORN} --certfile c --keyfile k --ciphers x --forwarded-allow-ips 10.0.0.1"): [],
    ("c3new", f"{UVICORN} --worker-tmp-dir /tmp --reload --reload-extra-file a --statsd-host a:1"): [],
    ("c3new", f"{UVICORN} --limit-request-line 4094"): [],  # the default, said aloud
    ("c3new", "-k asgi --limit-request-line 1000 --root-path /x --worker-connections 5"): [],
    ("c3new", "-k asgi --asgi-lifespan off --asgi-loop asyncio --access-logformat x --keep-alive 5"): [],
    ("c3new", "-k sync --limit-request-line 1000 --limit-request-fields 5 --access-logformat x"): [],
    ("c3new", "-k gthread --threads 4 --worker-connections 5 --keep-alive 5 --no-sendfile"): [],
    ("c3new", "--threads 4"): [],
    ("c3new", "-k gevent --worker-connections 5 --keep-alive 5 --limit-request-line 1000"): [],
    ("c2g20", "-k gthread --threads 4 --certfile c --keyfile k --ciphers x"): [],
}


def command_of(arguments: str) -> str:
    return f"gunicorn {arguments} app:app"


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], Done]:
    """Every start of both tables, all of an environment in one run."""
    starts = [
        *IGNORED,
        *(("c3new", f"-k {worker} {PROOFS[one].arguments}") for one in PROOFS for worker in WORKERS),
    ]
    found = {}
    for name in dict.fromkeys(name for name, _ in starts):
        arguments = [one for of, one in starts if of == name]
        said = together.ask(name, map(command_of, arguments), project(tmp_path_factory.mktemp(name)))
        found.update({(name, one): said[command_of(one)] for one in arguments})
    return found


def ignored(done: Done) -> list[str]:
    """The settings of CXD209."""
    return [f["message"].split()[0].strip("`") for f in done.report["findings"] if f["code"] == "CXD209"]


@pytest.mark.parametrize(("name", "arguments"), IGNORED)
def test_what_is_ignored(name: str, arguments: str, asked: dict[tuple[str, str], Done]) -> None:
    assert ignored(asked[name, arguments]) == IGNORED[name, arguments]


FILE = f"""\
worker_class = "{UVICORN.split()[1]}"
limit_request_line = 1000  # characters
keepalive = 5


def pre_request(worker, request):
    worker.log.info("%s %s", request.method, worker.cfg.limit_request_fields)


limit_request_fields = 20
"""


def test_settings_of_a_file(tmp_path: Path) -> None:
    """Hooks are settings too, and what a hook reads is read."""
    folder = project(tmp_path, gunicorn__conf__py=FILE)
    done = diagnose("c3new", "--", "gunicorn", "app:app", cwd=folder)
    found = [f for f in done.report["findings"] if f["code"] == "CXD209"]
    assert [f["message"].split()[0].strip("`") for f in found] == ["limit_request_line", "pre_request"]
    line, hook = found
    assert (line["location"]["path"], line["location"]["line"]) == ("gunicorn.conf.py", 2)
    edit = line["fixes"][0]["edits"][0]
    assert (edit["line"], edit["end_line"], edit["replacement"]) == (2, 3, "")
    assert hook["fixes"][0]["applicability"] == "manual"
    assert any("uvicorn_worker" in text for text in line["evidence"])


def test_the_prefix_has_a_way_of_its_own(tmp_path: Path) -> None:
    words = ["gunicorn", *UVICORN.split(), "--root-path", "/x", "app:app"]
    fixes = diagnose("c3new", "--", *words, cwd=project(tmp_path)).finding("CXD209")["fixes"]
    assert 'CONFIG_KWARGS = {**UvicornWorker.CONFIG_KWARGS, "root_path": "/x"}' in fixes[0]["title"]
    assert fixes[1]["command"] == f"gunicorn {UVICORN} app:app"


# --- on running servers --------------------------------------------------------------------------

LONG = "/v1/hello?name=" + "a" * 3000
MANY = {f"x-{number}": "1" for number in range(30)}
FORMAT = "format-of-mine %(h)s"


@dataclass(frozen=True)
class Proof:
    """A request that a worker which reads the setting answers, or logs, another way."""

    arguments: str
    path: str
    headers: dict[str, str]
    read: str  # by gunicorn's own asgi worker
    unread: str  # by uvicorn's


PROOFS = {
    "limit_request_line": Proof("--limit-request-line 1000", LONG, {}, "414", "200"),
    "limit_request_fields": Proof("--limit-request-fields 10", "/v1/hello?name=abc", MANY, "431", "200"),
    "access_log_format": Proof(
        f"--access-logfile - --access-logformat '{FORMAT}'", "/v1/hello?name=abc", {}, "logged", "not logged"
    ),
    "root_path": Proof("--root-path /x", "/x/v1/hello?name=abc", {}, "200", "404"),
}


@contextlib.contextmanager
def serving(arguments: str, folder: Path) -> Iterator[tuple[int, Path]]:
    """gunicorn on a free port of loopback, and its log."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = folder / "log"
    program = str(target("c3new").bin / "gunicorn")
    words = [program, "-w", "1", "-b", f"127.0.0.1:{port}", "--no-control-socket", *shlex.split(arguments)]
    with running([*words, "app:app"], cwd=folder, log=log):
        for _ in range(150):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            time.sleep(0.1)
        yield port, log


@pytest.mark.truth
@pytest.mark.parametrize("worker", WORKERS)
@pytest.mark.parametrize("setting", PROOFS)
def test_on_a_running_server(
    setting: str, worker: str, tmp_path: Path, asked: dict[tuple[str, str], Done]
) -> None:
    proof, folder = PROOFS[setting], project(tmp_path)
    with serving(f"-k {worker} {proof.arguments}", folder) as (port, log):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        connection.request("GET", proof.path, headers=proof.headers)
        response = connection.getresponse()
        response.read()
        connection.close()
        time.sleep(0.3)
        logged = "logged" if "format-of-mine" in log.read_text("utf-8") else "not logged"
    seen = logged if proof.read == "logged" else str(response.status)
    said = ignored(asked["c3new", f"-k {worker} {proof.arguments}"])
    assert (seen, said) == ((proof.read, []) if worker == "asgi" else (proof.unread, [setting]))
