"""How the handlers of the app run."""

from __future__ import annotations

from collections.abc import Iterator

from connexion_doctor.facts.case import Case
from connexion_doctor.model import Finding, Fix, Severity
from connexion_doctor.rules.base import finding, rule
from connexion_doctor.rules.connexion.details import details, own_frame, texts
from connexion_doctor.rules.loading.target import target_word


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
        test: tests/probe/test_details.py
    """
    known = details(case)
    names, count = texts(known.get("async_handlers")), known.get("async_handlers_count")
    if known.get("framework") != "flask" or not names:
        return
    more = f" and {count - len(names[:3])} more" if isinstance(count, int) and count > 3 else ""
    yield finding(
        f"Async handlers of a FlaskApp occupy one of its 10 threads each: {', '.join(names[:3])}{more}.",
        word=target_word(case),
        fixes=(
            Fix.by_hand(
                "make the app a connexion.AsyncApp",
                costs=("Flask's extensions, hooks and globals (current_app, g, session) are not there",),
            ),
        ),
    )


@rule("CXD129", "async-handler-blocks", Severity.WARNING)
def async_handler_blocks(case: Case) -> Iterator[Finding]:
    """An ``async def`` handler of an AsyncApp calls a function that waits without giving the loop away.

    What happens: while it waits, its process answers nobody: 6 requests of a second each take 6 seconds.
    Why: an ``AsyncApp`` runs coroutines on the event loop that serves every other request, and functions
        like ``requests.get`` or ``time.sleep`` do not let go of it.
    Fix: a plain ``def``: Connexion runs that in a pool of 40 threads. Or a client that can be awaited.
    Before:
        async def report():
            return requests.get(URL).json()
    After:
        def report():
            return requests.get(URL).json()
    Sources:
        https://github.com/spec-first/connexion/blob/main/connexion/decorators/main.py
        https://www.starlette.io/threadpool/
        test: tests/probe/test_operations.py
    """
    found = details(case).get("blocking")
    for entry in found if isinstance(found, (list, tuple)) else ():
        if not isinstance(entry, dict):
            continue
        name, called = str(entry.get("function")), str(entry.get("call"))
        yield finding(
            f"`{called}` in the coroutine `{name}` blocks the event loop, and with it every other request.",
            location=case.at(own_frame(case, entry)),
            fixes=(
                Fix.by_hand(
                    f"make {name.rpartition('.')[2]} a plain def, which runs in a thread, if it awaits "
                    "nothing; else await a client made for that, or asyncio.to_thread(...)"
                ),
            ),
        )
