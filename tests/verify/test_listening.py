"""A launch is made to listen on loopback, and nowhere else, by its server's own options."""

from __future__ import annotations

import shlex

import pytest

from connexion_doctor import servers
from connexion_doctor.commands.argv import read, words_of
from connexion_doctor.servers.listening import arguments

GUNICORN = "-b 127.0.0.1:5 -p /t/pid --error-logfile - --no-control-socket"
UVICORN = "--host 127.0.0.1 --port 5"
HYPERCORN = "-b 127.0.0.1:5 -p /t/pid"


@pytest.mark.parametrize(
    ("command", "started"),
    [
        ("gunicorn app:app", f"{GUNICORN} app:app -w 1"),
        ("gunicorn -b 0.0.0.0:80 -w 4 -k asgi app:app", f"{GUNICORN} -w 4 -k asgi app:app -w 1"),
        (
            "gunicorn --bind=0.0.0.0:80 --bind unix:/x --workers=4 app:app",
            f"{GUNICORN} --workers=4 app:app -w 1",
        ),
        ("gunicorn -b:80 -w4 -D --pid /run/p -u www --reload app:app", f"{GUNICORN} -w4 app:app -w 1"),
        ("gunicorn -c conf.py --log-file /var/log/x app:app", f"{GUNICORN} -c conf.py app:app -w 1"),
        ("python -m gunicorn -b :80 app:app", f"{GUNICORN} app:app -w 1"),
        ("env A=b exec gunicorn -b :80 app:app", f"{GUNICORN} app:app -w 1"),
        ("uvicorn --host 0.0.0.0 --port 80 app:app", f"{UVICORN} app:app"),
        ("uvicorn app:app --uds /x --reload --reload-dir src --workers 2", f"{UVICORN} app:app --workers 2"),
        ("hypercorn -b 0.0.0.0:80 --quic-bind :81 -w 2 app:app", f"{HYPERCORN} -w 2 app:app"),
        ("daphne -b 0.0.0.0 -p 80 -e ssl:443 app:app", "-b 127.0.0.1 -p 5 app:app"),
        ("connexion run api.yaml --port 80 --stub", "run api.yaml --stub -H 127.0.0.1 -p 5"),
        ("waitress-serve --port=80 --threads 4 app:app", "--listen=127.0.0.1:5 --threads 4 app:app"),
        ("waitress-serve --unix-socket /x --call app:make", "--listen=127.0.0.1:5 --call app:make"),
    ],
)
def test_arguments(command: str, started: str) -> None:
    parsed = read(words_of(shlex.split(command)))
    assert parsed.server is not None
    server = servers.get(parsed.server)
    assert server.listening is not None
    found = arguments(server.listening, parsed.argv, server.static_options, 5, "/t")
    assert shlex.join(found) == started


def test_an_option_that_a_version_lacks_is_left_out() -> None:
    server = servers.get("gunicorn")
    assert server.listening is not None
    old = [option for option in server.static_options if "--no-control-socket" not in option[0]]
    found = arguments(server.listening, ["app:app"], old, 5, "/t")
    assert "--no-control-socket" not in found


def test_under_load_it_has_all_its_processes() -> None:
    server = servers.get("gunicorn")
    assert server.listening is not None
    found = arguments(server.listening, ["-w4", "app:app"], server.static_options, 5, "/t", whole=True)
    assert shlex.join(found) == f"{GUNICORN} -w4 app:app"
