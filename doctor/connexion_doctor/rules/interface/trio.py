"""hypercorn's worker on trio, which the Flask app inside a Connexion app cannot be called from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from connexion_doctor.facts.case import Case
from connexion_doctor.model import Finding, Fix, Severity
from connexion_doctor.rules.base import finding, rule
from connexion_doctor.rules.configuration.setting_place import standing, taken_out


@rule("CXD107", "flask-app-on-trio", Severity.ERROR, breaks=True)
def flask_app_on_trio(case: Case) -> Iterator[Finding]:
    """hypercorn runs trio's event loop, and the Connexion app is a FlaskApp.

    What happens: every operation answers 500: ``TypeError: trio.run received unrecognized yield message
        <Future pending ...>``.
    Why: Connexion 3 calls the Flask app inside through a2wsgi, which waits for its thread in asyncio's way.
        An AsyncApp runs on both.
    Fix: leave the worker class at asyncio.
    Before:
        hypercorn -k trio app:app
    After:
        hypercorn app:app
    Sources:
        https://github.com/abersheeran/a2wsgi/blob/master/a2wsgi/wsgi.py
        https://hypercorn.readthedocs.io/en/latest/how_to_guides/configuring.html
        test: tests/rules/configuration/test_taken_out.py
    """
    if not on_trio(case) or case.facts.server.refusals:
        return  # that trio is not there is said by itself
    place = standing(case, "worker_class")
    yield finding(
        "Every operation will fail with 500: hypercorn's trio worker cannot run the Flask app inside a "
        "Connexion 3 app, which waits in asyncio's way.",
        evidence=place.evidence,
        location=place.location,
        word=place.word,
        fixes=(without_trio(case),),
    )


def on_trio(case: Case) -> bool:
    """Whether the launch runs a FlaskApp of Connexion 3 on trio."""
    given = case.facts.server.settings.get("worker_class")
    connexion = case.facts.app.connexion if case.facts.app is not None else None
    three = (case.environment.major("connexion") or 0) >= 3
    trio = case.launch.server == "hypercorn" and given is not None and given.value == "trio"
    return trio and three and connexion is not None and connexion.detail.get("framework") == "flask"


def without_trio(case: Case) -> Fix:
    """The worker class that stands there taken out: it is asyncio then."""
    fix = taken_out(case, "worker_class", "run it on asyncio, as hypercorn does by default")
    return replace(fix, recommended=True)
