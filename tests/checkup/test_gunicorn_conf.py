"""``--gunicorn-conf``: loaded by the target's own gunicorn, in gunicorn's order of precedence."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.running import APP, diagnose, environ, project

UVICORN = "uvicorn_worker.UvicornWorker"

# name: configuration file, GUNICORN_CMD_ARGS, arguments -> worker class, verdict
PRECEDENCE: dict[str, tuple[str, str, tuple[str, ...], str, str]] = {
    "nothing set": ("", "", ("app:app",), "SyncWorker", "fails"),
    "the file": ('worker_class = "asgi"', "", ("app:app",), "ASGIWorker", "serves"),
    "the environment over the file": (
        'worker_class = "asgi"',
        "-k gthread",
        ("app:app",),
        "ThreadWorker",
        "fails",
    ),
    "the environment alone": ("", "--worker-class asgi", ("app:app",), "ASGIWorker", "serves"),
    "a class object": (
        "from uvicorn_worker import UvicornWorker\nworker_class = UvicornWorker",
        "",
        ("app:app",),
        "UvicornWorker",
        "serves",
    ),
    "threads turn sync into gthread": ("threads = 4", "", ("app:app",), "ThreadWorker", "fails"),
    "the target from wsgi_app": (
        'wsgi_app = "app:app"\nworker_class = "asgi"',
        "",
        (),
        "ASGIWorker",
        "serves",
    ),
    "the target given beats wsgi_app": (
        'wsgi_app = "nowhere:app"\nworker_class = "asgi"',
        "",
        ("app:app",),
        "ASGIWorker",
        "serves",
    ),
    "a worker of the project's own": ('worker_class = "workers.Mine"', "", ("app:app",), "Mine", "serves"),
    "computed": ('import os\nworker_class = "as" + "gi"', "", ("app:app",), "ASGIWorker", "serves"),
    "an environment that the file sets": (
        'raw_env = ["GREETING=hi"]\nworker_class = "asgi"',
        "",
        ("needs_env:app",),
        "ASGIWorker",
        "serves",
    ),
    "a folder that the file names": (
        'pythonpath = "lib"\nworker_class = "asgi"',
        "",
        ("inside:app",),
        "ASGIWorker",
        "serves",
    ),
}


def folder_of(tmp_path: Path, conf: str) -> Path:
    return project(
        tmp_path,
        gunicorn__conf__py=conf + "\n",
        workers__py="from uvicorn_worker import UvicornWorker\n\n\nclass Mine(UvicornWorker):\n    pass\n",
        needs_env__py="import os\n\nos.environ['GREETING']\nfrom app import app\n",
        **{"lib/inside__py": "from app import app\n"},
    )


@pytest.mark.parametrize("name", PRECEDENCE)
def test_what_is_in_force(name: str, tmp_path: Path) -> None:
    conf, cmd_args, arguments, worker, verdict = PRECEDENCE[name]
    folder = folder_of(tmp_path, conf)
    env = environ(GUNICORN_CMD_ARGS=cmd_args) if cmd_args else environ()
    done = diagnose("c3new", "--gunicorn-conf", "gunicorn.conf.py", *arguments, cwd=folder, env=env)
    launch = done.report["launches"][0]
    assert (launch["worker_class"].rpartition(".")[2], launch["verdict"]) == (worker, verdict)


# configuration file -> code, line of the location, word in the message
FAULTS: dict[str, tuple[str, str, int | None, str]] = {
    "misspelt": ('bind = ":8000"\nworker_clas = "asgi"', "CXD207", 2, "worker_class"),
    "misspelt with a dash in mind": ('workerclass = "asgi"', "CXD207", 1, "worker_class"),
    "raises": ("x = 1\nraise ValueError('no settings')", "CXD202", 2, "no settings"),
    "does not parse": ("workers = = 2", "CXD202", 1, "invalid syntax"),
    "a value of the wrong kind": ("workers = 'many'", "CXD202", 1, "workers: ValueError"),
    "one that is not there": ("bind = ':1'\nchdir = '/nope'", "CXD202", 2, "can't chdir to '/nope'"),
    "no string": ("worker_class = 5", "CXD202", 1, "worker_class: "),
    "a worker that was removed": ('worker_class = "eventlet"', "CXD204", 1, "eventlet"),
    "a worker that is no alias": ('worker_class = "uvicorn"', "CXD204", 1, "uvicorn"),
    "a worker without its package": ('worker_class = "tornado"', "CXD203", 1, "tornado"),
    "a worker of no package": ('worker_class = "nosuch.Worker"', "CXD203", 1, "nosuch"),
    "a deprecated worker": ('worker_class = "uvicorn.workers.UvicornWorker"', "CXD206", 1, "deprecated"),
    "threads on an event loop": ('worker_class = "asgi"\nthreads = 8', "CXD208", 2, "threads"),
    "a WSGI worker": ('workers = 2\nworker_class = "gthread"\n', "CXD101", 2, "gthread"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_in_the_file(name: str, tmp_path: Path) -> None:
    conf, code, line, word = FAULTS[name]
    done = diagnose("c3new", "--gunicorn-conf", "gunicorn.conf.py", "app:app", cwd=folder_of(tmp_path, conf))
    finding = done.finding(code)
    location = finding["location"]
    assert (location["line"] if location else None) == line
    if location:
        assert location["path"] == "gunicorn.conf.py"
    assert word in finding["message"]


HELPERS = """\
import multiprocessing
import os

worker = 3
workers_per_core = 2
web_concurrency = os.environ.get("NOTHING", worker)
host, port = "127.0.0.1", 8000
use_bind = f"{host}:{port}"
bind = use_bind
loglevel_default = "info"
loglevel = loglevel_default
max_worker_count = 4
cores = multiprocessing.cpu_count()
worker_class = "asgi"


def post_fork(server, worker):
    pass
"""


def test_helpers_of_the_file_s_own_are_no_misspellings(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, HELPERS)
    done = diagnose("c3new", "--gunicorn-conf", "gunicorn.conf.py", "app:app", cwd=folder)
    assert done.verdicts == ["serves"]
    assert done.codes == []


def test_a_fix_points_at_the_value(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, 'workers = 2\nworker_class = "gthread"  # for the database\n')
    done = diagnose("c3new", "--gunicorn-conf", "gunicorn.conf.py", "app:app", cwd=folder)
    edits: list[dict[str, Any]] = done.fix("CXD101")["edits"]
    spot = {"path": "gunicorn.conf.py", "line": 2, "column": 16, "end_line": 2, "end_column": 25}
    assert edits == [{**spot, "replacement": f'"{UVICORN}"'}]


def test_without_gunicorn_the_file_is_read(tmp_path: Path) -> None:
    """Said so, and what it says is judged all the same."""
    folder = folder_of(tmp_path, 'wsgi_app = "app:app"\nworker_class = "gthread"\n')
    done = diagnose("c3nogunicorn", "--gunicorn-conf", "gunicorn.conf.py", cwd=folder)
    launch = done.report["launches"][0]
    assert launch["server"]["installed"] is False
    assert (launch["target"], launch["worker_class"], launch["calls"]) == ("app:app", "gthread", "wsgi")
    assert {"CXD001", "CXD101"} <= set(done.codes)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    done = diagnose("c3new", "--gunicorn-conf", "nope.py", cwd=project(tmp_path))
    assert done.code == 2
    assert "nope.py" in done.stderr
    assert done.stdout == ""


def test_secrets_stay_secret(tmp_path: Path) -> None:
    conf = 'raw_env = ["API_KEY=hunter2"]\nwsgi_app = "app:app"\n'
    folder = folder_of(tmp_path, conf)
    for form in ("json", "text"):
        done = diagnose("c3new", "--format", form, "--gunicorn-conf", "gunicorn.conf.py", cwd=folder)
        assert "hunter2" not in done.stdout + done.stderr


def test_the_app_is_imported_once(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, 'wsgi_app = "app:app"')
    (folder / "app.py").write_text(f"open('imports', 'a').write('x')\n{APP}")
    diagnose("c3new", "app:app", cwd=folder)
    assert (folder / "imports").read_text() == "x"
