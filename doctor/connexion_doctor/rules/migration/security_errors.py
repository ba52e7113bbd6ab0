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
# Those that werkzeug calls by the phrase of the standard library, in every Python.
NAMED_ALIKE = (
    400, 404, 405, 406, 408, 409, 410, 411, 412, 415, 417, 423, 424, 428, 429, 431, 500, 502, 503, 504,
)  # fmt: skip
CONNEXIONS = {401: "Unauthorized", 403: "Forbidden"}  # which have words of their own, the same ones


@dataclass(frozen=True)
class Refusal:
    """An exception of werkzeug's that is raised: what is replaced by another, its status and what it says.
    ``bare``: a status alone is given."""

    node: ast.AST
    shown: str
    status: int | None = None
    said: str | None = None
    aborts: bool = False
    bare: bool = False


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
        elif isinstance(one, ast.Expr | ast.Return) and isinstance(one.value, ast.Call):
            value = sources.names.value(one.value.func, module, scope)
            if value in ABORT:
                yield _aborted(sources, module, scope, one)


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


def _aborted(sources: Sources, module: Module, scope: Scope, statement: ast.Expr | ast.Return) -> Refusal:
    call = statement.value
    assert isinstance(call, ast.Call)
    node = statement if isinstance(statement, ast.Return) else call
    shown = module.text(call.func)
    first = call.args[0] if call.args else None
    given = _number(sources, first, module, scope)
    if given is None or first is None:
        return Refusal(node, shown, aborts=True)
    status = next((int(one) for one in HTTPStatus if one == given), None)
    bare = len(call.args) == 1 and not call.keywords
    said = _said(module, call, 1, None)
    return Refusal(node, f"{shown}({module.text(first)})", status, said, aborts=True, bare=bare)


def _number(sources: Sources, node: ast.expr | None, module: Module, scope: Scope) -> int | None:
    """The status that an expression names: a number, or one of Python's own names for it."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, int) else None
    named = sources.names.value(node, module, scope) or "" if node is not None else ""
    name = named.removeprefix("http.HTTPStatus.").removesuffix(".value")
    found = HTTPStatus.__members__.get(name) if name != named else None
    return int(found) if found is not None else None


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
    phrase, own = HTTPStatus(one.status).phrase, CONNEXIONS.get(one.status) if one.bare else None
    classed = phrase.replace(" ", "")  # of werkzeug's, which has the words that ``abort`` says
    said, more = one.said, None
    if said is None and one.bare and own is None and one.status in NAMED_ALIKE:
        said, more = f"{classed}.description", add_import(module, classed, "werkzeug.exceptions")
    if said is not None:
        name = "ProblemException"
        text = f'{name}(status={one.status}, title="{phrase}", detail={said})'
    elif own is not None and own not in module.scope.bindings:
        name, text = own, f"{own}()"
    else:
        return ()
    statement = add_import(module, name, "connexion.exceptions")
    gone = drop_import(module, one.shown) if not one.aborts and f"{one.shown}." not in text else None
    return all_of(
        replace(module, one.node, f"raise {text}" if one.aborts else text),
        *(edit for edit in (statement, more, gone) if edit is not None),
    )
