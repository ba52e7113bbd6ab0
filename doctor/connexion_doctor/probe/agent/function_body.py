"""The source of a function of the app: the nodes that run when it does, and what the names in them mean.

Read, not run: nothing of the app's is called or imported for it.
"""

from __future__ import annotations

import ast
import inspect
import sys
import textwrap
from typing import Any, Iterator

from .describe import quietly

_read: dict[int, "Body"] = {}  # by the id of the function, which its body keeps alive


def of(function: Any) -> Body:
    """The body of a function or method, or of what a decorator wrapped; read once however often it is asked
    for."""
    function = quietly(inspect.unwrap, function, default=function)
    function = getattr(function, "__func__", function)
    if id(function) not in _read:
        _read[id(function)] = Body(function)
    return _read[id(function)]


class Body:
    """The statements of a function, from its source. ``nodes`` is empty where there is none."""

    def __init__(self, function: Any) -> None:
        self.function = function
        self.code: Any = getattr(self.function, "__code__", None)
        self.nodes: list[ast.AST] = []
        if self.code is None:
            return
        lines, self._first = quietly(inspect.getsourcelines, self.function, default=([], 0))
        tree = quietly(lambda: ast.parse(textwrap.dedent("".join(lines))))
        if (
            tree is not None
            and tree.body
            and isinstance(tree.body[0], (ast.FunctionDef, ast.AsyncFunctionDef))
        ):
            self.nodes = list(_own(tree.body[0].body))

    def place(self, node: Any) -> dict[str, Any]:
        """File and line of a node."""
        return {"path": self.code.co_filename, "line": self._first + node.lineno - 1}


def _own(nodes: Any) -> Iterator[ast.AST]:
    """The nodes that run when the function does, not those of functions inside it."""
    for node in nodes:
        yield node
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)):
            yield from _own(ast.iter_child_nodes(node))


class Later(str):
    """The dotted name of something that is imported inside the function and is not loaded so far."""


class Names:
    """What names mean inside a function: its own imports, else what its module has."""

    def __init__(self, function: Any, body: list[ast.AST]) -> None:
        code = function.__code__
        self.namespace = dict(function.__globals__)
        for name in (*code.co_varnames, *code.co_cellvars, *code.co_freevars):
            self.namespace.pop(name, None)
        for node in body:
            if isinstance(node, ast.Import):
                for alias in node.names:
                    first = alias.name.partition(".")[0]
                    name = alias.asname or first
                    self.namespace[name] = _loaded(alias.name if alias.asname else first)
            elif isinstance(node, ast.ImportFrom) and not node.level:
                module = _loaded(node.module or "")
                for alias in node.names:
                    self.namespace[alias.asname or alias.name] = _attribute(module, alias.name)

    def object_of(self, node: ast.AST) -> Any:
        """The object that an expression of names and attributes leads to; None where that is not known."""
        if isinstance(node, ast.Name):
            return self.namespace.get(node.id)
        if not isinstance(node, ast.Attribute):
            return None
        return _attribute(self.object_of(node.value), node.attr)


def _loaded(module: str) -> Any:
    return sys.modules.get(module) or Later(module)


def _attribute(owner: Any, name: str) -> Any:
    """What a name of a module or of an object is, without running any code of theirs."""
    if isinstance(owner, Later):
        return Later("%s.%s" % (owner, name))
    if inspect.ismodule(owner):
        found = quietly(vars(owner).get, name)
        whole = "%s.%s" % (owner.__name__, name)
        return found if found is not None or not hasattr(owner, "__path__") else _loaded(whole)
    return quietly(inspect.getattr_static, owner, name, None) if owner is not None else None
