"""Every kind of launch is booted on loopback; nothing of the user's is touched, nothing is left running."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any

import pytest

from connexion_doctor.verify import sentences
from tests.fixes.projects import check, contents
from tests.running import APP, project
from tests.verify.marked import nothing_left_running

__all__ = ["nothing_left_running"]

TRUTH = Path(__file__).parents[1] / "truth" / "apps"

# environment | folder of the truth table | command | what happens; ports are those of nobody's
KINDS = """
c3new   | c3 | python start.py connexion_run 80        | serves
c3new   | c3 | python start.py inner_debug 80          | fails
c3new   | c3 | python start.py uvicorn_run 80          | serves
c3new   | c3 | python start.py uvicorn_workers 80      | serves
c3new   | c3 | python start.py uvicorn_in_a_thread 80  | serves
c3new   | c3 | python start.py uvicorn_in_a_process 80 | serves
c3new   | c3 | python start.py waitress_bridged 80     | serves
c3new   | c3 | python start.py werkzeug_bridged 80     | serves
c3new   | c3 | python start.py wsgiref_bridged 80      | serves
c3new   | c3 | python start.py gevent_serve 80         | fails
c3new   | c3 | python start.py hypercorn_serve 80      | serves
c3new   | c3 | python start.py granian_serve 80        | serves
c3new   | c3 | python start.py gunicorn_asgi 80        | serves
c3new   | c3 | python start.py no_such_way 80          | fails
c3new   | c3 | python -u -W ignore own_main.py 80      | serves
c3new   | c3 | python -I own_main.py 80                | not booted
c3new   | c3 | python -m package 80                    | serves
c3new   | c3 | connexion run openapi.yaml --port 80    | serves
c3new   | c3 | connexion run unresolved.yaml           | fails
c2new   | c2 | connexion run openapi.yaml -w gevent    | serves
c2new   | c2 | flask --app app:application run -p 80   | serves
c2new   | c2 | flask --app app:application --debug run | serves
c2new   | c2 | python start.py connexion_run 80        | serves
c3new   | c3 | flask --app app:application run         | fails
c3new   | c3 | gunicorn -c conf/asgi.py app:app        | serves
c3new   | c3 | uvicorn --uds x.sock app:app            | serves
c3new   | c3 | uvicorn --reload app:app                | serves
c3uwsgi | c3 | uwsgi --http :80 --module bridged:application --lazy-apps --master -p 2 | serves
c3uwsgi | c3 | uwsgi --socket x.sock --daemonize x.log --pidfile x.pid --ini uwsgi/lazy.ini | serves
c3uwsgi | c3 | uwsgi --http-socket :80 --yaml uwsgi/lazy.yaml | serves
c3uwsgi | c3 | uwsgi --http-socket :80 --ini uwsgi/app.ini | fails
c2uwsgi | c2 | uwsgi -s :80 --ini uwsgi/app.ini        | serves
"""


def rows(table: str) -> list[tuple[str, ...]]:
    return [tuple(part.strip() for part in line.split("|")) for line in table.strip().splitlines()]


@pytest.mark.truth
@pytest.mark.parametrize(("environment", "folder", "command", "happens"), rows(KINDS))
def test_every_kind_of_launch(environment: str, folder: str, command: str, happens: str) -> None:
    kept = contents(TRUTH / folder)
    report = check(TRUTH / folder, environment, command=tuple(command.split()), verify=True)
    verified: Any = report.judgements[0].verified
    before = verified["before"]
    assert contents(TRUTH / folder) == kept
    if happens == "not booted":
        assert (before["booted"], before["happened"], verified["after"]) == (False, "unknown", None)
        return
    assert before["booted"]
    assert before["happened"] == happens, verified
    assert verified["agrees"] is True, verified


CONF = """
bind = ["0.0.0.0:80", "unix:{folder}/live.sock"]
daemon = True
pidfile = "{folder}/app.pid"
accesslog = "{folder}/access.log"
errorlog = "{folder}/error.log"
loglevel = "critical"
user = "nobody"
workers = 3
worker_class = "asgi"
"""
FORKS = """
import os, subprocess, time
from app import app
print("x" * 100000)
if __name__ == "__main__":
    if "CONNEXION_DOCTOR_LISTEN" in os.environ:
        subprocess.Popen(["sleep", "300"], start_new_session=True)
        if os.fork() == 0:
            os.setsid()
            time.sleep(300)
    app.run(host="0.0.0.0", port=80)
"""
STARTS = """
import os
os.execvp("gunicorn", ["gunicorn", "app:app"])
"""
METRICS = """
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
import uvicorn
from app import app
if __name__ == "__main__":
    metrics = HTTPServer(("0.0.0.0", 81), BaseHTTPRequestHandler)
    threading.Thread(target=metrics.serve_forever, daemon=True).start()
    uvicorn.run(app, host="0.0.0.0", port=80)
"""
UNIX = """
import uvicorn
from app import app
uvicorn.run(app, uds="live.sock")
"""
BY_ITSELF = """
import asyncio, uvicorn
from app import app
async def main():
    config = uvicorn.Config(app, host="::", port=80, loop="asyncio")
    await uvicorn.Server(config).serve()
if __name__ == "__main__":
    asyncio.run(main())
"""
HANGS = "import time\ntime.sleep(300)\n"
OWN_SITE = "import os\nos.environ['SITE_SEEN'] = '1'\n"
NEEDS_SITE = "import os\nos.environ['SITE_SEEN']\n" + APP

# files beside the app, the command, what happens
HOSTILE: dict[str, tuple[dict[str, str], str, str]] = {
    "daemon with files of its own": ({"gunicorn__conf__py": CONF}, "gunicorn app:app", "serves"),
    "forks and prints": ({"forks__py": FORKS}, "python forks.py", "serves"),
    "another program": ({"starts__py": STARTS}, "python starts.py", "unknown"),
    "a second server beside it": ({"both__py": METRICS}, "python both.py", "serves"),
    "a Unix socket": ({"unix__py": UNIX}, "python unix.py", "serves"),
    "IPv6": ({"by__py": BY_ITSELF}, "python by.py", "serves"),
    "hangs": ({"app__py": HANGS}, "python app.py", "fails"),
    "hangs under a server": ({"app__py": HANGS}, "gunicorn -w 3 app:app", "fails"),
    "ends": ({"app__py": "print('done')\n"}, "python app.py", "fails"),
    "reload": ({}, "gunicorn -k asgi --reload app:app", "serves"),
    "workers": ({}, "uvicorn --workers 3 app:app", "serves"),
    "a sitecustomize of its own": (
        {"site/sitecustomize__py": OWN_SITE, "app__py": NEEDS_SITE},
        "env PYTHONPATH=site uvicorn app:app",
        "serves",
    ),
}


@pytest.mark.truth
@pytest.mark.parametrize(("files", "command", "happens"), HOSTILE.values(), ids=list(HOSTILE))
def test_nothing_is_touched_or_left(
    tmp_path: Path, files: dict[str, str], command: str, happens: str
) -> None:
    """A live Unix socket of the user's stays, no file appears, and every process ends."""
    named = {name: text.replace("{folder}", str(tmp_path)) for name, text in files.items()}
    project(tmp_path, **named)
    with socket.socket(socket.AF_UNIX) as live:
        live.bind(str(tmp_path / "live.sock"))
        kept = set(tmp_path.rglob("*"))
        seconds = 3.0 if HANGS in files.values() else 8.0
        report = check(tmp_path, "c3new", command=tuple(command.split()), verify=True, timeout=seconds)
        assert set(tmp_path.rglob("*")) == kept
        assert (tmp_path / "live.sock").is_socket()
    verified: Any = report.judgements[0].verified
    assert verified["before"]["happened"] == happens, verified
    assert verified["agrees"] is not False, verified


# a file of a host that calls the app itself, and the server that it makes
HOSTS = {
    "mod_wsgi": ("httpd__conf", "WSGIScriptAlias / /srv/app/app.py\n"),
    "passenger": ("passenger_wsgi__py", "from app import app as application\n"),
    "zappa": ("zappa_settings__json", '{"dev": {"app_function": "app.app"}}'),
    "serverless-wsgi": ("serverless__yml", "custom:\n  wsgi:\n    app: app.app\n"),
    "unit": (
        "unit__json",
        '{"listeners": {"*:80": {"pass": "applications/x"}}, "applications": {"x": {"type": "python 3", '
        '"path": "/srv/app", "module": "app", "callable": "app"}}}',
    ),
}


@pytest.mark.truth
@pytest.mark.parametrize(("server", "file"), HOSTS.items(), ids=list(HOSTS))
def test_what_no_program_starts_is_said_to_be_not_verified(
    tmp_path: Path, server: str, file: tuple[str, str]
) -> None:
    """A line in the report, and no error of its own."""
    project(tmp_path, **dict([file]))
    report = check(tmp_path, "c3new", verify=True)
    hosted = [one for one in report.judgements if one.launch.server == server]
    assert hosted
    for one in hosted:
        verified: Any = one.verified
        assert verified["before"]["booted"] is False
        assert verified["after"] is None
        assert any(line.startswith("Not verified: ") for line in sentences.lines(one))
    assert report.exit_code in (0, 1)
