"""Error handlers for what never gets to them: Connexion 3 makes errors of Starlette of those of Werkzeug."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from connexion_doctor.model import Edit, Finding, Severity
from connexion_doctor.python import Module, Sources, Use
from connexion_doctor.python.edits import insert, replace
from connexion_doctor.rules.base import finding, rule
from connexion_doctor.rules.migration.error_handlers import caught, handlers, reads_of_werkzeug
from connexion_doctor.rules.migration.security_errors import OF_WERKZEUG, status_of
from connexion_doctor.rules.migration.uses import fix


@rule("CXD446", "error-handler-never-called", Severity.ERROR)
def never_called(sources: Sources) -> Iterator[Finding]:
    """An error handler of the Connexion app is for a class of Werkzeug's, or for 500.

    What happens: Nothing is said; the handler is not called, and the answer is Connexion's default.

    Why: What a handler raises or aborts with becomes Starlette's `HTTPException` with the same status before
        error handlers are looked for, and what is no HTTP error does not become a 500 for them.

    Fix: Register the handler for the status, one for 500 for `Exception` too. A class of one's own that is
        derived from one of Werkzeug's is lost too: derive it from `Exception`.

    Before:
        import connexion
        from werkzeug.exceptions import Conflict


        def refuse(request, exception):
            return connexion.problem(418, "Teapot", "short and stout")


        app = connexion.FlaskApp(__name__)
        app.add_error_handler(Conflict, refuse)
        app.add_api("openapi.yaml")

    After:
        import connexion
        from werkzeug.exceptions import Conflict


        def refuse(request, exception):
            return connexion.problem(418, "Teapot", "short and stout")


        app = connexion.FlaskApp(__name__)
        app.add_error_handler(409, refuse)
        app.add_api("openapi.yaml")

    Sources:
        https://github.com/spec-first/connexion/blob/main/connexion/apps/flask.py
        https://connexion.readthedocs.io/en/latest/exceptions.html
        test: tests/rules/migration/scenarios.py
    """
    registered = [
        (use, handler, what)
        for use, handler in handlers(sources)
        for what in _each(caught(sources, use), use.module)
    ]
    everything = any(use.module.text(what) == "Exception" for use, _, what in registered)
    for use, handler, what in registered:
        status, lost = _status(sources, what, use)
        if not lost or status == 500 and everything:
            continue
        text = use.module.text(what)
        edits: tuple[Edit, ...] = ()
        if status is None:
            own = (sources.names.raw(what, use.module, use.scope) or "").startswith("@")
            way = f"Derive `{text}` from `Exception`, or register its status."
            if not own:
                way = "Register its status; the handler gets all other errors with that status too."
        elif status == 500:
            way, edits = "Register it for `Exception` too.", _both(sources, use, handler, what)
        else:
            way, edits = f"Register it for {status}.", (replace(use.module, what, str(status)),)
        told = use.module.text(handler) if not isinstance(handler, ast.Lambda) else "lambda"
        why = "Connexion 3 has made Starlette's `HTTPException` of it"
        if isinstance(what, ast.Constant):
            why = "what fails in the app itself is no 500 for the handlers of Connexion 3"
        yield finding(
            f"`{told}` is not called for `{text}`: {why}.",
            location=use.module.location(what),
            fixes=fix(way, edits),
        )


def _each(what: ast.expr | None, module: Module) -> Iterator[ast.expr]:
    """What a registration is for: of one in a loop over what is written there, each."""
    for one in ast.walk(module.tree) if isinstance(what, ast.Name) else ():
        named = isinstance(one, ast.For) and getattr(one.target, "id", "") == getattr(what, "id", "")
        written = isinstance(one, ast.For) and isinstance(one.iter, ast.Tuple | ast.List)
        if named and written and any(each is what for each in ast.walk(one)):
            yield from one.iter.elts  # type: ignore[attr-defined]
            return
    if what is not None:
        yield what


def _status(sources: Sources, what: ast.expr, use: Use[ast.Call]) -> tuple[int | None, bool]:
    """The status of what is registered, where it is known, and whether it does not get to a handler. That
    of a class of the project's own is none: what it carries is lost, too. Handlers for all errors of
    Werkzeug's were called in Connexion 2 no more than they are now."""
    if isinstance(what, ast.Constant):
        return 500, what.value == 500
    name = sources.of(what, use) or ""
    if not name.startswith(OF_WERKZEUG):
        return None, False
    if (sources.names.raw(what, use.module, use.scope) or "").startswith("@"):
        return None, True
    return status_of(name.removeprefix(OF_WERKZEUG)), name != f"{OF_WERKZEUG}HTTPException"


def _both(sources: Sources, use: Use[ast.Call], handler: ast.expr, what: ast.expr) -> tuple[Edit, ...]:
    """The registration for ``Exception`` and 500, where the handler reads nothing of its error that others
    have not."""
    module, place = use.module, use.module.location(use.node)
    found = sources.function(handler, use)
    blanks = module.source.line(place.line)[: place.column - 1]
    if found is None or reads_of_werkzeug(found[1]):
        return ()
    if what is not caught(sources, use):  # one of those that a loop goes over
        return (replace(module, what, "500, Exception"),)
    if blanks.strip():
        return ()
    whole, part = module.text(use.node), module.text(what)
    number = () if isinstance(what, ast.Constant) else (replace(module, what, "500"),)
    again = f"{whole.replace(part, 'Exception', 1)}\n{blanks}"
    return (insert(module, place.line, place.column, again), *number)
