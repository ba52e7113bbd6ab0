"""Words of a command -> which server it starts and where that server's arguments begin.

Wrappers in front (``env``, ``exec``, ``poetry run``, ``tini --`` ...) are a table: adding one is a line.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from doctor.model import Command, Style, Word

ASSIGNMENT = re.compile(r"^[A-Za-z_][A-Za-z0-9_]*=")
PYTHON = re.compile(r"^python(\d+(\.\d+)*t?)?$|^pypy\d*$")

# How servers are called on a command line, and as modules of ``python -m``.
PROGRAMS: Mapping[str, str] = {
    "gunicorn": "gunicorn",
    "uvicorn": "uvicorn",
    "hypercorn": "hypercorn",
    "daphne": "daphne",
    "granian": "granian",
    "waitress-serve": "waitress",
    "uwsgi": "uwsgi",
    "uwsgi-core": "uwsgi",
    "pyuwsgi": "uwsgi",
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


@dataclass(frozen=True)
class Wrapper:
    """A program that runs the command behind it.

    ``subcommand`` are the words that must follow its name, ``values`` its options that take a value
    as the next word, ``positionals`` how many words of its own stand before the command.
    """

    subcommand: tuple[str, ...] = ()
    values: frozenset[str] = frozenset()
    positionals: int = 0
    assignments: bool = False


def _wrapper(*subcommand: str, values: str = "", positionals: int = 0) -> Wrapper:
    return Wrapper(tuple(subcommand), frozenset(values.split()), positionals)


WRAPPERS: Mapping[str, Wrapper] = {
    "exec": _wrapper(values="-a"),
    "env": Wrapper((), frozenset({"-u", "--unset", "-C", "--chdir"}), 0, assignments=True),
    "command": _wrapper(),
    "nohup": _wrapper(),
    "time": _wrapper(),
    "setsid": _wrapper(),
    "nice": _wrapper(values="-n --adjustment"),
    "ionice": _wrapper(values="-c -n --class --classdata"),
    "stdbuf": _wrapper(values="-i -o -e"),
    "timeout": _wrapper(values="-s -k --signal --kill-after", positionals=1),
    "sudo": _wrapper(values="-u -g --user --group"),
    "gosu": _wrapper(positionals=1),
    "su-exec": _wrapper(positionals=1),
    "setpriv": _wrapper(values="--reuid --regid --groups"),
    "tini": _wrapper(values="-p -e"),
    "dumb-init": _wrapper(values="-r --rewrite"),
    "catatonit": _wrapper(),
    "poetry": _wrapper("run", values="-C --directory -P --project"),
    "pipenv": _wrapper("run"),
    "pdm": _wrapper("run", values="-p --project"),
    "hatch": _wrapper("run", values="-e --env"),
    "rye": _wrapper("run"),
    "uv": _wrapper(
        "run",
        values="-p --python --with --extra --group --package --env-file --directory --project --index",
    ),
    "conda": _wrapper("run", values="-n --name -p --prefix --cwd"),
    "micromamba": _wrapper("run", values="-n --name -p --prefix"),
    "newrelic-admin": _wrapper("run-program"),
    "ddtrace-run": _wrapper(),
    "opentelemetry-instrument": _wrapper(
        values="--traces_exporter --metrics_exporter --logs_exporter --service_name --exporter_otlp_endpoint"
    ),
    "elasticapm-run": _wrapper(),
    "wait-for-it": _wrapper(values="-h -p -t --timeout --host --port", positionals=1),
    "wait-for-it.sh": _wrapper(values="-h -p -t", positionals=1),
    "dockerize": _wrapper(values="-wait -timeout -template -stdout -stderr -wait-retry-interval"),
    "doppler": _wrapper("run", values="-p -c --project --config"),
    "chamber": _wrapper("exec", positionals=1),
    "aws-vault": _wrapper("exec", positionals=1),
    "dotenv": _wrapper("run", values="-f --file"),
    "honcho": _wrapper("run", values="-e --env"),
    "heroku": _wrapper("local:run"),
    "coverage": _wrapper("run", values="--rcfile --source --omit --include --data-file"),
    "memray": _wrapper("run", values="-o --output"),
    "py-spy": _wrapper("record", values="-o -r -d --output"),
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
        name = PurePosixPath(text).name
        wrapper = WRAPPERS.get(name)
        if wrapper is None or not _follows(words, index, wrapper):
            break
        index = _skip(words, index, wrapper)
    return _server_at(words, index, assigned, style)


def _follows(words: Sequence[Word], index: int, wrapper: Wrapper) -> bool:
    if not wrapper.subcommand:
        return True
    behind = [word.text for word in words[index + 1 :] if not word.text.startswith("-")]
    return wrapper.subcommand[0] in behind[:3]


def _skip(words: Sequence[Word], index: int, wrapper: Wrapper) -> int:
    """The index of the first word behind a wrapper and its own arguments."""
    index += 1
    pending = list(wrapper.subcommand)
    positionals = wrapper.positionals
    while index < len(words):
        text = words[index].text
        if text == "--":
            return index + 1
        if text.startswith("-") and len(text) > 1:
            index += 2 if text in wrapper.values else 1
        elif pending and text == pending[0]:
            pending.pop(0)
            index += 1
        elif positionals > 0 and not pending:
            positionals -= 1
            index += 1
        else:
            return index
    return index


# Options of the Python interpreter that take the next word as their value.
PYTHON_VALUES = frozenset({"-W", "-X", "--check-hash-based-pycs"})


def _server_at(words: tuple[Word, ...], index: int, environ: Mapping[str, str], style: Style) -> Command:
    unread = tuple(
        f"the value of {word.text!r} is not known before it runs" for word in words if not word.known
    )
    plain = Command(words, index, min(index + 1, len(words)), None, environ, style, False, unread)
    if index >= len(words):
        return plain
    name = PurePosixPath(words[index].text).name
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
