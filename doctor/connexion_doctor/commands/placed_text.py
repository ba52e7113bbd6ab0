"""Text that remembers where each of its characters stands in a file.

Shell text reaches us through layers (a YAML scalar, a JSON string, ``sh -c "..."``, the value of a
variable), and a finding has to point at the characters in the file. A :class:`Piece` is a run of
characters with their offsets in one source; a :class:`Text` is a row of pieces.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import field, replace
from functools import cached_property

from connexion_doctor.foundation import late
from connexion_doctor.foundation.late import dataclass
from connexion_doctor.model import Location
from connexion_doctor.model.source import Source

# What a template's {{ ... }} is replaced by before a file is parsed: no grammar gives it a meaning.
HOLE = "\ue000"


@dataclass(frozen=True, eq=False)
class Piece:
    """A run of characters of one source (None: from nowhere), all of one kind.

    ``split`` marks the outcome of an unquoted expansion, which the shell splits into words; ``quoted``
    what stands in quotes, which is never split. ``standing`` is a path seen from the working directory, which
    is another path behind a ``cd``.
    """

    value: str
    source: Source | None = None
    spots: Sequence[int] = ()
    known: bool = True
    split: bool = False
    quoted: bool = False
    standing: bool = False

    def part(self, start: int, end: int) -> Piece:
        """A part of the piece."""
        value, spots = self.value[start:end], self.spots[start:end]
        whole = len(value) == len(self.value)
        return Piece(value, self.source, spots, self.known, self.split, self.quoted, self.standing and whole)


@dataclass(frozen=True, eq=False)
class Text:
    """A row of pieces, read as one string."""

    pieces: tuple[Piece, ...]
    value: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "value", "".join(piece.value for piece in self.pieces))

    @cached_property
    def _starts(self) -> list[int]:
        starts, at = [], 0
        for piece in self.pieces:
            starts.append(at)
            at += len(piece.value)
        return starts

    def part(self, start: int, end: int) -> tuple[Piece, ...]:
        """The pieces of the characters from ``start`` up to ``end``."""
        found = []
        for at in range(max(bisect_right(self._starts, start) - 1, 0), len(self.pieces)):
            begin, piece = self._starts[at], self.pieces[at]
            if begin >= end:
                break
            low, high = max(start - begin, 0), min(end - begin, len(piece.value))
            if low < high:
                found.append(piece.part(low, high))
        return tuple(found)

    def location(self, start: int, end: int) -> Location | None:
        """Where a part stands, if its first and last character stand in one file."""
        return place_of(self.part(start, end))

    @property
    def known(self) -> bool:
        """Whether all of it is known."""
        return all(piece.known for piece in self.pieces)

    def replaced(self, old: str, new: str) -> Text:
        """Every ``old`` character by the ``new`` one ('' drops it); the places stay right."""
        if old not in self.value:
            return self
        pieces = []
        for piece in self.pieces:
            at = 0
            for index, char in enumerate(piece.value):
                if char == old:
                    pieces.append(piece.part(at, index))
                    if new:
                        pieces.append(Piece(new, piece.source, piece.spots[index : index + 1]))
                    at = index + 1
            pieces.append(piece.part(at, len(piece.value)))
        return Text(tuple(piece for piece in pieces if piece.value))


def whole(source: Source) -> Text:
    """A file as text."""
    return part(source, 0, len(source.text))


def part(source: Source, start: int, end: int) -> Text:
    """The characters of a file from ``start`` up to ``end``."""
    return Text((Piece(source.text[start:end], source, range(start, end)),))


ESCAPE = late.pattern(r"\\(?:u[0-9a-fA-F]{4}|.)")


def unescaped(text: Text) -> Text:
    """What stands between the quotes of a JSON string, or of one of TOML's."""
    return Text(tuple(map(_unescaped, text.pieces)))


def _unescaped(piece: Piece) -> Piece:
    """An escape is one character, at the place where it begins."""
    value, spots, at = "", list[int](), 0
    for match in ESCAPE.finditer(piece.value):
        try:
            char = json.loads(f'"{match[0]}"')
        except ValueError:
            return piece
        value += piece.value[at : match.start()] + char
        spots += piece.spots[at : match.start() + 1]
        at = match.end()
    return replace(piece, value=value + piece.value[at:], spots=(*spots, *piece.spots[at:]))


def lines_of(text: str) -> list[str]:
    """Lines with their ends; only a newline ends a line (``str.splitlines`` knows ten other ends)."""
    return [line for line in re.split(r"(?<=\n)", text) if line]


def changed_between(text: str, opens: str, closes: str, change: Callable[[str], str]) -> str:
    """A text in which all from ``opens`` to the next ``closes`` is changed, both included.

    :param change: told what stands there, and gives what shall stand there
    """
    pieces, at = [], 0
    while (begin := text.find(opens, at)) >= 0 and (end := text.find(closes, begin + len(opens))) >= 0:
        end += len(closes)
        pieces += [text[at:begin], change(text[begin:end])]
        at = end
    return "".join([*pieces, text[at:]])


def listed(words: str) -> frozenset[str]:
    """A table of names, written as one text."""
    return frozenset(words.split())


def text_of(value: str) -> Text:
    """Text that stands in no file."""
    return Text((Piece(value),))


def place_of(pieces: Iterable[Piece]) -> Location | None:
    """The span from the first to the last character, where they are in one source and in order."""
    full = [piece for piece in pieces if piece.value]
    if not full:
        return None
    first, last = full[0], full[-1]
    if first.source is None or any(piece.source is not first.source for piece in full):
        return None
    if not first.spots or not last.spots or first.spots[0] > last.spots[-1]:
        return None
    return first.source.span(_begin(first), _end(last))


def _begin(piece: Piece) -> int:
    """Before the first character of a piece, which may be a quote that the shell had in others: behind a
    backslash, which the file may have to escape as it has to escape the quote."""
    spot, written = piece.spots[0], piece.source.text if piece.source is not None else ""
    size = 2 if written[spot : spot + 1] == "\\" else 1
    before = written[max(0, spot - 16) : spot]
    slashes = (len(before) - len(before.rstrip("\\"))) // size
    return spot - size if piece.value[0] == '"' and slashes % 2 else spot


def _end(piece: Piece) -> int:
    """Behind the last character of a piece, which may be an escape of its file, where that begins."""
    spot, written = piece.spots[-1], piece.source.text if piece.source is not None else ""
    if written[spot : spot + 1] != "\\" or piece.value[-1] == "\\":
        return spot + 1
    return spot + {"x": 4, "u": 6, "U": 10}.get(written[spot + 1 : spot + 2], 2)


def contiguous(pieces: Iterable[Piece]) -> bool:
    """Whether the characters stand side by side in one source."""
    expected: tuple[Source | None, int] | None = None
    for piece in pieces:
        if piece.source is None or len(piece.spots) != len(piece.value):
            return False
        for spot in piece.spots:
            if expected is not None and expected != (piece.source, spot):
                return False
            expected = (piece.source, spot + 1)
    return expected is not None
