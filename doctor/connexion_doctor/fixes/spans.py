"""Edits on a text: applied by their spans, everything else kept byte for byte."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from connexion_doctor.model import Edit


class OverlappingEdits(ValueError):
    """Two edits want to change the same characters."""


def line_starts(text: str) -> list[int]:
    """Offsets at which the lines of a text begin; CR, LF and CRLF end a line."""
    starts, index = [0], 0
    while index < len(text):
        if text[index] == "\r" and text[index + 1 : index + 2] == "\n":
            index += 1
        if text[index] in "\r\n":
            starts.append(index + 1)
        index += 1
    return starts


def apply(text: str, edits: Sequence[Edit]) -> str:
    """The text after the edits, whose locations are those of the text before any of them.

    New lines are written with the line ending that the text uses there.

    :raises OverlappingEdits: two edits change the same characters
    """
    starts = line_starts(text)

    def offset(line: int, column: int) -> int:
        if line > len(starts):
            return len(text)
        return min(starts[line - 1] + column - 1, len(text))

    spans = []
    for edit in edits:
        end_line, end_column = edit.location.end
        begin = offset(edit.location.line, edit.location.column)
        written = edit.replacement.replace("\n", newline_at(text, begin))
        spans.append((begin, offset(end_line, end_column), written))
    spans.sort(key=lambda span: span[:2])
    parts, done = [], 0
    for begin, end, replacement in spans:
        if begin < done:
            raise OverlappingEdits(f"two edits change the characters before offset {done}")
        parts += [text[done:begin], replacement]
        done = end
    return "".join([*parts, text[done:]])


def newline_at(text: str, offset: int) -> str:
    """The line ending in use at an offset: that of its line, for the last line that of the line before."""
    end = text.find("\n", offset)
    if end < 0:
        end = text.rfind("\n", 0, offset)
    if end < 0:
        return "\r" if "\r" in text else "\n"
    return "\r\n" if end > 0 and text[end - 1] == "\r" else "\n"


def diff(path: str, before: str, after: str, context: int = 3) -> list[str]:
    """A unified diff of one file, line by line without line ends."""
    lines = difflib.unified_diff(
        before.splitlines(), after.splitlines(), f"a/{path}", f"b/{path}", lineterm="", n=context
    )
    return list(lines)
