"""Lists of a module as far as they are written down: made, added, made longer in one block."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from connexion_doctor.python.nodes import name_of

DEEPEST = 20  # of lists in lists

Lists = Mapping[str, list[ast.expr]]


def lists_of(tree: ast.Module) -> Lists:
    """The elements of every list by its name: ``=``, ``+=``, ``append`` and ``extend`` in one block."""
    found: dict[str, list[ast.expr]] = {}
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list):
            found.update(_of_block(body))
    return found


def _of_block(body: list[ast.stmt]) -> dict[str, list[ast.expr]]:
    here: dict[str, list[ast.expr]] = {}
    for statement in body:
        if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
            made = elements(statement.value, here)
            if made is not None:
                here[statement.targets[0].id] = made
        elif isinstance(statement, ast.AugAssign) and isinstance(statement.target, ast.Name):
            if statement.target.id in here:
                here[statement.target.id] += elements(statement.value, here) or []
        elif isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
            name, _, method = name_of(statement.value.func).rpartition(".")
            given = statement.value.args
            if name in here and method == "append":
                here[name] += given[:1]
            elif name in here and method == "extend" and given:
                here[name] += elements(given[0], here) or []
    return here


def elements(node: ast.expr, lists: Lists, depth: int = 0) -> list[ast.expr] | None:
    """The elements of a list or tuple, of one by its name, of a sum of them; None for what is none."""
    if depth > DEEPEST:
        return None
    if isinstance(node, ast.Name):
        return list(lists[node.id]) if node.id in lists else None
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        left, right = (elements(side, lists, depth + 1) for side in (node.left, node.right))
        return None if left is None else [*left, *(right or [])]
    if not isinstance(node, ast.List | ast.Tuple):
        return None
    found: list[ast.expr] = []
    for element in node.elts:
        inner = elements(element.value, lists, depth + 1) if isinstance(element, ast.Starred) else None
        found += inner if inner is not None else [element]
    return found
