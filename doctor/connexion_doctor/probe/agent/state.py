"""State that requests change and that every process has for itself: what a handler does to its module.

Read from the source of the handler: a dictionary, list or set of the module that it changes, or a number or
text that it counts on with ``global``. A name that says it is a cache is none: caches may differ.
"""

from __future__ import annotations

import ast
import inspect
from typing import Any

from . import function_body
from .describe import quietly

CHANGES = frozenset(
    "append add update pop popitem clear extend insert remove discard setdefault sort reverse".split()
)
CACHES = ("cache", "memo", "pool", "lazy", "client", "session", "conn", "engine")
COLLECTIONS = (dict, list, set)
COUNTED = (int, float, str)


def of(function: Any) -> list[dict[str, Any]]:
    """What a handler changes: the name in its module, and the line."""
    function = quietly(inspect.unwrap, function, default=function)
    namespace = getattr(function, "__globals__", {})
    names = getattr(getattr(function, "__code__", None), "co_names", ())
    kept = {name for name in names if isinstance(namespace.get(name), (*COLLECTIONS, *COUNTED))}
    if not any(isinstance(namespace[name], COLLECTIONS) or _rebound(function, name) for name in kept):
        return []
    body, found = function_body.of(function), {}
    for node in body.nodes:
        name = _changed(node)
        if name in kept and name not in found and not any(word in name.lower() for word in CACHES):
            found[name] = dict(body.place(node), name=name)
    return list(found.values())


def _rebound(function: Any, name: str) -> bool:
    """Whether the function binds the name of its module anew (``global``): a cheap look at the bytecode."""
    import dis

    return any(one.opname == "STORE_GLOBAL" and one.argval == name for one in dis.get_instructions(function))


def _changed(node: ast.AST) -> str:
    """The name whose object a statement or call changes in place, or counts on; empty for none."""
    targets: list[ast.AST] = []
    if isinstance(node, (ast.Assign, ast.Delete)):
        targets = [target for target in node.targets if isinstance(target, ast.Subscript)]
    elif isinstance(node, ast.AugAssign):
        targets = [node.target]
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CHANGES:
        targets = [node.func]
    for target in targets:
        while isinstance(target, (ast.Subscript, ast.Attribute)):
            target = target.value
        if isinstance(target, ast.Name):
            return target.id
    return ""
