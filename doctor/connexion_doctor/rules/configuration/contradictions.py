"""Settings that contradict each other: one of the two is without effect."""

from __future__ import annotations

from collections.abc import Iterator

from connexion_doctor.facts.case import Case
from connexion_doctor.model import Finding, Severity
from connexion_doctor.rules.base import finding, rule
from connexion_doctor.rules.configuration.setting_place import standing
from connexion_doctor.rules.configuration.switches import off


@rule("CXD210", "reload-against-preload", Severity.WARNING)
def reload_against_preload(case: Case) -> Iterator[Finding]:
    """gunicorn is told to reload changed code and to load the code before the workers start.

    What happens: files change, workers restart, and the old code goes on answering.
    Why: with ``preload_app`` the master process imports the app once; a worker that restarts is a new fork
        of that process and gets the code it imported.
    Fix: reload while developing, preload in production.
    Before:
        gunicorn --reload --preload -k uvicorn_worker.UvicornWorker app:app
    After:
        gunicorn --reload -k uvicorn_worker.UvicornWorker app:app
    Sources:
        https://docs.gunicorn.org/en/stable/settings.html#reload
        https://docs.gunicorn.org/en/stable/settings.html#preload-app
        test: tests/rules/configuration/test_contradictions.py
    """
    settings = case.facts.server.settings
    both = [settings.get(name) for name in ("reload", "preload_app")]
    if case.launch.server != "gunicorn" or not all(given is not None and given.value for given in both):
        return
    place = standing(case, "preload_app")
    cost = "each worker imports the app itself: slower start, no memory shared between workers"
    yield finding(
        "`reload` has no effect: `preload_app` keeps the code that the master process imported.",
        evidence=place.evidence,
        location=place.location,
        word=place.word,
        fixes=(off(case, "preload_app", "load the app in the workers", cost),),
    )


@rule("CXD211", "workers-ignored-with-reload", Severity.WARNING)
def workers_ignored_with_reload(case: Case) -> Iterator[Finding]:
    """uvicorn is told to reload and to run several workers; it runs one.

    What happens: one process answers, and the log says ``"workers" flag is ignored when reloading is
        enabled.``
    Why: the process that watches the files replaces the one that watches workers.
    Fix: reload while developing, workers in production.
    Before:
        uvicorn --reload --workers 4 app:app
    After:
        uvicorn --workers 4 app:app
    Sources:
        https://www.uvicorn.org/deployment/
        https://github.com/Kludex/uvicorn/blob/main/uvicorn/main.py
        test: tests/rules/configuration/test_contradictions.py
    """
    settings = case.facts.server.settings
    reload, workers = settings.get("reload"), settings.get("workers")
    if case.launch.server != "uvicorn" or reload is None or not reload.value or workers is None:
        return
    if not isinstance(workers.value, int) or workers.value < 2:
        return
    place = standing(case, "workers")
    cost = "changed code is no longer loaded by itself"
    yield finding(
        f"`workers = {workers.shown}` has no effect: with --reload uvicorn runs one process.",
        evidence=place.evidence,
        location=place.location,
        word=place.word,
        fixes=(off(case, "reload", "take --reload out, as production wants it", cost),),
    )
