"""Quotes in the replacement of a shell word that itself stands inside a quoted string.

``CMD sh -c 'exec gunicorn app:app'`` and YAML's ``command: 'gunicorn app:app'`` hold a whole command in
single quotes: a word that needs quotes there is written with double ones.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import replace

from connexion_doctor.model import Edit, Location
from connexion_doctor.model.source import Source

SPECIAL = re.compile(r'(["\\$`])')


def fitting(edits: Sequence[Edit], first: Location | None, sources: Mapping[str, Source]) -> tuple[Edit, ...]:
    """Edits of a command's words whose quotes fit the string around them.

    :param first: where the command begins
    :param sources: texts by the path that locations give
    """
    fitted = []
    for edit in edits:
        source = sources.get(edit.location.path)
        same_file = first is not None and first.path == edit.location.path
        if "'" in edit.replacement and source is not None and first is not None and same_file:
            inside = open_quote(source, first, edit.location) == "'"
            edit = replace(edit, replacement=doubled(edit.replacement)) if inside else edit
        fitted.append(edit)
    return tuple(fitted)


def open_quote(source: Source, first: Location, place: Location) -> str:
    """The quote that is open at a place, read from the line on which the command begins."""
    lines = [source.line(number) for number in range(first.line, place.line)]
    text = "\n".join([*lines, source.line(place.line)[: place.column - 1]])
    quote, escaped = "", False
    for char in text:
        if escaped:
            escaped = False
        elif char == "\\" and quote != "'":
            escaped = True
        elif char in "'\"" and quote in ("", char):
            quote = "" if quote else char
    return quote


def doubled(text: str) -> str:
    """Shell words quoted with double quotes where they were quoted with single ones; blanks around and
    between them stay."""
    start = text[: len(text) - len(text.lstrip())]
    try:
        words = shlex.split(text)
    except ValueError:
        return text
    return start + " ".join(map(_double_quoted, words))


def _double_quoted(word: str) -> str:
    return word if shlex.quote(word) == word else f'"{SPECIAL.sub(_escaped, word)}"'


def _escaped(match: re.Match[str]) -> str:
    return "\\" + match[1]
