"""Error handlers for what never gets to them: Connexion 3 makes errors of Starlette of those of Werkzeug."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from http import HTTPStatus

from connexion_doctor.model import Edit, Finding, Severity
from connexion_doctor.python import Sources, Use
from connexion_doctor.python.edits import insert, replace
from connexion_doctor.rules.base import finding, rule
from connexion_doctor.rules.migration.error_handlers import caught, handlers, reads_of_werkzeug
from connexion_doctor.rules.migration.uses import fix

OF_WERKZEUG = "werkzeug.exceptions."


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
    registered = [(use, handler, caught(sources, use)) for use, handler in handlers(sources)]
    everything = any(one is not None and use.module.text(one) == "Exception" for use, _, one in registered)
    for use, handler, what in registered:
        if what is None:
            continue
        status, own = _status(sources, what, use)
        if status is None and not own or status == 500 and everything:
            continue
        text = use.module.text(what)
        if own:
            edits: tuple[Edit, ...] = ()
            way = f"Derive `{text}` from `Exception`, or register its status."
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


def _status(sources: Sources, what: ast.expr, use: Use[ast.Call]) -> tuple[int | None, bool]:
    """The status of what does not get to a handler, and whether it is a class of the project's; neither for
    what does."""
    if isinstance(what, ast.Constant):
        return (500 if what.value == 500 else None), False
    name = (sources.of(what, use) or "").removeprefix(OF_WERKZEUG)
    if not (sources.of(what, use) or "").startswith(OF_WERKZEUG) or name == "HTTPException":
        return None, False
    own = (sources.names.raw(what, use.module, use.scope) or "").startswith("@")
    return next((int(one) for one in HTTPStatus if one.phrase.replace(" ", "") == name), None), own


def _both(sources: Sources, use: Use[ast.Call], handler: ast.expr, what: ast.expr) -> tuple[Edit, ...]:
    """The registration for ``Exception`` and 500, where the handler reads nothing of its error that others
    have not."""
    module, place = use.module, use.module.location(use.node)
    found = sources.function(handler, use)
    blanks = module.source.line(place.line)[: place.column - 1]
    if blanks.strip() or found is None or reads_of_werkzeug(found[1]):
        return ()
    whole, part = module.text(use.node), module.text(what)
    number = () if isinstance(what, ast.Constant) else (replace(module, what, "500"),)
    again = f"{whole.replace(part, 'Exception', 1)}\n{blanks}"
    return (insert(module, place.line, place.column, again), *number)
