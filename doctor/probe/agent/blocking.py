"""Handlers that call something which waits: coroutines that do not give the event loop away meanwhile, and
functions that say for how long.

Read from the source of the handler, each name resolved as its module has it: whatever the import is called,
the object that would be called is compared with the functions below. What stands in a function or a lambda
inside, or is handed on without being called (``asyncio.to_thread(time.sleep, 1)``), is not called here.
Nothing of the app's is called or imported for it.
"""

from __future__ import annotations

import ast
import inspect
import sys
import textwrap
from typing import Any, Iterator

from . import describe
from .describe import quietly

HTTP = "request get post put patch delete head options"
WAITING = {
    "time": "sleep",
    "requests": HTTP,
    "httpx": HTTP + " stream",
    "urllib.request": "urlopen urlretrieve",
    "subprocess": "run call check_call check_output getoutput getstatusoutput",
    "os": "system",
    "socket": "create_connection",
    "sqlite3": "connect",
    "psycopg2": "connect",
    "psycopg": "connect",
    "pymysql": "connect",
    "MySQLdb": "connect",
    "mysql.connector": "connect",
}
METHODS = {"requests": ("Session", HTTP), "httpx": ("Client", HTTP)}
# Libraries that put functions of their own in the place of these, which do give the loop's thread away.
GREEN = ("gevent", "eventlet")


class Body:
    """The statements of a function, from its source: the nodes that run when it does, and what names mean.

    ``nodes`` is empty where there is no source.
    """

    def __init__(self, function: Any) -> None:
        function = quietly(inspect.unwrap, function, default=function)
        self.function = getattr(function, "__func__", function)
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

    def waiting(self) -> Iterator[tuple[str, ast.Call]]:
        """The calls that wait: the function's name, the node."""
        names, known = _Names(self.function, self.nodes), list(_waiting())
        for node in self.nodes:
            called = names.object_of(node.func) if isinstance(node, ast.Call) else None
            if isinstance(called, _Later):
                module, _, attribute = called.rpartition(".")
                name = str(called) if attribute in WAITING.get(module, "").split() else None
            else:
                name = next((name for name, one in known if called is not None and one is called), None)
            if name is not None and isinstance(node, ast.Call):
                yield name, node


def of(function: Any) -> list[dict[str, Any]]:
    """The calls of a coroutine function that block: what is called, and the line."""
    if not describe.is_coroutine_callable(function):
        return []
    body = Body(function)
    return [
        dict(body.place(node), call=name)
        for name, node in body.waiting()
        if not (name == "time.sleep" and _yields(node))
    ]


def longest(function: Any) -> dict[str, Any] | None:
    """The call that may wait longest, by a number of seconds that stands in the source: ``time.sleep(60)``,
    or ``timeout=60`` of a client. None where no number says."""
    code = getattr(quietly(inspect.unwrap, function, default=function), "__code__", None)
    if not any(isinstance(value, (int, float)) and value > 1 for value in getattr(code, "co_consts", ())):
        return None
    body = Body(function)
    found = [
        dict(body.place(node), call=name, seconds=seconds)
        for name, node in body.waiting()
        for seconds in [_seconds(name, node)]
        if seconds is not None
    ]
    return max(found, key=lambda one: one["seconds"], default=None)


def _seconds(name: str, node: ast.Call) -> float | None:
    values = [keyword.value for keyword in node.keywords if keyword.arg == "timeout"]
    if name == "time.sleep":
        values = list(node.args[:1])
    value = values[0] if values else None
    if isinstance(value, ast.Constant) and isinstance(value.value, (int, float)):
        return float(value.value)
    return None


def _own(nodes: Any) -> Iterator[ast.AST]:
    """The nodes that run when the function does, not those of functions inside it."""
    for node in nodes:
        yield node
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)):
            yield from _own(ast.iter_child_nodes(node))


def _yields(node: Any) -> bool:
    """``time.sleep(0)``, which waits for nothing."""
    return bool(node.args) and isinstance(node.args[0], ast.Constant) and node.args[0].value == 0


def _names_of(function: str) -> list[str]:
    return WAITING.get(function.rpartition(".")[0], "").split()


def _waiting() -> Iterator[tuple[str, Any]]:
    for module_name, names in WAITING.items():
        module = sys.modules.get(module_name)
        for name in names.split():
            value = quietly(getattr, module, name, None)
            if value is not None and not str(getattr(value, "__module__", "")).startswith(GREEN):
                yield "%s.%s" % (module_name, name), value
    for module_name, (class_name, names) in METHODS.items():
        cls = quietly(getattr, sys.modules.get(module_name), class_name, None)
        for name in names.split():
            value = quietly(inspect.getattr_static, cls, name, None)
            if value is not None:
                yield "%s.%s.%s" % (module_name, class_name, name), value


class _Later(str):
    """The dotted name of something that is imported inside the function and is not loaded so far."""


class _Names:
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
    return sys.modules.get(module) or _Later(module)


def _attribute(owner: Any, name: str) -> Any:
    """What a name of a module or of an object is, without running any code of theirs."""
    if isinstance(owner, _Later):
        return _Later("%s.%s" % (owner, name))
    if inspect.ismodule(owner):
        found = quietly(vars(owner).get, name)
        whole = "%s.%s" % (owner.__name__, name)
        return found if found is not None or not hasattr(owner, "__path__") else _loaded(whole)
    return quietly(inspect.getattr_static, owner, name, None) if owner is not None else None
