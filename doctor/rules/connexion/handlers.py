"""How the handlers of the app run."""

from __future__ import annotations

from collections.abc import Iterator

from doctor.case import Case
from doctor.model import Applicability, Finding, Fix, Severity
from doctor.rules.base import finding, rule
from doctor.rules.connexion.details import details, texts
from doctor.rules.loading.target import target_word


@rule("CXD127", "async-handlers-in-threads", Severity.INFO)
def async_handlers_in_threads(case: Case) -> Iterator[Finding]:
    """A FlaskApp has ``async def`` handlers: each of them keeps a thread for as long as it runs.

    What happens: no more requests at once than threads: 10 per process. 30 requests that wait a second each
        take 4 seconds, under ``AsyncApp`` less than 2.
    Why: ``FlaskApp`` runs its handlers in a pool of 10 threads, a coroutine from start to end in one of them.
    Fix: ``AsyncApp`` for handlers that wait; or more worker processes.
    Before:
        app = connexion.FlaskApp(__name__)    # async def handler(): ...
    After:
        app = connexion.AsyncApp(__name__)
    Sources:
        https://github.com/spec-first/connexion/issues/2077
        https://connexion.readthedocs.io/en/latest/v3.html
    """
    known = details(case)
    names, count = texts(known.get("async_handlers")), known.get("async_handlers_count")
    if known.get("framework") != "flask" or not names:
        return
    more = f" and {count - len(names[:3])} more" if isinstance(count, int) and count > 3 else ""
    yield finding(
        f"async handlers of a FlaskApp run in its 10 threads, one each: {', '.join(names[:3])}{more}",
        severity=Severity.INFO,
        word=target_word(case),
        fixes=(
            Fix(
                "make the app a connexion.AsyncApp",
                Applicability.MANUAL,
                recommended=True,
                costs=("Flask's extensions, hooks and globals (current_app, g, session) are not there",),
            ),
        ),
    )
