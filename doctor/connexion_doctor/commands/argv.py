"""Words of a command -> which server it starts and where that server's arguments begin.

Wrappers in front (``env``, ``exec``, ``poetry run``, ``tini --`` ...) are the module ``wrappers``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath

from connexion_doctor.commands.wrappers import PYTHON, behind_wrapper
from connexion_doctor.foundation import late
from connexion_doctor.model import Command, Style, Word

ASSIGNMENT = late.pattern(r"^[A-Za-z_][A-Za-z0-9_]*=")

# How servers are called on a command line, and as modules of ``python -m``.
PROGRAMS: Mapping[str, str] = {
    "gunicorn": "gunicorn",
    "gunicorn3": "gunicorn",
    "uvicorn": "uvicorn",
    "hypercorn": "hypercorn",
    "daphne": "daphne",
    "granian": "granian",
    "waitress-serve": "waitress",
    "uwsgi": "uwsgi",
    "uwsgi-core": "uwsgi",
    "pyuwsgi": "uwsgi",
    "mod_wsgi-express": "mod_wsgi",
    "flask": "flask",
    "connexion": "connexion",
}
MODULES: Mapping[str, str] = {
    "gunicorn": "gunicorn",
    "gunicorn.app.wsgiapp": "gunicorn",
    "uvicorn": "uvicorn",
    "hypercorn": "hypercorn",
    "daphne": "daphne",
    "granian": "granian",
    "waitress": "waitress",
    "flask": "flask",
    "connexion": "connexion",
}


def words_of(texts: Sequence[str]) -> tuple[Word, ...]:
    """Words without a place in a file, as they come from our own command line."""
    return tuple(Word(text) for text in texts)


def read(
    words: Sequence[Word], style: Style = Style.SHELL, environ: Mapping[str, str] | None = None
) -> Command:
    """Find the server that a simple command starts.

    :param words: the command's words, quoting undone
    :param environ: what was assigned before the command by its surroundings
    :return: the command; ``server`` is None where no server was found, ``python`` for a Python script
        or module that is not a server's
    """
    assigned = dict(environ or {})
    words = tuple(words)
    index = 0
    while index < len(words):
        text = words[index].text
        if ASSIGNMENT.match(text):
            name, _, value = text.partition("=")
            assigned[name] = value
            index += 1
            continue
        behind = behind_wrapper(words, index)
        if behind is None:
            break
        index = behind
    return _server_at(words, index, assigned, style)


def _program_name(words: Sequence[Word], index: int) -> str:
    """The name of a program; ``hatch run NAME:program`` has the name of an environment in front."""
    text = words[index].text
    if ":" in text and any(PurePosixPath(word.text).name == "hatch" for word in words[:index]):
        text = text.rpartition(":")[2]
    return PurePosixPath(text).name


# Options of the Python interpreter that take the next word as their value.
PYTHON_VALUES = frozenset({"-W", "-X", "--check-hash-based-pycs"})


def _server_at(words: tuple[Word, ...], index: int, environ: Mapping[str, str], style: Style) -> Command:
    unread = tuple(
        f"the value of {word.text!r} is not known before it runs" for word in words if not word.known
    )
    plain = Command(words, index, min(index + 1, len(words)), None, environ, style, False, unread)
    if index >= len(words):
        return plain
    name = _program_name(words, index)
    if name in PROGRAMS:
        return Command(words, index, index + 1, PROGRAMS[name], environ, style, False, unread)
    if not PYTHON.match(name):
        return plain
    at = index + 1
    while at < len(words):
        text = words[at].text
        if text == "-m" and at + 1 < len(words):
            server = MODULES.get(words[at + 1].text, "python")
            arguments = at + 2 if server != "python" else index + 1
            return Command(words, index, arguments, server, environ, style, True, unread)
        if text.startswith("-m") and len(text) > 2:
            server = MODULES.get(text[2:], "python")
            arguments = at + 1 if server != "python" else index + 1
            return Command(words, index, arguments, server, environ, style, True, unread)
        if text == "-c" or not text.startswith("-") or text == "-":
            break
        at += 2 if text in PYTHON_VALUES else 1
    if at >= len(words) or words[at].text in ("-c", "-"):
        return plain
    script = PurePosixPath(words[at].text).name
    if script in PROGRAMS:  # python /path/to/bin/gunicorn
        return Command(words, index, at + 1, PROGRAMS[script], environ, style, False, unread)
    return Command(words, index, index + 1, "python", environ, style, False, unread)
