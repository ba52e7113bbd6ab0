"""Changes of a command's words: the command after them, and the edits that make them in its file."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Sequence
from dataclasses import dataclass, replace

from connexion_doctor.commands.argv import ASSIGNMENT
from connexion_doctor.model import Command, Edit, Location, Style, Word


@dataclass(frozen=True)
class Changed:
    """A command after a change; ``edits`` is empty where its words have no place in a file."""

    command: Command
    edits: tuple[Edit, ...] = ()


def written(text: str, style: Style) -> str:
    """A word as it has to be written in a command of this style."""
    if style is Style.JSON:
        return json.dumps(text, ensure_ascii=False)
    if style is Style.YAML:
        return text if _plain_in_yaml(text) else json.dumps(text, ensure_ascii=False)
    if ASSIGNMENT.match(text):  # in quotes it would be the name of a program
        name, _, value = text.partition("=")
        return f"{name}={shlex.quote(value)}"
    return shlex.quote(text)


# What YAML reads as a number, a date, a truth value or nothing, where the text alone is meant.
NO_TEXT = re.compile(r"[-+.]?\d[\w.:+-]*|true|false|yes|no|on|off|y|n|null|~|\.nan|[-+]?\.inf", re.IGNORECASE)


def _plain_in_yaml(text: str) -> bool:
    unsafe_first = "-?:,[]{}#&*!|>'\"%@`"
    if NO_TEXT.fullmatch(text):
        return False
    return bool(text) and text[0] not in unsafe_first and ": " not in text and " #" not in text


def put(command: Command, index: int, text: str) -> Changed:
    """Replace the word at ``index``."""
    old = command.words[index]
    words = (*command.words[:index], replace(old, text=text, known=True), *command.words[index + 1 :])
    style = old.style or command.style
    edits = (Edit(old.location, written(text, style)),) if old.location is not None else ()
    return Changed(replace(command, words=words), edits)


def insert(command: Command, index: int, texts: Sequence[str]) -> Changed:
    """Insert words before ``index``; in a file they are written behind the word that stands there."""
    added = tuple(Word(text) for text in texts)
    words = (*command.words[:index], *added, *command.words[index:])
    # Words that were inserted before have no place yet; they stand behind the same word, in order.
    word = next((word for word in reversed(command.words[:index]) if word.location is not None), None)
    edits: tuple[Edit, ...] = ()
    if word is not None and word.location is not None:
        line, column = word.location.end
        spot = Location(word.location.path, line, column, line, column)
        edits = (Edit(spot, _joined(texts, word.style or command.style, word.location)),)
    return Changed(replace(command, words=words), edits)


def _joined(texts: Sequence[str], style: Style, before: Location) -> str:
    if style is Style.JSON:
        return ", " + sequence(texts, style, before)
    if style is Style.YAML:
        return f"\n{_indent(before)}- " + sequence(texts, style, before)
    return " " + sequence(texts, style, before)


def drop(command: Command, first: int, count: int = 1) -> Changed:
    """Remove words, with the blanks (or the comma) in front of them."""
    words = (*command.words[:first], *command.words[first + count :])
    last = command.words[first + count - 1].location
    before = command.words[first - 1].location if first > 0 else None
    edits: tuple[Edit, ...] = ()
    if last is not None and before is not None:
        line, column = before.end
        end_line, end_column = last.end
        edits = (Edit(Location(last.path, line, column, end_line, end_column), ""),)
    return Changed(replace(command, words=words), edits)


def sequence(texts: Sequence[str], style: Style, first: Location) -> str:
    """Several words as they have to be written where ``first``, the first of the old ones, stood."""
    return joined([written(text, style) for text in texts], style, first)


def joined(quoted: Sequence[str], style: Style, first: Location) -> str:
    """Words that are written already, as a row that begins where ``first`` stood."""
    if style is Style.JSON:
        return ", ".join(quoted)
    if style is Style.YAML:
        return f"\n{_indent(first)}- ".join(quoted)
    return " ".join(quoted)


def _indent(word: Location) -> str:
    """The blanks before the dash of a YAML block sequence, from a word behind such a dash."""
    return " " * max(word.column - 3, 0)
