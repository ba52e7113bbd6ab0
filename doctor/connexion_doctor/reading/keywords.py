"""Calls with what ``**`` and ``functools.partial`` give them."""

from __future__ import annotations

import ast

from connexion_doctor.python.nodes import name_of, short
from connexion_doctor.python.reach import looked_up
from connexion_doctor.reading.chains import Where
from connexion_doctor.reading.unread import Unread
from connexion_doctor.reading.value_kinds import Evaluator, Unknown


def opened(call: ast.Call, where: Where, values: Evaluator) -> ast.Call:
    """A call with its ``**`` replaced by the keywords that it stands for.

    :raises Unread: they cannot be known
    """
    if all(one.arg is not None for one in call.keywords):
        return call
    keywords: list[ast.keyword] = []
    for one in call.keywords:
        keywords += [one] if one.arg is not None else _keywords(one.value, where, values)
    return ast.copy_location(ast.Call(call.func, call.args, keywords), call)


def _keywords(node: ast.expr, where: Where, values: Evaluator) -> list[ast.keyword]:
    try:
        found = values.of(node, where)
    except Unknown:
        found = None
    if isinstance(found, dict):
        return [ast.keyword(str(name), _constant(value)) for name, value in found.items()]
    written = _written(node, where)
    if written is None:
        raise Unread(f"what **{short(node)[:40]} gives cannot be read", where.at(node))
    return written


def _constant(value: object) -> ast.expr:
    """A value as a node, which is evaluated to itself."""
    return ast.Constant(value)  # type: ignore[arg-type]


def _written(node: ast.expr, where: Where) -> list[ast.keyword] | None:
    """The entries of a dictionary that stands in the same file, of which not all are known."""
    if isinstance(node, ast.Name):
        binding = looked_up(node.id, where.scope)
        once = binding is not None and binding.index is None and binding.kind == "value"
        return _written(binding.value, where) if once and binding is not None and binding.value else None
    if (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "dict"
        and not node.args
    ):
        return list(node.keywords)
    if isinstance(node, ast.Dict):
        names = [one.value if isinstance(one, ast.Constant) else None for one in node.keys]
        pairs = zip(names, node.values, strict=True)
        return None if None in names else [ast.keyword(str(name), value) for name, value in pairs]
    return None


def preset(function: ast.expr, where: Where, values: Evaluator) -> ast.Call | None:
    """The ``functools.partial(...)`` that a name stands for.

    :raises Unread: it stands in another file, where its arguments mean something else
    """
    if not isinstance(function, ast.Name):
        return None
    binding = looked_up(function.id, where.scope)
    if binding is None or binding.kind != "import":
        value = binding.value if binding is not None else None
        return value if isinstance(value, ast.Call) and _is_partial(value) else None
    module, _, name = (binding.dotted or "").rpartition(".")
    inside = values.module(module, binding.level, where.module)
    there = inside.scope.bindings.get(name, []) if inside is not None else []
    if any(_is_partial(one.value) for one in there):
        raise Unread(f"what {function.id} gives Connexion cannot be read", where.at(function))
    return None


def _is_partial(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Call) and name_of(node.func).rpartition(".")[2] == "partial"
