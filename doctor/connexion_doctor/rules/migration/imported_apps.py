"""The Connexion app of another module, where a test has that module, or has imported both of its apps."""

from __future__ import annotations

import ast

from connexion_doctor.model import Edit
from connexion_doctor.python import Sources, Use
from connexion_doctor.python.edits import replace
from connexion_doctor.python.reach import looked_up
from connexion_doctor.rules.migration.uses import FLASK


def edits(sources: Sources, use: Use[ast.Call], inner: ast.expr) -> tuple[Edit, ...]:
    """The Connexion app in the place of ``app`` of ``from server import app, cnx``, or of ``server.app``,
    where ``server`` has ``app = cnx.app``; empty where that is not certain."""
    module = use.module
    if isinstance(inner, ast.Attribute):
        path = sources.names.raw(inner.value, module, use.scope) or ""
        outer = _outer(sources, path.removeprefix("%"), inner.attr) if path.startswith("%") else None
        return (replace(module, inner, f"{module.text(inner.value)}.{outer}"),) if outer else ()
    binding = looked_up(inner.id, use.scope) if isinstance(inner, ast.Name) else None
    if binding is None or not isinstance(binding.node, ast.ImportFrom):
        return ()
    names = {one.asname or one.name: one.name for one in binding.node.names}
    origins = sources.origins(binding, module)
    outer = _outer(sources, origins[0], names[inner.id]) if origins else None  # type: ignore[attr-defined]
    known = ast.copy_location(ast.Name(outer or "", ast.Load()), inner)
    imported = looked_up(outer, use.scope) if outer is not None else None
    same = sources.names.value(known, module, use.scope) == f"{FLASK}()"
    certain = imported is not None and imported.kind == "import" and same
    return (replace(module, inner, known.id),) if certain else ()


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
