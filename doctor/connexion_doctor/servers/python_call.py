"""The call in the project's Python that starts a server, and the edits that make it start another."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from connexion_doctor.facts.case import Case
from connexion_doctor.foundation.late import dataclass
from connexion_doctor.model import Edit, Location
from connexion_doctor.model.source import Source
from connexion_doctor.writing.languages import string_of_python

# The last names of the calls that start a server, by what the probe names the start; of the arguments,
# the place of the app, where the call has one.
CALLS: Mapping[str, tuple[tuple[str, ...], int | None]] = {
    "uvicorn.run": (("run", "Config"), 0),
    "waitress.serve": (("serve", "create_server"), 0),
    "werkzeug's run_simple": (("run_simple", "make_server", "run"), 2),
    "gevent's WSGIServer": (("WSGIServer",), 1),
    "wsgiref's serve_forever": (("make_server",), 2),
    "granian's Granian.serve": (("Granian",), None),  # it takes a target, no app
}
LIBRARIES = ("waitress", "werkzeug", "gevent", "wsgiref")


@dataclass(frozen=True)
class StartCall:
    """A call that starts a server. ``app`` is its argument for the app; None for ``app.run()``."""

    source: Source
    node: ast.Call
    app: ast.expr | None

    @property
    def location(self) -> Location:
        """Where it stands."""
        return self.source.location(self.node)

    def text(self, node: ast.expr) -> str:
        """A part of it as it is written."""
        return ast.get_source_segment(self.source.text, node) or ast.unparse(node)

    def keyword(self, *names: str) -> str | None:
        """The first of these keyword arguments, as it is written."""
        found = (entry for name in names for entry in self.node.keywords if entry.arg == name)
        first = next(found, None)
        return self.text(first.value) if first is not None else None


def start_call(case: Case) -> StartCall | None:
    """The call that the probe saw, where it is found in the source of its file."""
    details = case.facts.server.details
    place, starts = details.get("place"), details.get("starts")
    if not isinstance(place, (list, tuple)) or not isinstance(starts, str) or starts not in CALLS:
        return None
    source = case.sources.get(str(place[0]))
    if source is None or source.tree is None:
        return None
    names, index = CALLS[starts]
    for node in _calls_at(source.tree, int(place[1])):
        if _last_name(node.func) not in names:
            continue
        if isinstance(node.func, ast.Attribute) and node.func.attr == "run" and not _is_module(node.func):
            return StartCall(source, node, None)
        return StartCall(source, node, _argument(node, index))
    return None


def _calls_at(tree: ast.Module, line: int) -> Iterator[ast.Call]:
    """Calls that span a line, the innermost last; the outermost is the statement's own."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and node.lineno <= line <= (node.end_lineno or node.lineno):
            yield node


def _last_name(func: ast.expr) -> str:
    if isinstance(func, ast.Attribute):
        return func.attr
    return func.id if isinstance(func, ast.Name) else ""


def _is_module(func: ast.Attribute) -> bool:
    return isinstance(func.value, ast.Name) and func.value.id in ("uvicorn", "werkzeug", "serving")


def _argument(node: ast.Call, index: int | None) -> ast.expr | None:
    for keyword in node.keywords:
        if keyword.arg in ("app", "application", "wsgi_app"):
            return keyword.value
    if (
        index is not None
        and len(node.args) > index
        and not any(isinstance(a, ast.Starred) for a in node.args)
    ):
        return node.args[index]
    return None


def to_uvicorn(call: StartCall, app: str, host: object, port: object) -> list[Edit]:
    """Edits that start uvicorn on the same address in place of what the call starts; none where the call
    is only a part of the start, or its address is not plain to see.

    :param app: the app as an expression in that place
    :param host: where the call listens, as the probe saw it; likewise ``port``
    """
    if _last_name(call.node.func) not in ("run", "serve", "run_simple") or not _knows(call, app):
        return []
    if any(entry.arg in (None, "listen", "unix_socket", "sockets", "fd") for entry in call.node.keywords):
        return []
    first = 2 if _last_name(call.node.func) == "run_simple" else 0  # its host and port have no defaults
    given = [call.text(argument) for argument in call.node.args[:first]]
    host_text = call.keyword("host", "hostname") or _nth(given, 0, f'"{host or "127.0.0.1"}"')
    port_text = call.keyword("port") or _nth(given, 1, str(port or 8000))
    imported = _imports_uvicorn(call)
    if call.app is None and not imported:
        return [Edit(call.location, f"{app}.run(host={host_text}, port={port_text})")]
    made = [Edit(call.location, f"uvicorn.run({app}, host={host_text}, port={port_text})")]
    if not imported:
        place = _import_of(call)
        if place is None:
            return []
        made.append(place)
    return made


def _knows(call: StartCall, expression: str) -> bool:
    """Whether the file has the name that an expression begins with."""
    name = expression.partition(".")[0]
    nodes = ast.walk(call.source.tree) if call.source.tree is not None else iter(())
    return any(
        (isinstance(node, ast.Name) and node.id == name) or (isinstance(node, ast.arg) and node.arg == name)
        for node in nodes
    )


def _nth(texts: list[str], index: int, otherwise: str) -> str:
    return texts[index] if len(texts) > index else otherwise


def with_interface(call: StartCall, interface: str) -> list[Edit]:
    """Edits that tell ``uvicorn.run`` how the app is called."""
    for keyword in call.node.keywords:
        if keyword.arg == "interface":
            return [Edit(call.source.location(keyword.value), f'"{interface}"')]
    last = [*call.node.args, *(keyword.value for keyword in call.node.keywords)][-1:]
    if not last or any(keyword.arg is None for keyword in call.node.keywords):
        return []
    end_line, end_column = call.source.location(last[0]).end
    spot = Location(call.source.path, end_line, end_column, end_line, end_column)
    return [Edit(spot, f', interface="{interface}"')]


def around_app(call: StartCall, wrapper: str, app: str | None = None) -> list[Edit]:
    """Edits that put ``wrapper(...)`` around the app that the call is given (or another one), imported
    from a2wsgi."""
    place = _import_of(call, f"from a2wsgi import {wrapper}", keep=True)
    if call.app is None or place is None:
        return []
    return [place, Edit(call.source.location(call.app), f"{wrapper}({app or call.text(call.app)})")]


def replaced_app(call: StartCall, app: str) -> list[Edit]:
    """Edits that hand another app to the server; for ``x.run()``, that run another one."""
    if not _knows(call, app):
        return []
    if call.app is not None:
        return [Edit(call.source.location(call.app), app)]
    if isinstance(call.node.func, ast.Attribute) and call.node.func.attr == "run":
        return [Edit(call.source.location(call.node.func.value), app)]
    return []


def replaced_string(call: StartCall, target: str) -> list[Edit]:
    """Edits that name another object, where the app is given as an import string."""
    if not isinstance(call.app, ast.Constant) or not isinstance(call.app.value, str):
        return []
    quote = call.text(call.app)[:1]
    if quote not in "\"'":
        return []
    return [Edit(call.source.location(call.app), string_of_python(target, quote))]


def _imports_uvicorn(call: StartCall) -> bool:
    return any(
        isinstance(node, ast.Import)
        and any(alias.name == "uvicorn" and not alias.asname for alias in node.names)
        for node in _imports(call)
    )


def _imports(call: StartCall) -> Iterator[ast.Import | ast.ImportFrom]:
    """The imports whose names the call sees: those of its function, and of the module."""
    functions = [
        node
        for node in ast.walk(call.source.tree or ast.Module([], []))
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))
    ]
    for node in ast.walk(call.source.tree or ast.Module([], [])):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            around = [function for function in functions if _holds(function, node)]
            if all(_holds(function, call.node) for function in around):
                yield node


def _holds(outer: ast.stmt | ast.expr, inner: ast.stmt | ast.expr) -> bool:
    return outer.lineno <= inner.lineno and (inner.end_lineno or 0) <= (outer.end_lineno or 0)


def _import_of(call: StartCall, statement: str = "import uvicorn", keep: bool = False) -> Edit | None:
    """The import of the old server replaced by ``statement``, or that put in front of it where it brings
    other names too."""
    source = call.source
    for node in _imports(call):
        if isinstance(node, ast.ImportFrom):
            library = (node.module or "").partition(".")[0]
        else:
            library = node.names[0].name.partition(".")[0]
        if library not in LIBRARIES:
            continue
        location = source.location(node)
        if len(node.names) == 1 and not keep and _uses(source, node.names[0]) < 2:
            return Edit(location, statement)
        indent = " " * (location.column - 1)
        spot = Location(location.path, location.line, location.column, location.line, location.column)
        return Edit(spot, f"{statement}\n{indent}")
    return None


def _uses(source: Source, alias: ast.alias) -> int:
    name = alias.asname or alias.name.partition(".")[0]
    nodes = ast.walk(source.tree) if source.tree is not None else iter(())
    return sum(isinstance(node, ast.Name) and node.id == name for node in nodes)
