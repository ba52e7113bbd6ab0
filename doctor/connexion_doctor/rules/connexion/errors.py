"""Error handlers as Connexion 2 called them."""

from __future__ import annotations

from collections.abc import Iterator

from connexion_doctor.facts.case import Case
from connexion_doctor.model import Finding, Fix, Severity
from connexion_doctor.rules.base import finding, rule
from connexion_doctor.rules.connexion.details import details, own_frame


@rule("CXD126", "error-handler-takes-one", Severity.WARNING)
def error_handler_takes_one(case: Case) -> Iterator[Finding]:
    """An error handler of the app takes the exception only, as in Connexion 2.

    What happens: nothing until the error occurs; then the client gets 500 in place of what the handler
        would have made of it, and the log has a ``TypeError``.
    Why: Connexion 3 calls error handlers with the request and the exception.
    Fix: two parameters.
    Before:
        def not_found(exc): ...
    After:
        def not_found(request, exc): ...
    Sources:
        https://connexion.readthedocs.io/en/latest/exceptions.html
        https://connexion.readthedocs.io/en/latest/v3.html
        test: tests/probe/test_details.py
    """
    found = details(case).get("error_handlers")
    for handler in found if isinstance(found, (list, tuple)) else ():
        if not isinstance(handler, dict) or handler.get("takes_two", True):
            continue
        name, what = str(handler.get("function")), str(handler.get("for")).removeprefix("builtins.")
        yield finding(
            f"The error handler for {what} cannot be called: {name}{handler.get('signature') or ''} does not "
            "take the request.",
            location=case.at(own_frame(case, handler)),
            fixes=(Fix.by_hand(f"let {name.rpartition('.')[2]} take two parameters: (request, exception)"),),
        )


def refused_by_handler(case: Case) -> bool:
    """Whether the trial call, on a path that the app does not have, met such a handler: one for 404, or for
    an exception that a 404 is."""
    call, found = case.facts.call, details(case).get("error_handlers")
    if call is None or call.error is None or not call.error.is_a("TypeError"):
        return False
    return any(
        isinstance(handler, dict)
        and not handler.get("takes_two", True)
        and str(handler.get("for")).rpartition(".")[2] in ("404", "HTTPException", "Exception")
        for handler in (found if isinstance(found, (list, tuple)) else ())
    )
