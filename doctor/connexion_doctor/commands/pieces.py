"""Pieces of shell words: quotes undone, fields split, suffixes cut off, templates put back.

Sources: POSIX.1-2017 XCU 2.2 (quoting), 2.6.2 (parameter expansion), 2.6.5 (field splitting).
"""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from connexion_doctor.commands.placed_text import HOLE, Piece, Text

LONGEST = 2000  # characters of a value of which a prefix or suffix is cut off: each is tried


def trimmed(
    value: tuple[Piece, ...], operator: str, pattern: str, written: tuple[Piece, ...]
) -> tuple[Piece, ...]:
    """A value without its shortest or longest prefix (``#``, ``##``) or suffix (``%``, ``%%``)."""
    if not all(piece.known for piece in value):
        return unknown(written)
    text = "".join(piece.value for piece in value)
    if len(text) > LONGEST:
        return unknown(written)
    sizes = range(len(text) + 1) if len(operator) == 1 else range(len(text), -1, -1)
    for size in sizes:
        part = text[len(text) - size :] if operator[0] == "%" else text[:size]
        if fnmatch.fnmatchcase(part, pattern):
            whole = Text(value)
            return whole.part(0, len(text) - size) if operator[0] == "%" else whole.part(size, len(text))
    return value


def unknown(pieces: Iterable[Piece]) -> tuple[Piece, ...]:
    """Pieces as text that is not known."""
    return tuple(replace(piece, known=False) for piece in pieces)


def plain(pieces: Iterable[Piece]) -> tuple[Piece, ...]:
    """Pieces as a value: whether they were quoted is forgotten."""
    return tuple(replace(piece, split=False, quoted=False) for piece in pieces if piece.value)


def quoted_pieces(pieces: Iterable[Piece]) -> tuple[Piece, ...]:
    """Pieces that stand in quotes."""
    return tuple(replace(piece, quoted=True) for piece in pieces)


def split_fields(pieces: tuple[Piece, ...]) -> list[tuple[Piece, ...]]:
    """Field splitting: blanks in unquoted expansions separate words; other text never does."""
    if not any(piece.split and piece.known for piece in pieces):
        return [pieces]
    fields: list[list[Piece]] = []
    current: list[Piece] | None = None
    for piece in pieces:
        if not (piece.split and piece.known):
            current = current if current is not None else []
            current.append(piece)
            continue
        at = 0
        for match in re.finditer(r"[ \t\n]+", piece.value):
            if match.start() > at:
                current = current if current is not None else []
                current.append(piece.part(at, match.start()))
            if current is not None:
                fields.append(current)
                current = None
            at = match.end()
        if at < len(piece.value):
            current = current if current is not None else []
            current.append(piece.part(at, len(piece.value)))
    if current is not None:
        fields.append(current)
    return [tuple(one) for one in fields]


def undo_plain(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """Outside quotes a backslash keeps the next character; before a newline both go."""
    return _undo(pieces, lambda following: True)


def undo_in_double(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """Inside double quotes a backslash is special only before ``$ ` " \\`` and newline."""
    return _undo(pieces, lambda following: following in '$`"\\\n')


def _undo(pieces: Iterable[Piece], special: Callable[[str], bool]) -> Iterator[Piece]:
    for piece in with_holes(pieces):
        value, at, index = piece.value, 0, 0
        while (index := value.find("\\", index)) >= 0:
            following = value[index + 1 : index + 2]
            if not following or not special(following):
                index += 1
                continue
            if index > at:
                yield piece.part(at, index)
            at = index + 2 if following == "\n" else index + 1
            index += 2
        if at < len(value):
            yield piece.part(at, len(value))


def with_holes(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """Template expressions get their source text back, as text that is not known."""
    for piece in pieces:
        if HOLE not in piece.value:
            yield piece
            continue
        for match in re.finditer(f"{HOLE}+|[^{HOLE}]+", piece.value):
            part = piece.part(*match.span())
            if HOLE in part.value:
                text = part.value
                if part.source is not None:
                    text = "".join(part.source.text[spot] for spot in part.spots)
                part = replace(part, value=text, known=False)
            yield part


ANSI = {"n": "\n", "t": "\t", "r": "\r", "\\": "\\", "'": "'", '"': '"', "a": "\a", "b": "\b", "e": "\x1b"}


def undo_ansi(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """``$'...'``: backslash sequences as in C."""
    for piece in pieces:
        at = 0
        for match in re.finditer(r"\\(.)", piece.value, re.DOTALL):
            yield piece.part(at, match.start())
            yield replace(piece.part(match.start(), match.start() + 1), value=ANSI.get(match[1], match[0]))
            at = match.end()
        yield piece.part(at, len(piece.value))
