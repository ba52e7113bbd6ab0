"""Names that a module's ``__getattr__`` gives (PEP 562)."""

from __future__ import annotations

import ast

from connexion_doctor.python.module import Module
from connexion_doctor.reading.branches import Ended, returned
from connexion_doctor.reading.chains import Where
from connexion_doctor.reading.project_objects import passed
from connexion_doctor.reading.unread import Unread
from connexion_doctor.reading.value_kinds import Evaluator


def lazily(module: Module, name: str, values: Evaluator) -> tuple[ast.FunctionDef, ast.expr, Where]:
    """The function, what it returns for a name, and what that is read in.

    :raises KeyError: it raises
    :raises Unread: it cannot be known
    """
    node = module.scope.bindings["__getattr__"][-1].node
    unread = Unread(f"what __getattr__ gives for {name} cannot be read", module.location(node))
    if not isinstance(node, ast.FunctionDef) or len(node.args.args) != 1:
        raise unread
    call = ast.Call(ast.Name(node.name, ast.Load()), [ast.Constant(name)], [])
    given = passed(module, node, call, Where(module, module.scope))
    inside = Where(module, module.scopes[id(node)], given)
    asked: list[bool | None] = []

    def decide(test: ast.expr) -> bool | None:
        asked.append(values.truth(test, inside))
        return asked[-1]

    try:
        found = returned(node, decide)
    except Ended:
        if None in asked:
            raise unread from None
        raise KeyError(name) from None
    if None in asked or len(found) != 1 or found[0] is None:
        raise unread
    return node, found[0], inside
