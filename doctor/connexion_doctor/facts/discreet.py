"""A report that may be read by anybody: no secret in what it says and quotes.

Secrets are known by their names (``model.secrets``): those of the environment, of the launches, and of the
files that are quoted. A known value is hidden wherever it stands; in the text of a file stars keep the length
of every line, for places are columns. Edits stay as they are: applied, they must be right.
"""

from __future__ import annotations

import contextlib
import dataclasses
import enum
import json
import os
import re
import shlex
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from typing import Any

from connexion_doctor.facts.redaction import HARMLESS, OPTION
from connexion_doctor.facts.secret_text import AUTHORIZATION, starred, stars
from connexion_doctor.foundation import late
from connexion_doctor.model import Edit, Later, Launch, Report, Word, overlay
from connexion_doctor.model.secrets import HIDDEN, LOGIN, looks_secret, without_logins
from connexion_doctor.model.source import Source

SHORTEST = 6  # characters; a shorter value stands in a text by chance
FLAG = late.pattern(r"^--(?P<name>[\w-]+)=(?P<value>.+)$", re.DOTALL)
HEADER = late.pattern(r"^(?P<name>[A-Za-z][\w-]*):[ \t]*(?P<value>\S+)$")
LONG = 12  # characters; one as long is no part of a word by chance
MOST_ENV = 100_000  # bytes of a file of variables


def discreet(report: Report, environ: Mapping[str, str]) -> Report:
    """The report without the secrets of the environment, of its launches, and of the files it quotes.

    :param environ: the environment around the doctor
    """
    hiding = known(report, environ)
    return replace(
        report,
        judgements=hiding.of(report.judgements),
        findings=hiding.of(report.findings),
        suppressed=hiding.of(report.suppressed),
        notes=hiding.of(report.notes),
        sources=hiding.sources(report.sources),
        upgrade=tuple(map(hiding.later, report.upgrade)) if report.upgrade is not None else None,
    )


def known(report: Report, environ: Mapping[str, str]) -> Hiding:
    """What hides the secrets that a report can quote; see ``discreet``."""
    values = {value for source in report.sources.values() for value in starred(source)[1]}
    values |= {value for one in report.judgements for value in of_launch(one.launch)}
    return hiding([*values, *of_variables(environ), *of_env_files(report.root)])


def hiding(values: Iterable[str]) -> Hiding:
    """What hides these values; one that stands in a text by chance is not hidden."""
    ways = {way.strip() for value in values for line in value.split("\n") for way in _written(line)}
    return Hiding(way for way in ways if len(way) >= SHORTEST and not way.isdigit())


def _written(value: str) -> Iterator[str]:
    """A value as it is, and as Python, JSON and addresses write it."""
    yield value
    if not value.isalnum():
        from urllib.parse import quote, quote_plus

        yield from (repr(value)[1:-1], json.dumps(value)[1:-1], quote(value, safe=""), quote_plus(value))


class Hiding:
    """Takes known values, and credentials of addresses, out of texts."""

    def __init__(self, values: Iterator[str]) -> None:
        longest_first = sorted(values, key=lambda value: (-len(value), value))
        alternatives = "|".join(
            re.escape(value) if len(value) >= LONG else rf"(?<!\w){re.escape(value)}(?!\w)"
            for value in longest_first
        )
        self._known = re.compile(alternatives) if longest_first else None

    def text(self, text: str) -> str:
        """A text, ``***`` where something was."""
        known = self._known.sub(HIDDEN, text) if self._known is not None else text
        return without_logins(known)

    def source(self, source: Source) -> Source:
        """A file's text, every character where it was."""
        text = starred(source)[0]
        if self._known is not None:
            text = self._known.sub(lambda match: stars(match[0]), text)
        text = LOGIN.sub(lambda match: stars(match[0]), text)
        return source if text == source.text else Source(source.path, text)

    def sources(self, sources: Mapping[str, Source]) -> dict[str, Source]:
        """The texts of files by their paths."""
        return {path: self.source(source) for path, source in sources.items()}

    def later(self, start: Later) -> Later:
        """A start of an upgrade's plan, and the files that it edits."""
        hidden: Later = self.of(replace(start, sources={}))
        return replace(hidden, sources=self.sources(start.sources))

    def of(self, value: Any) -> Any:
        """The same data, every text in it without secrets; what holds none is the same object."""
        if isinstance(value, str):
            return value if isinstance(value, enum.Enum) else self.text(value)
        if isinstance(value, (tuple, list)):
            made = [self.of(entry) for entry in value]
            same = all(new is old for new, old in zip(made, value, strict=True))
            return value if same else tuple(made) if isinstance(value, tuple) else made
        if isinstance(value, bytes):
            hidden = self.text(value.decode("utf-8", "surrogateescape"))
            return hidden.encode("utf-8", "surrogateescape")
        if isinstance(value, Mapping):
            return {name: self.of(entry) for name, entry in value.items()}
        if dataclasses.is_dataclass(value) and not isinstance(value, (type, Edit, enum.Enum)):
            return self._data(value)
        return value

    def _data(self, value: Any) -> Any:
        changed = {}
        for name in _fields(type(value)):  # type: ignore[arg-type]  # a class is hashable
            old = getattr(value, name)
            new = self.of(old)
            if new is not old and new != old:
                changed[name] = new
        if isinstance(value, Word):
            hidden = _hidden_word(changed.get("text", value.text))
            if hidden != value.text:
                changed["text"] = hidden
        return replace(value, **changed) if changed else value


@cache
def _fields(kind: type) -> tuple[str, ...]:
    """The names of the fields of a data class."""
    return tuple(field.name for field in dataclasses.fields(kind))


def _hidden_word(text: str) -> str:
    """``NAME=***`` for a word of a command that sets a secret variable."""
    match = OPTION.match(text)
    if match is None or HARMLESS.match(match["name"]) or not looks_secret(match["name"], match["value"]):
        return text
    return f"{match['option'] or ''}{match['name']}={HIDDEN}"


def of_variables(environ: Mapping[str, str]) -> Iterator[str]:
    """The values of variables that are secrets."""
    return (value for name, value in environ.items() if looks_secret(name, value))


def of_env_files(root: str) -> Iterator[str]:
    """The secret values in the files of variables (``.env``) of a project, which apps read for themselves."""
    with contextlib.suppress(OSError):
        for name in os.listdir(root):
            if name.startswith(".env") or name.endswith(".env"):
                yield from _of_env_file(os.path.join(root, name))


def _of_env_file(path: str) -> Iterator[str]:
    with contextlib.suppress(OSError):
        for line in overlay.read(path, MOST_ENV).decode("utf-8", "replace").splitlines():
            name, _, value = line.strip().removeprefix("export ").partition("=")
            value = value.strip()
            value = value[1:-1] if len(value) > 1 and value[0] in "\"'" and value[-1] == value[0] else value
            if looks_secret(name.strip(), value):
                yield value


def of_launch(launch: Launch) -> Iterator[str]:
    """The secret values that a launch sets."""
    for environ in (launch.environ, launch.command.environ):
        yield from of_variables(environ)
    yield from _of_words(word.text for word in launch.command.words)


def of_commands(commands: Iterable[str]) -> Iterator[str]:
    """The secret values that commands set, as they were typed."""
    for command in commands:
        try:
            yield from _of_words(shlex.split(command))
        except ValueError:  # a quote that is not closed
            yield from _of_words(command.split())


def _of_words(words: Iterable[str]) -> Iterator[str]:
    before = ""
    for word in words:
        for match in (OPTION.match(word), FLAG.match(word), HEADER.match(word)):
            if match is not None and looks_secret(match["name"], match["value"]):
                yield match["value"]
        login = AUTHORIZATION.search(word)
        if login is not None:
            yield login["value"]
        if before.startswith("--") and word[:1] != "-" and looks_secret(before[2:], word):
            yield word
        before = word


def launches_in(value: object) -> Iterator[Launch]:
    """Every launch that data hold."""
    if isinstance(value, Launch):
        yield value
    elif isinstance(value, (tuple, list)):
        for entry in value:
            yield from launches_in(entry)
    elif isinstance(value, Mapping):
        for entry in value.values():
            yield from launches_in(entry)
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        for field in dataclasses.fields(value):
            yield from launches_in(getattr(value, field.name))
