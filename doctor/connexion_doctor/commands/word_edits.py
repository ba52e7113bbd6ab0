"""Changes of a command's words: the command after them, and the edits that make them in its file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from connexion_doctor.foundation.late import dataclass
from connexion_doctor.model import Command, Edit, Location, Style, Word
from connexion_doctor.writing.languages import Kind, written


@dataclass(frozen=True)
class Changed:
    """A command after a change; ``edits`` is empty where its words have no place in a file."""

    command: Command
    edits: tuple[Edit, ...] = ()


Write = Callable[[str, Style, "Location | None"], str]  # a word, as it has to be written at a place
KINDS = {
    Style.JSON: Kind.JSON,
    Style.YAML: Kind.YAML,
    Style.SYSTEMD: Kind.SYSTEMD,
    Style.SHELL: Kind.SHELL,
}


def plainly(text: str, style: Style, place: Location | None = None) -> str:
    """A word as a command of this style has it, wherever that stands."""
    return written(text, KINDS[style])


def put(command: Command, index: int, text: str, write: Write = plainly) -> Changed:
    """Replace the word at ``index``."""
    old = command.words[index]
    words = (*command.words[:index], replace(old, text=text, known=True), *command.words[index + 1 :])
    style = old.style or command.style
    edits = (Edit(old.location, write(text, style, old.location)),) if old.location is not None else ()
    return Changed(replace(command, words=words), edits)


def insert(command: Command, index: int, texts: Sequence[str], write: Write = plainly) -> Changed:
    """Insert words before ``index``; in a file they are written behind the word that stands there."""
    added = tuple(Word(text) for text in texts)
    words = (*command.words[:index], *added, *command.words[index:])
    # Words that were inserted before have no place yet; they stand behind the same word, in order.
    word = next((word for word in reversed(command.words[:index]) if word.location is not None), None)
    edits: tuple[Edit, ...] = ()
    if word is not None and word.location is not None:
        line, column = word.location.end
        spot = Location(word.location.path, line, column, line, column)
        style = word.style or command.style
        quoted = [write(text, style, word.location) for text in texts]
        edits = (Edit(spot, _behind(quoted, style, word.location)),)
    return Changed(replace(command, words=words), edits)


def _behind(quoted: Sequence[str], style: Style, before: Location) -> str:
    if style is Style.JSON:
        return ", " + joined(quoted, style, before)
    if style is Style.YAML:
        return f"\n{_indent(before)}- " + joined(quoted, style, before)
    return " " + joined(quoted, style, before)


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
