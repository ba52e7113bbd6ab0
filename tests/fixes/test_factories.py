"""A factory served by another server: the call in that server's grammar, or words where it has none."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from connexion_doctor import servers
from connexion_doctor.model import Applicability, Fix
from tests.fixes.projects import check
from tests.running import SPECIFICATION

FACTORY = """\
import connexion


def hello(name):
    return {"hello": name}


def create_app(stage="test"):
    app = connexion.FlaskApp(__name__, specification_dir=".")
    app.add_api("openapi.yaml")
    return app
"""

# target, server, its words for it (None: its grammar cannot say it)
WORDS: list[tuple[str, str, list[str] | None]] = [
    ("app:create_app()", "uvicorn", ["--factory", "app:create_app"]),
    ("app:create_app()", "hypercorn", ["app:create_app()"]),
    ("app:create_app()", "gunicorn", ["app:create_app()"]),
    ("app:create_app()", "granian", ["--factory", "app:create_app"]),
    ("app:create_app()", "waitress", ["--call", "app:create_app"]),
    ("app:create_app()", "daphne", None),
    ('app:create_app("prod")', "uvicorn", None),
    ('app:create_app("prod")', "granian", None),
    ('app:create_app("prod")', "waitress", None),
    ('app:create_app("prod")', "gunicorn", ['app:create_app("prod")']),
    ('app:create_app("prod")', "hypercorn", ['app:create_app("prod")']),
    ('app:create_app("a:b")', "hypercorn", None),
    ("app:create_app(NAME)", "gunicorn", None),
    ("app:holder.app", "gunicorn", None),
    ("app:holder.app", "uvicorn", ["app:holder.app"]),
    ("app:app", "daphne", ["app:app"]),
    ("app", "gunicorn", ["app"]),
]


@pytest.mark.parametrize(("target", "server", "words"), WORDS)
def test_the_words_for_a_target(target: str, server: str, words: list[str] | None) -> None:
    assert servers.get(server).target_words(target) == words


# command, the command of the fix that starts another server (None: it is left to the user)
COMMANDS = {
    "waitress-serve --port=80 --call app:create_app": (
        "uvicorn --factory app:create_app --host 0.0.0.0 --port 80"
    ),
    "gunicorn -b :80 app:create_app()": "uvicorn --factory app:create_app --host 0.0.0.0 --port 80",
    'gunicorn -b :80 app:create_app("prod")': "hypercorn -b 0.0.0.0:80 'app:create_app(\"prod\")'",
    "/opt/venv/bin/gunicorn app:create_app()": "/opt/venv/bin/uvicorn --factory app:create_app",
}


@pytest.mark.truth
@pytest.mark.parametrize(("command", "after"), COMMANDS.items(), ids=list(COMMANDS))
def test_another_server_calls_it(tmp_path: Path, command: str, after: str) -> None:
    (tmp_path / "app.py").write_text(FACTORY)
    (tmp_path / "openapi.yaml").write_text(SPECIFICATION)
    report = check(tmp_path, "c3new", command=tuple(command.split()))
    found = [fix for one in report.findings for fix in one.fixes if fix.title.startswith("Start it with")]
    assert [(fix.command, fix.applicability) for fix in found] == [(after, Applicability.SAFE)]
    served = check(tmp_path, "c3new", command=tuple(_words(found[0])))
    assert [judgement.verdict.value for judgement in served.judgements] == ["serves"]


def _words(fix: Fix) -> list[str]:

    return shlex.split(fix.command or "")
