"""Paths as Python writes them: texts, ``Path(__file__).parent / "spec"``, ``os.path.join(...)``."""

from __future__ import annotations

import ast
from pathlib import Path

from connexion_doctor.python.module import Module, Scope
from connexion_doctor.python.nodes import name_of
from connexion_doctor.python.reach import looked_up

DEEPEST = 12


def path_of(node: ast.expr | None, module: Module, scope: Scope, file: Path, depth: int = 0) -> Path | None:
    """The path an expression stands for; None where it cannot be known.

    :param file: the file it stands in
    """
    if node is None or depth > DEEPEST:
        return None
    again = depth + 1
    match node:
        case ast.Constant(value=str(text)):
            return Path(text)
        case ast.Name(id="__file__"):
            return file
        case ast.Name():
            binding = looked_up(node.id, scope)
            value = binding.value if binding is not None and binding.index is None else None
            return path_of(value, module, scope, file, again)
        case ast.BinOp(op=ast.Div(), left=left, right=right):
            base, more = (path_of(side, module, scope, file, again) for side in (left, right))
            return base / more if base is not None and more is not None else None
        case ast.Attribute(attr="parent"):
            inside = path_of(node.value, module, scope, file, again)
            return inside.parent if inside is not None else None
        case ast.Subscript(
            value=ast.Attribute(attr="parents", value=inside_node), slice=ast.Constant(value=int(n))
        ):
            inside = path_of(inside_node, module, scope, file, again)
            return inside.parents[n] if inside is not None and n < len(inside.parents) else None
        case ast.Call(func=ast.Attribute(attr="resolve" | "absolute", value=inside_node)):
            return path_of(inside_node, module, scope, file, again)
        case ast.Call(func=function, args=arguments):
            return _of_call(name_of(function), arguments, module, scope, file, again)
    return None


def _of_call(
    name: str, arguments: list[ast.expr], module: Module, scope: Scope, file: Path, depth: int
) -> Path | None:
    made = [path_of(one, module, scope, file, depth) for one in arguments]
    known = [one for one in made if one is not None]
    if not known or len(known) < len(made):
        return None
    last = name.rpartition(".")[2]
    if last == "dirname":
        return known[0].parent
    if last in ("Path", "PurePath", "join", "str", "abspath", "realpath", "fspath"):
        return Path(*known)
    return None
