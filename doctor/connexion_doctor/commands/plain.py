"""Command lines that no shell reads: systemd's ``ExecStart=``, supervisord's ``command=``.

Blanks separate words, quotes and backslashes keep them together; operators mean nothing.
Sources: systemd.service(5) "COMMAND LINES", supervisord's "program" section (shlex).
"""

from __future__ import annotations

from collections.abc import Mapping

from connexion_doctor.commands.expand import Built
from connexion_doctor.commands.placed_text import Piece, Text
from connexion_doctor.foundation import late
from connexion_doctor.model import Style

VARIABLE = late.pattern(r"\$\{(\w+)\}|\$(\w+)|%\((?:ENV_)?(\w+)\)s|%[a-zA-Z]")


def split(
    text: Text, style: Style = Style.SHELL, environ: Mapping[str, Text | str] | None = None
) -> list[Built]:
    """The words of a command line; variables are put in where they are known."""
    words, at, value = [], 0, text.value
    while at < len(value):
        if value[at] in " \t\r\n" or (value[at] == "\\" and value[at + 1 : at + 2] == "\n"):
            at += 1 if value[at] != "\\" else 2
            continue
        start = at
        pieces, at = _word(text, at)
        expanded = [part for piece in pieces for part in _expanded(piece, environ or {})]
        words.append(Built(tuple(expanded), text.location(start, at), style))
    return words


def _word(text: Text, at: int) -> tuple[list[Piece], int]:
    value, quote, low = text.value, "", at
    pieces: list[Piece] = []
    while at < len(value):
        char = value[at]
        if quote:
            if char == quote or (char == "\\" and quote == '"' and at + 1 < len(value)):
                pieces.extend(text.part(low, at))
                if char == quote:
                    quote, at, low = "", at + 1, at + 1
                else:
                    low, at = at + 1, at + 2
                continue
        elif char in " \t\r\n":
            break
        elif char in "'\"":
            pieces.extend(text.part(low, at))
            quote, low = char, at + 1
        elif char == "\\" and at + 1 < len(value):
            pieces.extend(text.part(low, at))
            low, at = at + 1, at + 2
            continue
        at += 1
    pieces.extend(text.part(low, at))
    return pieces, at


def _expanded(piece: Piece, environ: Mapping[str, Text | str]) -> list[Piece]:
    found, at = [], 0
    for match in VARIABLE.finditer(piece.value):
        found.append(piece.part(at, match.start()))
        given = environ.get(match[1] or match[2] or match[3] or "")
        if given is None:
            part = piece.part(*match.span())
            found.append(Piece(part.value, part.source, part.spots, known=False))
        else:
            found.extend(given.pieces if isinstance(given, Text) else [Piece(given)])
        at = match.end()
    found.append(piece.part(at, len(piece.value)))
    return [one for one in found if one.value]
