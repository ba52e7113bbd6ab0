"""A report that may be read by anybody: no secret in what it says and quotes.

Secrets are known by their names (``model.secrets``): those of the environment, of the launches, and of the
files that are quoted. A known value is hidden wherever it stands; in the text of a file stars keep the length
of every line, for places are columns. Edits stay as they are: applied, they must be right.
"""

from __future__ import annotations

import dataclasses
import enum
import re
import shlex
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from pathlib import PurePath
from typing import Any

from connexion_doctor.facts.redaction import HARMLESS, OPTION, QUOTED
from connexion_doctor.foundation import late
from connexion_doctor.model import Edit, Later, Launch, Report, Word
from connexion_doctor.model.secrets import HIDDEN, LOGIN, looks_secret, without_logins
from connexion_doctor.model.source import Source

SHORTEST = 6  # characters; a shorter value stands in a text by chance
# ``NAME=value`` and ``NAME: value``, quoted or not, wherever in a file; the value stops where words end. In
# code ``["NAME"] = value`` too, and what a name is compared with.
VALUE = rf"(?P<value>{QUOTED}|[^\s\"'#,;(){{}}\[\]]+)"
# A name begins with the first letter of its word: from there on each word is read once.
NAME = r"(?<![\w.-])(?:[^\WA-Za-z_]|[.-])*(?P<name>[A-Za-z_][\w.-]*)"
ASSIGNED = late.pattern(rf"{NAME}[\"']?\]?[ \t]*(?:[:=!]?=|:)[ \t]*{VALUE}")
IN_WORD = late.pattern(r"(?<=[\"'])(?P<name>[A-Za-z_]\w*)=(?P<value>[^\"'\n]+)(?=[\"'])")
DOCKER = late.pattern(
    r"^[ \t]*(?:ENV|ARG)[ \t]+(?P<name>\w+)[ \t]+(?P<value>\S(?:.*[^ \t\n])?)[ \t]*$", re.MULTILINE
)
# Kubernetes, Beanstalk and Render say name and value on lines of their own.
PAIRED = late.pattern(
    r"^[ \t-]*(?:name|option_name|key):[ \t]*[\"']?(?P<name>[\w.-]+)[\"']?[ \t]*\n[ \t-]*value:[ \t]*"
    r"(?P<value>\S(?:.*[^ \t\n])?)[ \t]*$",
    re.MULTILINE,
)
NAMED_FIRST = late.pattern(
    r"\b(?:setenv|putenv|getenv|get|setdefault)\([ \t]*[\"'](?P<name>[A-Za-z_]\w*)[\"'],[ \t]*"
    rf"(?P<value>{QUOTED})"
)
FORMS = (ASSIGNED, IN_WORD, DOCKER, PAIRED, NAMED_FIRST)
# What is a secret by its place, whatever it is called: credentials as clients are given them.
PLACES = (
    late.pattern(rf"\bb64encode\(\s*[bBfF]?(?P<value>{QUOTED})"),
    late.pattern(rf"\b(?:auth=|\w*BasicAuth)\(\s*(?:{QUOTED}),\s*(?P<value>{QUOTED})"),
    late.pattern(
        r"(?i:\bauthorization)[\"']?\]?[ \t]*[:=,][ \t]*[bBfF]?[\"']?(?i:basic|bearer|token)[ \t]+"
        r"(?P<value>[^\s\"'{}$<]{6,})"
    ),
)
CODE = (".py", ".pyi")


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
    values = {value for source in report.sources.values() for value in _starred(source)[1]}
    values |= {value for one in report.judgements for value in of_launch(one.launch)}
    return hiding([*values, *of_variables(environ)])


def hiding(values: Iterable[str]) -> Hiding:
    """What hides these values; one that stands in a text by chance is not hidden."""
    return Hiding(value for value in set(values) if len(value) >= SHORTEST and not value.isdigit())


class Hiding:
    """Takes known values, and credentials of addresses, out of texts."""

    def __init__(self, values: Iterator[str]) -> None:
        longest_first = sorted(values, key=lambda value: (-len(value), value))
        alternatives = "|".join(map(re.escape, longest_first))
        self._known = re.compile(rf"(?<!\w)(?:{alternatives})(?!\w)") if longest_first else None

    def text(self, text: str) -> str:
        """A text, ``***`` where something was."""
        known = self._known.sub(HIDDEN, text) if self._known is not None else text
        return without_logins(known)

    def source(self, source: Source) -> Source:
        """A file's text, every character where it was."""
        text = _starred(source)[0]
        if self._known is not None:
            text = self._known.sub(lambda match: _stars(match[0]), text)
        text = LOGIN.sub(lambda match: _stars(match[0]), text)
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
        for field in dataclasses.fields(value):
            old = getattr(value, field.name)
            new = self.of(old)
            if new is not old and new != old:
                changed[field.name] = new
        if isinstance(value, Word):
            hidden = _hidden_word(changed.get("text", value.text))
            if hidden != value.text:
                changed["text"] = hidden
        return replace(value, **changed) if changed else value


def _hidden_word(text: str) -> str:
    """``NAME=***`` for a word of a command that sets a secret variable."""
    match = OPTION.match(text)
    if match is None or HARMLESS.match(match["name"]) or not looks_secret(match["name"], match["value"]):
        return text
    return f"{match['option'] or ''}{match['name']}={HIDDEN}"


def of_variables(environ: Mapping[str, str]) -> Iterator[str]:
    """The values of variables that are secrets."""
    return (value for name, value in environ.items() if looks_secret(name, value))


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
    for word in words:
        match = OPTION.match(word)
        if match is not None and looks_secret(match["name"], match["value"]):
            yield match["value"]


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


def _starred(source: Source) -> tuple[str, set[str]]:
    """A file's text with its secrets as stars, and what they were."""
    found: set[str] = set()
    code = PurePath(source.path).suffix in CODE

    def starred(match: re.Match[str]) -> str:
        value = match["value"]
        quote = value[0] if value[0] in "\"'" else ""
        inner = value[1:-1] if quote else value
        found.add(inner)
        start, end = (place - match.start() for place in match.span("value"))
        return f"{match[0][:start]}{quote}{_stars(inner)}{quote}{match[0][end:]}"

    def hidden(match: re.Match[str], *, assigned: bool) -> str:
        value = match["value"]
        quote = value[0] if len(value) > 1 and value[0] in "\"'" and value[-1] == value[0] else ""
        inner = value[1:-1] if quote else value
        if HARMLESS.match(match["name"]) or not looks_secret(match["name"], inner):
            return match[0]
        if code and not quote and assigned:
            return match[0]  # a name, a call: code, which says nothing
        return starred(match)

    text = source.text
    for form in FORMS:
        text = form.sub(partial(hidden, assigned=form is ASSIGNED), text)
    for place in PLACES:
        text = place.sub(starred, text)
    return text, found


def _stars(text: str) -> str:
    return re.sub(r"[^\n]", "*", text)
