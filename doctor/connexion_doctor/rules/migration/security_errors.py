"""What security functions raise: Connexion 3 knows its own exceptions there, and none of werkzeug's."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from http import HTTPStatus

from connexion_doctor.foundation.late import dataclass
from connexion_doctor.model import Edit, Finding, Severity
from connexion_doctor.python import Module, Sources
from connexion_doctor.python.edits import add_import, drop_import, replace
from connexion_doctor.python.module import Scope
from connexion_doctor.rules.base import finding, rule
from connexion_doctor.rules.migration.security import functions
from connexion_doctor.rules.migration.uses import all_of, fix

ABORT = ("flask.abort", "werkzeug.exceptions.abort")
OF_WERKZEUG = "werkzeug.exceptions."
CONNEXIONS = {401: "Unauthorized", 403: "Forbidden"}  # which have words of their own, the same ones


@dataclass(frozen=True)
class Refusal:
    """An exception of werkzeug's that is raised: what is replaced by another, its status and what it says."""

    node: ast.expr
    shown: str
    status: int | None = None
    said: str | None = None
    aborts: bool = False


@rule("CXD458", "security-function-raises-werkzeug", Severity.ERROR)
def werkzeug(sources: Sources) -> Iterator[Finding]:
    """A security function refuses with an exception of werkzeug's, or `flask.abort`.

    What happens: Who has wrong credentials is answered 500 in place of 401 or 403.

    Why: Connexion 3 checks security in a middleware around Flask, which knows what Connexion itself raises;
        Connexion 2 checked it inside Flask.

    Fix: Raise `connexion.exceptions.ProblemException` with the status; both versions answer it alike. A
        security function may also return `None`, which is 401.

    Before:
        import connexion
        from werkzeug.exceptions import Unauthorized


        def check(key, required_scopes=None):
            if key != "k":
                raise Unauthorized("no such key")
            return {"sub": "me"}


        app = connexion.FlaskApp(__name__)
        app.add_api("openapi.yaml")

    After:
        import connexion
        from connexion.exceptions import ProblemException


        def check(key, required_scopes=None):
            if key != "k":
                raise ProblemException(status=401, title="Unauthorized", detail="no such key")
            return {"sub": "me"}


        app = connexion.FlaskApp(__name__)
        app.add_api("openapi.yaml")

    Sources:
        https://connexion.readthedocs.io/en/latest/exceptions.html
        https://connexion.readthedocs.io/en/latest/security.html
        test: tests/rules/migration/scenarios.py
    """
    for function, module, node in functions(sources):
        for one in _refusals(sources, module, node):
            status = f"{one.status} " if one.status is not None else ""
            yield finding(
                f"`{function}` refuses with `{one.shown}`, which Connexion 3 answers with 500: it knows what "
                "Connexion itself raises there.",
                location=module.location(one.node),
                fixes=fix(
                    f"Raise `connexion.exceptions.ProblemException` with the status {status}in its place.",
                    _edits(module, one),
                ),
            )


def _refusals(sources: Sources, module: Module, node: ast.AST) -> Iterator[Refusal]:
    scope = module.scopes[id(node)]
    caught = {id(inner) for one in ast.walk(node) if isinstance(one, ast.Try) for inner in _inside(one)}
    for one in ast.walk(node):
        if id(one) in caught:
            continue  # who catches it knows what to make of it
        if isinstance(one, ast.Raise) and one.exc is not None:
            found = _raised(sources, module, scope, one.exc)
            if found is not None:
                yield found
        elif isinstance(one, ast.Expr) and isinstance(one.value, ast.Call):
            value = sources.names.value(one.value.func, module, scope)
            if value in ABORT:
                yield _aborted(module, one.value)


def _inside(one: ast.Try) -> Iterator[ast.AST]:
    for statement in one.body if one.handlers else ():
        yield from ast.walk(statement)


def _raised(sources: Sources, module: Module, scope: Scope, raised: ast.expr) -> Refusal | None:
    call = raised if isinstance(raised, ast.Call) else None
    named = call.func if call is not None else raised
    value = sources.names.value(named, module, scope) or ""
    name = value.removeprefix(OF_WERKZEUG)
    if name == value or "." in name:
        return None
    shown, status = module.text(named), status_of(name)
    if status is None or call is None:
        return Refusal(raised, shown, status, f"{shown}.description" if status is not None else None)
    return Refusal(raised, shown, status, _said(module, call, 0, f"{shown}.description"))


def _aborted(module: Module, call: ast.Call) -> Refusal:
    shown = module.text(call.func)
    first = call.args[0] if call.args else None
    if not isinstance(first, ast.Constant) or not isinstance(first.value, int):
        return Refusal(call, shown, aborts=True)
    status = next((int(one) for one in HTTPStatus if one == first.value), None)
    return Refusal(call, f"{shown}({first.value})", status, _said(module, call, 1, None), aborts=True)


def _said(module: Module, call: ast.Call, position: int, else_: str | None) -> str | None:
    """What the refusal says, as text of the code; None where that is not certain."""
    given = {one.arg: one.value for one in call.keywords}
    if len(call.args) > position + 1 or set(given) - {"description"}:
        return None
    if len(call.args) == position + 1 and not given:
        return module.text(call.args[position])
    return module.text(given["description"]) if given else else_


def status_of(name: str) -> int | None:
    """The status of a class of werkzeug's, by its name: some releases of Python have two names for one."""
    known = {one.replace("_", ""): int(status) for one, status in HTTPStatus.__members__.items()}
    return known.get(name.upper())


def _edits(module: Module, one: Refusal) -> tuple[Edit, ...]:
    """The same refusal as a problem, where its status and its words are known."""
    if one.status is None:
        return ()
    bare = isinstance(one.node, ast.Call) and len(one.node.args) == 1 and not one.node.keywords
    own = CONNEXIONS.get(one.status) if one.aborts and bare else None
    if one.said is not None:
        name = "ProblemException"
        text = f'{name}(status={one.status}, title="{HTTPStatus(one.status).phrase}", detail={one.said})'
    elif own is not None and own not in module.scope.bindings:
        name, text = own, f"{own}()"
    else:
        return ()
    statement = add_import(module, name, "connexion.exceptions")
    gone = drop_import(module, one.shown) if not one.aborts and f"{one.shown}." not in text else None
    return all_of(
        replace(module, one.node, f"raise {text}" if one.aborts else text),
        *(edit for edit in (statement, gone) if edit is not None),
    )
