"""The words of a start command -> its server."""

from __future__ import annotations

import pytest

from connexion_doctor.commands import argv

# the words, the server, the first of its own words
STARTS = [
    ("gunicorn app:app", "gunicorn", "app:app"),
    ("/venv/bin/gunicorn app:app", "gunicorn", "app:app"),
    ("env A=1 gunicorn app:app", "gunicorn", "app:app"),
    ("hatch run prod:gunicorn app:app", "gunicorn", "app:app"),
    ("python -m gunicorn app:app", "gunicorn", "app:app"),
    ("python -mgunicorn app:app", "gunicorn", "app:app"),
    ("python3.12 -W ignore -m uvicorn app:app", "uvicorn", "app:app"),
    ("python -X dev -u /venv/bin/hypercorn app:app", "hypercorn", "app:app"),
    ("python app.py", "python", "app.py"),
    ("python -m app", "python", "-m"),
    ("python -mapp", "python", "-mapp"),
    ("python -c pass", None, None),
    ("python -", None, None),
    ("python", None, None),
    ("celery -A app worker", None, None),
]


@pytest.mark.parametrize(("words", "server", "first"), STARTS)
def test_the_server_of_a_command(words: str, server: str | None, first: str | None) -> None:
    command = argv.read(argv.words_of(words.split(" ")))
    assert command.server == server
    if server is not None:
        assert command.words[command.arguments].text == first
