"""Handlers that name a content type which their operation does not declare."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from connexion_doctor.foundation import late
from connexion_doctor.foundation.late import dataclass
from connexion_doctor.model import Finding, Fix, Severity
from connexion_doctor.python import Module, Sources
from connexion_doctor.python.edits import replace
from connexion_doctor.python.operations import Operation
from connexion_doctor.rules.base import finding, rule
from connexion_doctor.rules.migration.response_types import returns_of
from connexion_doctor.rules.migration.uses import fix, listed
from connexion_doctor.writing.languages import string_of_python

HEADER = "content-type"
NAMED = late.pattern(r"(?i)content-type")
DEFAULT = ("application/json",)


@dataclass(frozen=True)
class Named:
    """What is returned, the content type in its headers, and the text of that."""

    returned: ast.Tuple
    kind: ast.expr
    text: str


@rule("CXD480", "content-type-not-declared", Severity.ERROR)
def undeclared(sources: Sources) -> Iterator[Finding]:
    """A handler names a content type in its headers that the operation does not declare.

    What happens: `500 Internal Server Error`: `Returned content type (text/csv) is not defined in operation
        spec`; also for `application/json; charset=utf-8` where `application/json` is declared.

    Why: Connexion 3 compares the type with those of the specification, letter by letter, and has
        `application/json` where that has none. Connexion 2 did not look at the header: it answered in the
        type that is declared.

    Fix: Write the type that is declared, in which Connexion 2 answered; or declare the one that is meant.

    Before:
        import connexion


        def show(name):
            return {"name": name}, 200, {"Content-Type": "application/json; charset=utf-8"}


        app = connexion.FlaskApp(__name__)
        app.add_api("openapi.yaml")

    After:
        import connexion


        def show(name):
            return {"name": name}, 200, {"Content-Type": "application/json"}


        app = connexion.FlaskApp(__name__)
        app.add_api("openapi.yaml")

    Sources:
        https://github.com/spec-first/connexion/blob/main/connexion/decorators/response.py
        test: tests/rules/migration/scenarios.py
    """
    naming = {id(named.returned): named for module in sources.modules for named in _in(module)}
    for operation in sources.specifications.operations if naming else ():
        module, function = sources.handler(operation.handler) or (None, None)
        for node in returns_of(function) if function is not None else ():
            named = naming.get(id(node.value))
            if module is None or function is None or named is None or declares(operation, named.kind):
                continue
            del naming[id(node.value)]
            yield finding(
                f"`{function.name}` answers in `{named.text}`, which `{operation.spoken}` does not declare: "
                "Connexion 3 answers 500.",
                evidence=[f"{operation.specification}: {', '.join(operation.produces) or 'no content type'}"],
                location=module.location(named.kind),
                fixes=_fixes(module, operation, named),
            )


def declares(operation: Operation, kind: ast.expr) -> bool:
    """Whether an operation has a content type; False for one that is not known."""
    return isinstance(kind, ast.Constant) and kind.value in (operation.produces or DEFAULT)


def _in(module: Module) -> Iterator[Named]:
    """What is returned in a module with a content type of its own."""
    if NAMED.search(module.source.text):
        nodes = (node for node in ast.walk(module.tree) if isinstance(node, ast.Return))
        yield from (named for node in nodes if (named := _named(node)) is not None)


def _named(node: ast.Return) -> Named | None:
    """``body, status, headers`` with a content type among the headers."""
    value = node.value
    headers = value.elts[-1] if isinstance(value, ast.Tuple) and len(value.elts) > 1 else None
    if not isinstance(value, ast.Tuple) or not isinstance(headers, ast.Dict):
        return None
    for key, one in zip(headers.keys, headers.values, strict=True):
        if isinstance(key, ast.Constant) and str(key.value).lower() == HEADER:
            text = one.value if isinstance(one, ast.Constant) else None
            return Named(value, one, text) if isinstance(text, str) else None
    return None


def _fixes(module: Module, operation: Operation, named: Named) -> tuple[Fix, ...]:
    """The one type that is declared, in which Connexion 2 answered whatever the handler named."""
    declared = operation.produces or DEFAULT
    if len(declared) > 1:
        return fix(f"Name one of {listed(declared)}, or declare `{named.text}`.")
    title = f"Write `{declared[0]}`, in which Connexion 2 answered; or declare `{named.text}`."
    return fix(title, [replace(module, named.kind, string_of_python(declared[0]))])
