"""Translated commands in front of the real servers: their own parsers take them, and mean the same."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from connexion_doctor import servers
from connexion_doctor.checkup.options import Options
from connexion_doctor.checkup.run import run
from connexion_doctor.model import Report
from connexion_doctor.model.question import Question
from tests.environments import Unavailable, environment
from tests.fixes.test_translation import Settings, case

APPS = Path(__file__).parents[1] / "truth" / "apps" / "c3"

# origin | its settings | server | what the server then says of its own settings
SAMPLE: list[tuple[str, Settings, str, dict[str, object]]] = [
    (
        "gunicorn",
        {
            "bind": ["127.0.0.1:9000"], "workers": 3, "keepalive": 5, "graceful_timeout": 20,
            "loglevel": "INFO", "forwarded_allow_ips": ["10.0.0.1"], "max_requests": 100, "backlog": 64,
            "root_path": "/x", "pythonpath": ".",
        },
        "uvicorn",
        {
            "host": "127.0.0.1", "port": 9000, "workers": 3, "timeout_keep_alive": 5,
            "timeout_graceful_shutdown": 20, "log_level": "info", "forwarded_allow_ips": "10.0.0.1",
            "limit_max_requests": 100, "backlog": 64, "root_path": "/x", "app_dir": ".",
        },
    ),
    (
        "gunicorn",
        {
            "bind": [":9000", "unix:/tmp/x.sock"], "workers": 3, "keepalive": 6, "graceful_timeout": 20,
            "max_requests": 100, "backlog": 64, "accesslog": "-", "root_path": "/x",
            "pidfile": "/tmp/x.pid",
        },
        "hypercorn",
        {
            "bind": ["0.0.0.0:9000", "unix:/tmp/x.sock"], "workers": 3, "keep_alive_timeout": 6,
            "graceful_timeout": 20, "max_requests": 100, "backlog": 64,
            "accesslog": "-", "root_path": "/x", "pid_path": "/tmp/x.pid",
        },
    ),
    (
        "gunicorn",
        {"bind": ["127.0.0.1:9000"], "workers": 3, "backlog": 256, "accesslog": "-", "loglevel": "debug"},
        "granian",
        {"host": "127.0.0.1", "port": 9000, "workers": 3, "backlog": 256, "log_level": "debug"},
    ),
    (
        "gunicorn",
        {"bind": ["unix:/tmp/x.sock"], "accesslog": "-", "loglevel": "debug", "root_path": "/x"},
        "daphne",
        {"unix_socket": "/tmp/x.sock", "access_log": "-", "verbosity": 2, "root_path": "/x"},
    ),
    (
        "gunicorn",
        {"bind": ["127.0.0.1:9000"], "threads": 6, "root_path": "/x", "forwarded_allow_ips": ["*"]},
        "waitress",
        {"threads": "6", "url_prefix": "/x", "trusted_proxy": "*"},
    ),
    (
        "uvicorn",
        {
            "host": "0.0.0.0", "port": 9000, "workers": 2, "timeout_keep_alive": 7, "log_level": "trace",
            "forwarded_allow_ips": "*", "limit_max_requests": 50, "app_dir": ".", "reload": True,
        },
        "gunicorn",
        {
            "bind": ["0.0.0.0:9000"], "workers": 2, "keepalive": 7, "loglevel": "debug", "max_requests": 50,
            "pythonpath": ".", "reload": True,
        },
    ),
]  # fmt: skip


@pytest.fixture(scope="module")
def python() -> str:
    try:
        return str(environment("c3new").python)
    except Unavailable as reason:
        pytest.skip(str(reason))


def examined(python: str, words: list[str]) -> Report:
    environ = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    question = Question(command=tuple(words), directory=str(APPS), python=python)
    return run(Options(question, environ=environ))


@pytest.mark.truth
@pytest.mark.parametrize(("origin", "settings", "to", "meant"), SAMPLE)
def test_the_server_understands(
    python: str, origin: str, settings: Settings, to: str, meant: dict[str, object]
) -> None:
    words, _ = servers.get(to).start(servers.get(origin).neutral(case(origin, settings)), "app:app")
    facts = examined(python, words).judgements[0].facts.server
    assert facts.stage == "ready", facts.usage_error
    assert facts.target == "app:app"
    given = {name: facts.settings[name].value for name in meant if name in facts.settings}
    assert given == meant
