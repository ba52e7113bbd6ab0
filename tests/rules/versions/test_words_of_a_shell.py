"""A requirement that is a word of a shell is written so that the shell leaves it whole."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from tests.running import doctor, project, target

IMAGE = """FROM python:3.11
RUN pip install {} gunicorn uvicorn-worker
COPY . /app
WORKDIR /app
CMD ["gunicorn", "-k", "uvicorn_worker.UvicornWorker", "app:app"]
"""
WORDS = ["connexion[flask,uvicorn]", '"connexion[flask,uvicorn]"', "'connexion[flask,uvicorn]'"]


@pytest.mark.parametrize("word", WORDS)
def test_a_specifier_is_no_redirection(word: str, tmp_path: Path) -> None:
    folder = project(tmp_path, Dockerfile=IMAGE.format(word))
    words = ("--python", str(target("c3new").python), "--no-import", "--select", "CXD530", "--fix")
    assert doctor(*words, cwd=folder).code == 0
    (line,) = [
        one for one in (folder / "Dockerfile").read_text("utf-8").splitlines() if one.startswith("RUN")
    ]
    lexer = shlex.shlex(line, posix=True, punctuation_chars=True)
    lexer.whitespace_split = True
    assert list(lexer)[3] == "connexion[flask,uvicorn]>=3.3,<4"
    assert not {"<", ">"} & set(lexer)
