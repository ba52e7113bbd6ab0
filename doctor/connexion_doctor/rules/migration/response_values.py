"""Handlers that return data under a content type that is not JSON."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from connexion_doctor.model import Edit, Finding, Severity
from connexion_doctor.python import Module, Sources
from connexion_doctor.python.edits import add_import, known, replace
from connexion_doctor.python.module import Function
from connexion_doctor.python.nodes import last_name
from connexion_doctor.python.operations import is_json
from connexion_doctor.rules.base import finding, rule
from connexion_doctor.rules.migration.response_types import handlers_of, returns_of
from connexion_doctor.rules.migration.uses import fix

DATA = ast.Dict | ast.List | ast.ListComp | ast.DictComp
DATA_CALLS = frozenset("dict list sorted to_dict asdict model_dump".split())
NUMBER_CALLS = frozenset("int float len round sum".split())


@rule("CXD456", "data-under-another-type", Severity.ERROR)
def data_under_another_type(sources: Sources) -> Iterator[Finding]:
    """A handler returns data, and its operation answers in a type that is not JSON.

    What happens: The answer is 200 with another body: of a dictionary its keys, of a number nothing; a list
        ends in 500.

    Why: Connexion 2 wrote data as JSON under every content type. Connexion 3 does so for JSON alone, and
        gives the rest to the framework as it is.

    Fix: Return text: `Jsonifier().dumps(...)` writes what Connexion 2 wrote. That works in both versions.

    Before:
        import connexion


        def show(name):
            return {"name": name}, 200


        app = connexion.FlaskApp(__name__)
        app.add_api("openapi.yaml")

    After:
        import connexion
        from connexion.jsonifier import Jsonifier


        def show(name):
            return Jsonifier().dumps({"name": name}), 200


        app = connexion.FlaskApp(__name__)
        app.add_api("openapi.yaml")

    Sources:
        https://github.com/spec-first/connexion/blob/main/connexion/decorators/response.py
        test: tests/rules/migration/scenarios.py
    """
    wanted = handlers_of(sources, lambda types: len(types) == 1 and not is_json(types[0]))
    for operation, module, function in wanted:
        values = [value for node in returns_of(function) if (value := _data(node, function)) is not None]
        if values:
            yield finding(
                f"`{function.name}` returns data, and `{operation.spoken}` answers in "
                f"`{operation.produces[0]}`: Connexion 3 writes no JSON there.",
                evidence=[f"{operation.specification}: {operation.spoken}"],
                location=module.location(values[0]),
                fixes=fix("Return it as text.", _edits(module, values)),
            )


def _edits(module: Module, values: list[ast.expr]) -> tuple[Edit, ...]:
    written = [replace(module, value, f"Jsonifier().dumps({module.text(value)})") for value in values]
    return (*written, *known([add_import(module, "Jsonifier", "connexion.jsonifier")]))


def _data(node: ast.Return, function: Function) -> ast.expr | None:
    """What is returned as the body, where that is data for certain: its expression."""
    parts = node.value.elts if isinstance(node.value, ast.Tuple) else [node.value]
    value = parts[0] if parts else None
    if isinstance(parts[-1], ast.Dict) and len(parts) > 1:  # headers may name another type
        names = [str(key.value).lower() for key in parts[-1].keys if isinstance(key, ast.Constant)]
        if "content-type" in names or len(names) < len(parts[-1].keys):
            return None
    return value if value is not None and _is_data(value, function) else None


def _is_data(value: ast.expr, function: Function, depth: int = 0) -> bool:
    if isinstance(value, ast.Constant):
        return isinstance(value.value, int | float)
    if isinstance(value, ast.Call):
        return last_name(value.func) in DATA_CALLS | NUMBER_CALLS
    if isinstance(value, ast.Name) and depth < 3:
        given = [
            node.value
            for node in ast.walk(function)
            if isinstance(node, ast.Assign) and any(last_name(one) == value.id for one in node.targets)
        ]
        return bool(given) and all(_is_data(one, function, depth + 1) for one in given)
    return isinstance(value, DATA)
