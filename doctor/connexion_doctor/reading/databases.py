"""Databases that lie in a file: their tables can be made while an app is loaded, without another machine."""

from __future__ import annotations

import ast
import os
from collections.abc import Iterator
from pathlib import Path

from connexion_doctor.python.module import Module, Use
from connexion_doctor.python.nodes import argument, name_of
from connexion_doctor.reading.chains import Where
from connexion_doctor.reading.value_kinds import Evaluator

ADDRESS = "SQLALCHEMY_DATABASE_URI"
FILE = "sqlite:///"


def makes_tables(use: Use[ast.Call], values: Evaluator) -> bool:
    """Whether ``create_all`` surely finds its database: every address of the project is that of a file whose
    folder is there, and an app is given where one is needed."""
    found = [
        _is_here(node, Where(module, module.scope), values, module)
        for module in values.modules.modules
        for node in _addresses(module)
    ]
    of_flask = "metadata" not in name_of(use.node.func)
    return bool(found) and all(found) and (not of_flask or _has_app(use, values))


def _addresses(module: Module) -> Iterator[ast.expr]:
    """What gives the address of a database in a module."""
    for node in ast.walk(module.tree):
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if name == ADDRESS:
                yield value
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value) if name == ADDRESS:
                yield value
            case ast.Assign(targets=[ast.Subscript(slice=ast.Constant(value=name))], value=value) if (
                name == ADDRESS
            ):
                yield value
            case ast.keyword(arg=name, value=value) if name == ADDRESS:
                yield value
            case ast.Call(func=function, args=[value, *_]) if name_of(function).endswith("create_engine"):
                yield value


def _is_here(node: ast.expr, where: Where, values: Evaluator, module: Module) -> bool:
    inner = next((one for one in module.scopes.values() if _holds(one.node, node)), None)
    text = values.text(node, Where(module, inner) if inner is not None else where)
    if text is None or not text.startswith("sqlite://"):
        return False
    path = text.removeprefix(FILE)
    if path in ("sqlite://", "", ":memory:"):
        return True
    plain = os.path.isabs(path) or "/" in path
    folder = Path(values.modules.here(str(Path(values.modules.directory, path)))).parent
    return not plain or os.path.isdir(folder)


def _holds(outer: ast.AST, node: ast.expr) -> bool:
    return isinstance(outer, ast.FunctionDef) and any(one is node for one in ast.walk(outer))


def _has_app(use: Use[ast.Call], values: Evaluator) -> bool:
    """Whether flask-sqlalchemy knows its app, and an app's context is around the call."""
    calls = [one.node for module in values.modules.modules for one in module.calls]
    given = any(
        name_of(one.func).endswith(".init_app")
        or name_of(one.func).endswith("SQLAlchemy")
        and argument(one, 0, "app") is not None
        for one in calls
    )
    return given and any(
        isinstance(one, ast.With)
        and one.lineno <= use.node.lineno <= (one.end_lineno or 0)
        and any("app_context(" in ast.unparse(item.context_expr) for item in one.items)
        for one in ast.walk(use.module.tree)
    )
