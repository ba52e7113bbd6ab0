"""Data classes of the project: how they are made."""

from __future__ import annotations

import ast

from connexion_doctor.python.module import Module
from connexion_doctor.python.nodes import argument, name_of
from connexion_doctor.reading.chains import Where
from connexion_doctor.reading.value_kinds import Class, Evaluator, Unknown

MAKER = "dataclasses.dataclass"
NOT_GIVEN = ("ClassVar", "KW_ONLY")


def init_of(owner: Module, node: ast.ClassDef, values: Evaluator) -> ast.FunctionDef | None:
    """The ``__init__`` that ``dataclass`` writes for a class; None where it writes none, or another."""
    fields = _fields(owner, node, values)
    if fields is None:
        return None
    made = ast.arguments([], [ast.arg("self")], None, [], [], None, [])
    for name, default in fields.items():
        made.args.append(ast.arg(name))
        made.defaults += [default] if default is not None else []
    return ast.FunctionDef("__init__", made, [], [])


def _fields(owner: Module, node: ast.ClassDef, values: Evaluator) -> dict[str, ast.expr | None] | None:
    """The fields, those of the data classes above first, and what they are where nothing is given."""
    scope = owner.scopes[id(node)].parent or owner.scope
    decorators = [one.func if isinstance(one, ast.Call) else one for one in node.decorator_list]
    plain = all(_changes_no_call(one) for one in node.decorator_list if isinstance(one, ast.Call))
    if [values.modules.names.raw(one, owner, scope) for one in decorators] != [MAKER] or not plain:
        return None
    if "__init__" in owner.scopes[id(node)].bindings or node.keywords:
        return None
    found: dict[str, ast.expr | None] = {}
    for base in node.bases:
        try:
            above = values.of(base, Where(owner, scope))
        except Unknown:
            return None
        more = _fields(above.owner, above.node, values) if isinstance(above, Class) else None
        if more is None:
            return None
        found |= more
    for line in node.body:
        if not isinstance(line, ast.AnnAssign) or not isinstance(line.target, ast.Name):
            continue
        if any(word in ast.dump(line.annotation) for word in NOT_GIVEN):
            return None
        value = line.value
        if isinstance(value, ast.Call):
            if name_of(value.func).rpartition(".")[2] != "field" or argument(value, 99, "init") is not None:
                return None
            if argument(value, 99, "kw_only") is not None:
                return None
            given = [one.arg for one in value.keywords]
            value = value if "default" in given or "default_factory" in given else None
        found[line.target.id] = value
    return found


def _changes_no_call(node: ast.Call) -> bool:
    """Whether what ``dataclass`` is given changes nothing of how objects are made."""
    return {one.arg for one in node.keywords} <= {"frozen", "eq", "order", "repr", "slots", "unsafe_hash"}
