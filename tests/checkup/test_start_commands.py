"""Start commands as they stand: prefixes, options of every spelling, what the fix makes of them."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from tests import together
from tests.running import diagnose, environ, project
from tests.together import Asked

WORKER = "-k uvicorn_worker.UvicornWorker"

# start command -> the recommended fix's command
FIXES = {
    "gunicorn app:app": f"gunicorn {WORKER} app:app",
    "gunicorn -w 4 -k sync app:app": f"gunicorn -w 4 {WORKER} app:app",
    "gunicorn -ksync app:app": "gunicorn -kuvicorn_worker.UvicornWorker app:app",
    "gunicorn --worker-class=gthread --threads 2 app:app": (
        "gunicorn --worker-class=uvicorn_worker.UvicornWorker app:app"
    ),
    "gunicorn --worker-class gevent app:app -w 2": (
        "gunicorn --worker-class uvicorn_worker.UvicornWorker app:app -w 2"
    ),
    "gunicorn --worker-cl sync app:app": "gunicorn --worker-cl uvicorn_worker.UvicornWorker app:app",
    "gunicorn -k sync -k gthread app:app": f"gunicorn -k sync {WORKER} app:app",
    "env SECRET=hunter2 exec gunicorn app:app": f'env SECRET="$SECRET" exec gunicorn {WORKER} app:app',
    "exec python -m gunicorn app:app": f"exec python -m gunicorn {WORKER} app:app",
    "python3 -u -m gunicorn.app.wsgiapp app:app": f"python3 -u -m gunicorn.app.wsgiapp {WORKER} app:app",
    "GUNICORN_CMD_ARGS='-k gthread' gunicorn app:app": (
        "GUNICORN_CMD_ARGS='-k uvicorn_worker.UvicornWorker' gunicorn app:app"
    ),
    "uvicorn --interface wsgi app:app": "uvicorn app:app",
    "python -m uvicorn app:app --interface=asgi2": "python -m uvicorn app:app --interface=asgi3",
    "granian app:app": "granian --interface asgi app:app",
    "granian --interface rsgi app:app": "granian --interface asgi app:app",
    "waitress-serve --listen=127.0.0.1:8080 app:app": "uvicorn app:app --host 127.0.0.1 --port 8080",
    "hypercorn wsgi:app:app": "hypercorn asgi:app:app",
}


@pytest.mark.parametrize("command", FIXES)
def test_the_fix_keeps_the_command(command: str, asked: Asked) -> None:
    done = asked[command]
    assert done.verdicts == ["fails"]
    finding = done.report["findings"][0]
    fix = next(fix for fix in finding["fixes"] if fix["recommended"])
    assert fix["command"] == FIXES[command]
    assert "hunter2" not in done.stdout


@pytest.mark.parametrize("command", dict.fromkeys(FIXES.values()))
def test_the_fix_serves(command: str, asked: Asked) -> None:
    """The doctor's own word on the command that it proposes."""
    assert asked[command].verdicts == ["serves"]


HEALTHY = (
    "gunicorn -w 4 -k uvicorn_worker.UvicornWorker app:app",
    "gunicorn -k asgi --bind 127.0.0.1:8000 app:app",
    "env A=b exec python -m uvicorn app:app --workers 4",
    "uvicorn app:app --host 0.0.0.0 --port 8000 --proxy-headers --forwarded-allow-ips=10.0.0.1",
    "hypercorn --bind 127.0.0.1:8000 app:app",
    "daphne -b 127.0.0.1 -p 8000 app:app",
    "granian --interface asgi --host 127.0.0.1 app:app",
)


@pytest.mark.parametrize("command", HEALTHY)
def test_a_healthy_start(command: str, asked: Asked) -> None:
    done = asked[command]
    assert (done.verdicts, done.codes, done.code) == (["serves"], [], 0)


REFUSED = {
    "gunicorn --no-such-option app:app": "CXD201",
    "gunicorn --workers many app:app": "CXD201",
    "gunicorn --version": "CXD201",
    "uvicorn --no-such-option app:app": "CXD201",
    "uvicorn": "CXD201",
    "uvicorn --help": "CXD201",
    "hypercorn --no-such-option app:app": "CXD201",
    "daphne": "CXD201",
    "granian --interface nonsense app:app": "CXD201",
    "waitress-serve --no-such-option app:app": "CXD201",
    "gunicorn -c nope.py app:app": "CXD202",
}


asked = together.fixture([*FIXES, *FIXES.values(), *HEALTHY, *REFUSED])


@pytest.mark.parametrize("command", REFUSED)
def test_arguments_that_the_server_refuses(command: str, asked: Asked) -> None:
    done = asked[command]
    assert (done.verdicts, done.codes) == (["fails"], [REFUSED[command]])


USAGE = {
    "no command": (("--",), "must follow"),
    "no server": (("--", "celery", "worker"), "celery worker"),
    "a target and a command": (("app:app", "--", "gunicorn", "app:app"), "not both"),
    "an unknown server": (("--server", "apache", "app:app"), "apache"),
    "no such folder": (("--chdir", "nowhere", "app:app"), "nowhere"),
    "no such interpreter": (("--python", "nowhere/python", "app:app"), "nowhere/python"),
    "a factory of no server": (("--factory", "app:create"), "--server"),
}


@pytest.mark.parametrize("name", USAGE)
def test_wrong_usage(name: str, tmp_path: Path) -> None:
    arguments, said = USAGE[name]
    done = diagnose("c3new", *arguments, cwd=project(tmp_path))
    assert done.code == 2
    assert said in done.stderr
    assert done.stdout == ""


def test_an_interpreter_that_does_not_work(tmp_path: Path) -> None:
    false = tmp_path / "python"
    false.write_text("#!/bin/sh\necho broken >&2\nexit 4\n")
    false.chmod(0o755)
    done = diagnose("c3new", "--python", str(false), "app:app", cwd=project(tmp_path / "project"))
    assert done.code == 3
    assert "broken" in done.stderr


def test_uvicorn_s_variables_count(tmp_path: Path) -> None:
    env = environ(UVICORN_INTERFACE="wsgi")
    done = diagnose("c3new", "--", "uvicorn", "app:app", cwd=project(tmp_path), env=env)
    assert (done.verdicts, done.codes) == (["fails"], ["CXD101"])


@pytest.mark.parametrize(
    ("flag", "verdict", "basis"), [("--no-call", "unknown", "loaded"), ("--no-import", "serves", "read")]
)
def test_without_a_call(flag: str, verdict: str, basis: str, tmp_path: Path) -> None:
    """What was loaded and not called stays open; what was read to the end is settled."""
    done = diagnose("c3new", flag, "--", "uvicorn", "app:app", cwd=project(tmp_path))
    (launch,) = done.report["launches"]
    assert (launch["verdict"], launch["basis"]) == (verdict, basis)
    assert launch["reason"]


def test_no_import_runs_nothing(tmp_path: Path) -> None:
    folder = project(tmp_path, app__py="open('ran', 'w')\n", gunicorn__conf__py="open('ran', 'w')\n")
    done = diagnose("c3new", "--no-import", "--gunicorn-conf", "gunicorn.conf.py", "app:app", cwd=folder)
    assert done.verdicts == ["fails"]
    assert not (folder / "ran").exists()


@pytest.mark.parametrize(
    "command",
    [
        "gunicorn -w 4 -k sync app:app",
        "uvicorn --interface wsgi --port 80 app:app",
        "hypercorn -b 127.0.0.1:80 app:app",
        "daphne -p 80 app:app",
        "granian --interface asgi --host 127.0.0.1 app:app",
        "waitress-serve --listen=127.0.0.1:80 app:app",
    ],
)
def test_the_target_is_read_without_the_server(command: str, tmp_path: Path) -> None:
    done = diagnose("c3new", "--no-import", "--", *shlex.split(command), cwd=project(tmp_path))
    assert done.report["launches"][0]["target"] == "app:app"
