"""Edits on a text: applied by their spans, everything else kept byte for byte."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from doctor.model import Edit


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

    New lines are written with the line ending that the text uses.

    :raises OverlappingEdits: two edits change the same characters
    """
    starts = line_starts(text)

    def offset(line: int, column: int) -> int:
        if line > len(starts):
            return len(text)
        return min(starts[line - 1] + column - 1, len(text))

    newline = "\r\n" if "\r\n" in text else "\n"
    spans = []
    for edit in edits:
        end_line, end_column = edit.location.end
        begin = offset(edit.location.line, edit.location.column)
        spans.append((begin, offset(end_line, end_column), edit.replacement.replace("\n", newline)))
    spans.sort(key=lambda span: span[:2])
    parts, done = [], 0
    for begin, end, replacement in spans:
        if begin < done:
            raise OverlappingEdits(f"two edits change the characters before offset {done}")
        parts += [text[done:begin], replacement]
        done = end
    return "".join([*parts, text[done:]])


def diff(path: str, before: str, after: str, context: int = 3) -> list[str]:
    """A unified diff of one file, line by line without line ends."""
    lines = difflib.unified_diff(
        before.splitlines(), after.splitlines(), f"a/{path}", f"b/{path}", lineterm="", n=context
    )
    return list(lines)
