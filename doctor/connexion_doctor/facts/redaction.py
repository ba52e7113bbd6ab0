"""What is nobody's business, taken out of texts: values of variables, passwords in addresses, homes.

In: the launches and the environment that values are known from. In the text of a file the length of every
line is kept, for places are columns: there, stars stand where something was taken out. In all other texts a
name stands there (``$TOKEN``, ``/home/user``).
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import PurePath
from typing import Any

from connexion_doctor.foundation import late
from connexion_doctor.model import Command, Launch, Word
from connexion_doctor.model.secrets import HIDDEN, looks_secret
from connexion_doctor.model.source import Source

ROOT, HOME = "/project", "/home/user"
# Values of these are places or manners, not secrets; replacing them would make the facts unreadable.
HARMLESS = late.pattern(
    r"^(PATH|PWD|OLDPWD|HOME|SHELL|TERM|TERM_.*|LANG|LC_.*|USER|LOGNAME|HOSTNAME|VIRTUAL_ENV|PYTHON.*|SHLVL|_|"
    r"XDG_.*|COLUMNS|LINES|TMPDIR|EDITOR|PAGER|CI|GUNICORN_CMD_ARGS|UVICORN_.*|GRANIAN_.*|WEB_CONCURRENCY|"
    r"PORT|HOST|FLASK_APP|NO_COLOR|FORCE_COLOR|DEBIAN_FRONTEND)$"
)
SHORTEST = 6  # characters; a shorter value stands in a text by chance
# A value of small letters is a word of any text (``LOG_LEVEL=warning``), but for variables with such names.
WORD = late.pattern(r"^[a-z_]+$")
# So is a number or a version (``PYENV_VERSION=3.11.7``): the facts are full of them.
NUMBER = late.pattern(r"^v?\d+(\.\d+){0,2}$")
OPTION = late.pattern(r"^(?P<option>-\S*?=|-e)?(?P<name>[A-Za-z_]\w*)=(?P<value>.*)$", re.DOTALL)
PASSWORD = late.pattern(r"(?<=://)(?P<user>[^/\s:@\"']*):(?P<value>[^@\s/\"']+)(?=@)")
HOMES = late.pattern(r"(?<![\w.-])/(?:home|Users)/[^/\s\"':,;]+")
QUOTED = r"\"[^\"\n]*\"|'[^'\n]*'"
VALUE = rf"(?P<value>{QUOTED}|[^\s\"'#,;(){{}}\[\]]+)"
SECRET = r"(?i:secret|secret_?key|password|passwd|token|api_?key|credentials?)"
CALLED_SO = rf"(?P<name>[\w-]*{SECRET})[\"']?[ \t]*[:=][ \t]*"
# What sets a variable in a file: NAME=value, `NAME: value` of YAML, `ENV NAME value`; and names that say it.
ASSIGNED = (
    late.pattern(rf"(?<![\w.$-])(?P<name>[A-Z][A-Z0-9_]*)=(?!=){VALUE}"),
    late.pattern(r"(?<=\")(?P<name>[A-Z][A-Z0-9_]*)=(?P<value>[^\"\n]+)(?=\")"),
    late.pattern(rf"^[ \t]*(?:- )?[\"']?(?P<name>[A-Z][A-Z0-9_]*)[\"']?:[ \t]+{VALUE}", re.MULTILINE),
    late.pattern(rf"^[ \t]*(?:ENV|ARG)[ \t]+(?P<name>\w+)[ \t]+{VALUE}", re.MULTILINE),
    late.pattern(rf"(?<![\w-]){CALLED_SO}{VALUE}"),
)
IN_ENV = late.pattern(r"^([^\S\n]*(?:export[^\S\n]+)?\w+[^\S\n]*=)(?P<value>.*)$", re.MULTILINE)
# In Python, only what stands in quotes: the rest is code.
IN_PYTHON = (
    late.pattern(r"(?<=[\"'])(?P<name>[A-Z][A-Z0-9_]*)=(?P<value>[^\"'\n]+)(?=[\"'])"),
    late.pattern(rf"(?<![\w-]){CALLED_SO}(?P<value>{QUOTED})"),
)


class Redaction:
    """Takes out what is known from an environment and from launches; made once for a file of facts."""

    def __init__(self, root: str, environ: Mapping[str, str], launches: Iterable[Launch]) -> None:
        homes = {environ.get("HOME", ""), _home()} - {"", "/"}
        places = [(root, ROOT), *((home.rstrip("/"), HOME) for home in homes)]
        self._places = [
            (re.compile(rf"(?<![\w.-]){re.escape(old)}(?![\w.-])"), new)
            for old, new in sorted(places, key=lambda pair: -len(pair[0]))
        ]
        values = dict(_values(environ, list(launches)))
        self._values = [
            (re.compile(re.escape(value)), f"${name}")
            for value, name in sorted(values.items(), key=lambda pair: -len(pair[0]))
        ]

    def text(self, text: str) -> str:
        """A text without its secrets; names stand in their places."""
        for pattern, new in (*self._places, *self._values):
            text = pattern.sub(lambda _, new=new: new, text)  # type: ignore[misc]
        return PASSWORD.sub(rf"\g<user>:{HIDDEN}", HOMES.sub(HOME, text))

    def source(self, source: Source) -> Source:
        """A file's text, with every character where it was."""
        text = source.text
        for pattern, _ in (*self._places, *self._values):
            text = pattern.sub(lambda match: _stars(match[0]), text)
        text = HOMES.sub(lambda match: _stars(match[0]), text)
        pure = PurePath(source.path)
        named = IN_PYTHON if pure.suffix == ".py" else ASSIGNED
        for pattern in (PASSWORD, *named):
            text = pattern.sub(_without_value, text)
        if pure.name.startswith(".env") or pure.suffix == ".env":
            text = IN_ENV.sub(_without_value, text)
        return Source(source.path, text)

    def data(self, value: Any) -> Any:
        """Plain data, every text in it."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, list):
            return [self.data(entry) for entry in value]
        if isinstance(value, dict):
            return {
                name if name.isidentifier() else self.text(name): self.data(entry)
                for name, entry in value.items()
            }
        return value


def launch(given: Launch) -> Launch:
    """A launch whose variables are named, and their values gone."""
    return replace(given, command=_command(given.command), environ=hidden(given.environ))


def _command(command: Command) -> Command:
    return replace(
        command,
        words=tuple(_hidden_word(word, command, index) for index, word in enumerate(command.words)),
        environ=hidden(command.environ),
    )


def _hidden_word(word: Word, command: Command, index: int) -> Word:
    """Words that set variables: ``NAME=value`` before the program, ``--env NAME=value`` behind it."""
    match = _assignment(command, index)
    if match is None or HARMLESS.match(match["name"]):
        return word
    return replace(word, text=f"{match['option'] or ''}{match['name']}={HIDDEN}")


def _assignment(command: Command, index: int) -> re.Match[str] | None:
    text = command.words[index].text
    match = OPTION.match(text)
    if index < command.program:
        return match
    before = command.words[index - 1].text if index else ""
    behind = before in ("-e", "--env") or text.startswith(("--env=", "-e"))
    return match if match is not None and behind else None


def hidden(environ: Mapping[str, str]) -> dict[str, str]:
    """Variables, their values gone."""
    return {name: value if HARMLESS.match(name) else HIDDEN for name, value in environ.items()}


def _values(environ: Mapping[str, str], launches: list[Launch]) -> Iterator[tuple[str, str]]:
    """Values that are taken out wherever they stand, with the names of their variables."""
    open_ones = set()
    for one in launches:
        words = {
            word.text for index, word in enumerate(one.command.words) if not _assignment(one.command, index)
        }
        open_ones |= words | {one.directory, *(one.target or "").split(":")}
        open_ones |= {part for word in words for part in word.split(":")}
    for name, value in [*environ.items(), *(pair for one in launches for pair in _set_by(one))]:
        if value not in open_ones and _is_secret(name, value):
            yield value, name


def _is_secret(name: str, value: str) -> bool:
    if len(value) < SHORTEST or HARMLESS.match(name):
        return False
    return looks_secret(name, value) or not (WORD.match(value) or NUMBER.match(value))


def _set_by(one: Launch) -> Iterator[tuple[str, str]]:
    yield from one.environ.items()
    yield from one.command.environ.items()
    for index in range(len(one.command.words)):
        match = _assignment(one.command, index)
        if match is not None:
            yield match["name"], match["value"]


def _home() -> str:
    """The home folder that the system knows, whatever ``HOME`` says."""
    try:
        import pwd

        return pwd.getpwuid(os.getuid()).pw_dir
    except (ImportError, KeyError):
        return os.path.expanduser("~")


def _stars(text: str) -> str:
    return re.sub(r"[^/\n]", "*", text)


def _without_value(match: re.Match[str]) -> str:
    names = match.groupdict()
    if HARMLESS.match(names.get("name") or ""):
        return match[0]
    start, end = (place - match.start() for place in match.span("value"))
    value = match["value"]
    quote = value[0] if len(value) > 1 and value[0] in "\"'" and value[-1] == value[0] else ""
    inner = len(value) - 2 * len(quote)
    stars = "*" * inner if "\r" not in value else "*" * (inner - 1) + "\r"
    return f"{match[0][:start]}{quote}{stars}{quote}{match[0][end:]}"
