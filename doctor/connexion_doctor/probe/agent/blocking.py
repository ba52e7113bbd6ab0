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
import time
from typing import Any, Iterator

from . import describe, function_body
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


def _calls(body: function_body.Body) -> Iterator[tuple[str, ast.Call]]:
    """The calls that wait: the function's name, the node."""
    names, known = function_body.Names(body.function, body.nodes), list(_waiting())
    for node in body.nodes:
        if not isinstance(node, ast.Call):
            continue
        called = names.object_of(node.func)
        if isinstance(called, function_body.Later):
            module, _, attribute = called.rpartition(".")
            name = str(called) if attribute in WAITING.get(module, "").split() else None
        else:
            name = next((name for name, one in known if called is not None and one is called), None)
        if name is not None:
            yield name, node


def of(function: Any) -> list[dict[str, Any]]:
    """The calls of a coroutine function that block: what is called, and the line."""
    if not describe.is_coroutine_callable(function):
        return []
    body = function_body.of(function)
    return [
        dict(body.place(node), call=name)
        for name, node in _calls(body)
        if not (name == "time.sleep" and _yields(node))
    ]


def longest(function: Any) -> dict[str, Any] | None:
    """The call that may wait longest, by a number of seconds that stands in the source: ``time.sleep(60)``,
    or ``timeout=60`` of a client. None where no number says."""
    if not _may_say_seconds(quietly(inspect.unwrap, function, default=function)):
        return None
    body = function_body.of(function)
    found = [
        dict(body.place(node), call=name, seconds=seconds)
        for name, node in _calls(body)
        for seconds in [_seconds(name, node)]
        if seconds is not None
    ]
    return max(found, key=lambda one: one["seconds"], default=None)


def _may_say_seconds(function: Any) -> bool:
    """A cheap look at the code, which most handlers do not pass: a number, and either a ``timeout=`` (the
    names of keywords are a constant) or something called sleep."""
    code, namespace = getattr(function, "__code__", None), getattr(function, "__globals__", {})
    consts, names = getattr(code, "co_consts", ()), getattr(code, "co_names", ())
    if not any(isinstance(value, (int, float)) and value > 1 for value in consts):
        return False
    keyword = any(isinstance(value, tuple) and "timeout" in value for value in consts)
    return keyword or "sleep" in names or any(namespace.get(name) is time.sleep for name in names)


def _seconds(name: str, node: ast.Call) -> float | None:
    values = [keyword.value for keyword in node.keywords if keyword.arg == "timeout"]
    if name == "time.sleep":
        values = list(node.args[:1])
    value = values[0] if values else None
    if isinstance(value, ast.Constant) and isinstance(value.value, (int, float)):
        return float(value.value)
    return None


def _yields(node: Any) -> bool:
    """``time.sleep(0)``, which waits for nothing."""
    return bool(node.args) and isinstance(node.args[0], ast.Constant) and node.args[0].value == 0


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
