"""One voice: a message is a sentence, in the source and in the reports."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from connexion_doctor.model.errors import UsageError
from connexion_doctor.model.voice import clause, sentence
from tests.running import PACKAGE, ROOT, doctor, target

SENTENCES: list[tuple[str, str]] = [
    ("every request fails", "Every request fails."),
    ("Every request fails.", "Every request fails."),
    ("app.py is read", "app.py is read."),
    ("app:app is None", "app:app is None."),
    ("worker_class is a name", "worker_class is a name."),
    ("`threads` has no effect", "`threads` has no effect."),
    ("gunicorn: no such option", "Gunicorn: no such option."),
    ("gunicorn's worker", "Gunicorn's worker."),
    ("uwsgi ends", "uWSGI ends."),
    ("--fix and --diff", "--fix and --diff."),
    ("did you mean this?", "Did you mean this?"),
    ("in nginx: proxy_pass x;", "In nginx: proxy_pass x;"),
    ("put it behind --.\n  a command", "Put it behind --.\n  a command"),
    ("(odd)", "(odd)."),
    ("", ""),
]
CLAUSES: list[tuple[str, str]] = [
    ("Run the app.", "run the app"),
    ("Flask-CORS goes.", "Flask-CORS goes"),
    ("`run` goes.", "`run` goes"),
    ("WSGI goes.", "WSGI goes"),
]
# What a sentence begins with: a capital, a name in backticks, a path, an option, or a name with its dots.
BEGINS = re.compile(r"[A-Z`/.\d-]|uWSGI\b|a2wsgi\b|\w+[.:_/=\[(]\S")
RIDDLES = ("What stands", "is believed", "every request will answer", "whoever", "its surroundings")


@pytest.mark.parametrize(("text", "expected"), SENTENCES)
def test_a_sentence(text: str, expected: str) -> None:
    assert sentence(text) == expected
    assert sentence(expected) == expected


@pytest.mark.parametrize(("text", "expected"), CLAUSES)
def test_a_clause(text: str, expected: str) -> None:
    assert clause(text) == expected


def test_a_usage_error_is_a_sentence() -> None:
    assert str(UsageError("give one of them")) == "Give one of them."


def _literal(node: ast.expr) -> str | None:
    """The text of a literal, ``{}`` for what is put in."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(str(one.value) if isinstance(one, ast.Constant) else "{}" for one in node.values)
    return None


def _messages() -> Iterator[tuple[str, str]]:
    for path in sorted((PACKAGE / "rules").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "finding":
                text = _literal(node.args[0]) if node.args else None
                if text is not None:
                    yield f"{path.relative_to(PACKAGE)}:{node.lineno}", text


def test_messages_begin_as_sentences_in_the_source() -> None:
    found = list(_messages())
    assert len(found) > 100
    servers = ("{}", "gunicorn ", "uvicorn ")  # a name of a server at the beginning is given its capital
    wrong = [(at, text) for at, text in found if not BEGINS.match(text) and not text.startswith(servers)]
    assert wrong == []
    assert [(at, text) for at, text in found if any(one in text for one in RIDDLES)] == []


def _said(report: dict[str, Any]) -> Iterator[str]:
    for launch in report["launches"]:
        yield launch["reason"]
        if launch["treatment"] is not None:
            yield launch["treatment"]["title"]
    for finding in report["findings"]:
        yield finding["message"]
        yield from (fix["title"] for fix in finding["fixes"])


SAMPLES = sorted(path.name for path in (ROOT / "sample_projects").iterdir() if path.is_dir())


@pytest.mark.parametrize("sample", SAMPLES)
def test_reports_speak_in_sentences(sample: str) -> None:
    folder: Path = ROOT / "sample_projects" / sample
    words = ("--python", str(target("c3new").python), "--no-import", "--format", "json")
    said = list(_said(doctor(*words, cwd=folder).report))
    assert said
    assert [text for text in said if not BEGINS.match(text) or not text.endswith((".", "?", ";"))] == []
