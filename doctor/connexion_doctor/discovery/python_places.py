"""Nodes of Python's syntax tree -> names, texts, and their places in the source."""

from __future__ import annotations

import ast

from connexion_doctor.commands.expand import Built
from connexion_doctor.commands.placed_text import Piece, Source
from connexion_doctor.model import Style


class Places:
    """Where the nodes of a file stand; the tree counts bytes, locations count characters."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.lines = source.text.split("\n")

    def word(self, node: ast.expr) -> Built:
        """A word of a command; what is no constant is not known."""
        start, end = self.offset(node.lineno, node.col_offset), self._end(node)
        location = self.source.location(start, end)
        if isinstance(node, ast.Constant) and isinstance(node.value, (str, int)):
            text = str(node.value)
            inner = self.source.text[start + 1 : end - 1]
            spots = range(start + 1, end - 1) if inner == text else ()
            piece = Piece(text, self.source if spots else None, spots)
        elif short(node) == "sys.executable":
            piece = Piece("python")
        else:
            piece = Piece(short(node), known=False)
        return Built((piece,), location, Style.JSON)

    def at(self, node: ast.expr) -> tuple[int, int]:
        """Line and column of a node."""
        return node.lineno, len(self._bytes(node.lineno)[: node.col_offset].decode("utf-8", "replace")) + 1

    def _end(self, node: ast.expr) -> int:
        return self.offset(node.end_lineno or node.lineno, node.end_col_offset or node.col_offset)

    def offset(self, line: int, column: int) -> int:
        """The offset of a line and a column in bytes."""
        characters = len(self._bytes(line)[:column].decode("utf-8", "replace"))
        return self.source.offset(line - 1, characters)

    def _bytes(self, line: int) -> bytes:
        return self.lines[line - 1].encode("utf-8", "replace") if line <= len(self.lines) else b""


def argument(node: ast.Call, index: int, keyword: str) -> ast.expr | None:
    """An argument of a call, by keyword or by position."""
    for given in node.keywords:
        if given.arg == keyword:
            return given.value
    if index < len(node.args) and not isinstance(node.args[index], ast.Starred):
        return node.args[index]
    return None


def name_of(node: ast.expr) -> str:
    """``a.b.c``; empty for what is no dotted name."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(parts)]) if isinstance(node, ast.Name) else ""


def short(node: ast.expr) -> str:
    """A node as Python, not too long."""
    try:
        return ast.unparse(node)[:200]
    except (RecursionError, ValueError):
        return "..."
