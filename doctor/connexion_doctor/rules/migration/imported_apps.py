"""The Connexion app of another module, where a test has imported the Flask app inside of it."""

from __future__ import annotations

import ast

from connexion_doctor.model import Edit
from connexion_doctor.python import Sources, Use
from connexion_doctor.python.edits import insert, replace
from connexion_doctor.python.reach import looked_up
from connexion_doctor.rules.migration.uses import FLASK


def edits(sources: Sources, use: Use[ast.Call], inner: ast.expr) -> tuple[Edit, ...]:
    """The Connexion app in the place of ``app`` of ``from server import app``, imported beside it, or of
    ``server.app``, where ``server`` has ``app = connexion_app.app``; empty where that is not certain."""
    module = use.module
    if isinstance(inner, ast.Attribute):
        path = sources.names.raw(inner.value, module, use.scope) or ""
        outer = _outer(sources, path.removeprefix("%"), inner.attr) if path.startswith("%") else None
        return (replace(module, inner, f"{module.text(inner.value)}.{outer}"),) if outer else ()
    binding = looked_up(inner.id, use.scope) if isinstance(inner, ast.Name) else None
    if binding is None or not isinstance(binding.node, ast.ImportFrom):
        return ()
    taken = next(one for one in binding.node.names if (one.asname or one.name) == inner.id)  # type: ignore[attr-defined]
    origins = sources.origins(binding, module)
    outer = _outer(sources, origins[0], taken.name) if origins else None
    if outer is None:
        return ()
    other = looked_up(outer, use.scope)
    there = (replace(module, inner, outer),)
    if other is None:
        return (*there, insert(module, *module.location(taken).end, f", {outer}"))
    known = ast.copy_location(ast.Name(outer, ast.Load()), inner)
    same = other.kind == "import" and sources.names.value(known, module, use.scope) == f"{FLASK}()"
    return there if same else ()


def _outer(sources: Sources, path: str, name: str) -> str | None:
    """``cnx`` of ``app = cnx.app``, both given once at the top of a module."""
    module = sources.parsed(path)
    bindings = module.scope.bindings.get(name, []) if module is not None else []
    value = bindings[0].value if len(bindings) == 1 and bindings[0].kind == "value" else None
    if module is None or not isinstance(value, ast.Attribute) or value.attr != "app":
        return None
    owner = value.value
    if not isinstance(owner, ast.Name) or len(module.scope.bindings.get(owner.id, [])) != 1:
        return None
    return owner.id if sources.names.value(owner, module, module.scope) == f"{FLASK}()" else None
