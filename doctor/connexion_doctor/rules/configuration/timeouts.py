"""Timeouts that end requests before the app is done with them."""

from __future__ import annotations

from collections.abc import Iterator

from connexion_doctor.facts.case import Case
from connexion_doctor.model import Finding, Fix, Severity
from connexion_doctor.rules.base import finding, rule
from connexion_doctor.rules.configuration.setting_place import standing
from connexion_doctor.rules.connexion.details import handlers_source, own_frame

SYNC = "gunicorn.workers.sync.SyncWorker"
DEFAULT_SECONDS = 30.0  # gunicorn/config.py, ``Timeout``: told where the setting is not given


@rule("CXD217", "timeout-below-the-wait", Severity.WARNING)
def timeout_below_the_wait(case: Case) -> Iterator[Finding]:
    """gunicorn's sync worker is killed before a handler's own wait is over.

    What happens: ``[CRITICAL] WORKER TIMEOUT``, and the client's connection is closed without an answer,
        whenever the other side takes its time.
    Why: the sync worker tells its master that it lives between two requests only; a request longer than
        ``timeout`` gets it killed. Other workers tell it meanwhile, and have no such limit.
    Fix: a wait shorter than the timeout, or a timeout longer than the wait.
    Before:
        gunicorn --timeout 30 app:app    # requests.get(URL, timeout=60)
    After:
        gunicorn --timeout 90 app:app
    Sources:
        https://docs.gunicorn.org/en/stable/settings.html#timeout
        test: tests/probe/test_handlers_source.py
    """
    worker, settings = case.facts.server.worker, case.facts.server.settings
    if case.launch.server != "gunicorn" or worker is None or worker.resolved != SYNC:
        return
    wait = handlers_source(case, "longest_wait")
    given = settings.get("timeout")
    limit = given.value if given is not None else DEFAULT_SECONDS
    if not isinstance(wait, dict) or not isinstance(limit, (int, float)) or not limit:
        return  # 0 turns the limit off
    seconds = wait.get("seconds")
    if not isinstance(seconds, (int, float)) or seconds < limit:
        return
    place = standing(case, "timeout", value=True)
    frame = own_frame(case, wait)
    yield finding(
        f"A request may wait {seconds:g} s in {wait.get('call')}, but gunicorn kills the worker after "
        f"{limit:g} s.",
        evidence=(f"{wait.get('path')}:{wait.get('line')} in {wait.get('function')}", *place.evidence),
        location=place.location or (case.at(frame) if place.word is None else None),
        word=place.word,
        fixes=(
            Fix.by_hand(
                f"give gunicorn a timeout above it (--timeout {int(seconds * 1.5) + 1})",
                costs=("a worker that hangs is noticed that much later",),
            ),
        ),
    )
