"""Questions about single nodes of a syntax tree: their dotted name, their text, an argument of a call."""

from __future__ import annotations

import ast


def name_of(node: ast.expr) -> str:
    """``a.b.c``; empty for what is no dotted name."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(parts)]) if isinstance(node, ast.Name) else ""


def last_name(node: ast.AST) -> str:
    """``c`` of ``a.b.c``, whatever stands in front of it; empty for what has no name."""
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def is_none(node: ast.expr | None) -> bool:
    """Whether nothing is written, or ``None``."""
    return node is None or isinstance(node, ast.Constant) and node.value is None


def short(node: ast.expr) -> str:
    """A node as Python, not too long."""
    try:
        return ast.unparse(node)[:200]
    except (RecursionError, ValueError):
        return "..."


def argument(node: ast.Call, index: int, keyword: str) -> ast.expr | None:
    """An argument of a call, by keyword or by position."""
    for given in node.keywords:
        if given.arg == keyword:
            return given.value
    if index < len(node.args) and not isinstance(node.args[index], ast.Starred):
        return node.args[index]
    return None


def text_in(node: ast.expr | None) -> str | None:
    """The text of a string literal."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None
