"""Adapters: on the wrong kind of server, the wrong way round, made before the fork, without lifespan."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from connexion_doctor import servers
from connexion_doctor.facts.case import Case
from connexion_doctor.model import Applicability, Finding, Fix, Interface, Layer, Severity
from connexion_doctor.rules.base import finding, rule
from connexion_doctor.rules.configuration.setting_place import standing
from connexion_doctor.rules.configuration.switches import off
from connexion_doctor.rules.interface import mounted, tried
from connexion_doctor.rules.interface.around import given_to_the_app
from connexion_doctor.rules.interface.callable import caller_place, caller_word, spoken_caller, trial_evidence
from connexion_doctor.rules.interface.inner import bare_inner
from connexion_doctor.rules.loading.target import target_word
from connexion_doctor.servers import ways

ERROR = Severity.ERROR
A2WSGI = "a2wsgi.asgi.ASGIMiddleware"


def _name_inside(case: Case) -> str | None:
    """The name of the module that the adapter is put around, where the target is made so."""
    made = tried.assigned(case)
    if isinstance(made, ast.Call) and made.args and isinstance(made.args[0], ast.Name):
        return made.args[0].id
    return None


def unwrapped(case: Case, interface: Interface) -> tuple[Fix, ...]:
    """Fixes that serve what is inside an adapter, on a server that calls ``interface``."""
    beside = mounted.is_mounted(case.layers()[0])  # what the dispatcher is put around is another app
    name, load = None if beside else _name_inside(case), case.facts.load
    if name is None or load is None or load.module is None or name == load.attribute:
        by_hand = Fix.by_hand("take the adapter off and serve the app inside it")
        return tried.serving(case, least=1) or (by_hand,)
    target = f"{load.module}:{name}"
    if not tried.calls_already(case, interface):
        return ways.to_serve(case, interface, target)
    remedy = servers.of(case).remedy(case)
    remedy.set_target(target)
    return (remedy.fix(f"serve {target}, the app inside the adapter", recommended=True),)


@rule("CXD301", "adapter-on-wrong-server", ERROR, breaks=True)
def adapter_on_wrong_server(case: Case) -> Iterator[Finding]:
    """An adapter that answers WSGI is served as ASGI, or the other way round.

    What happens: every request answers 500: ``TypeError: ASGIMiddleware.__call__() missing 1 required
        positional argument: 'start_response'``.
    Why: the app was wrapped for WSGI servers, and the server was changed to ASGI as well. One of the two
        is enough.
    Fix: serve the app inside the adapter on the ASGI server (better), or go back to the WSGI worker.
    Before:
        gunicorn -k uvicorn_worker.UvicornWorker wsgi:application
    After:
        gunicorn -k uvicorn_worker.UvicornWorker app:app
    Sources:
        https://github.com/abersheeran/a2wsgi
        truth: c3new/g-uvw/bridged:application
        truth: c3new/uvicorn/bridged:application
    """
    if case.answered() or case.broken_link() != 0:
        return
    outer = case.layers()[0]
    if outer.role != "adapter" or bare_inner(case) is not None:
        return
    answers, inside = outer.interface, Interface(str(outer.detail["calls"]))
    fixes = list(unwrapped(case, inside)) if _link_inside_fits(case) else []
    back = ways.to_serve(case, answers)
    fixes += [ways.second(fix) for fix in back] if fixes else list(back)
    yield finding(
        f"Every request will fail with 500: {spoken_caller(case)} speaks {case.calls.standard}, the adapter "
        f"{outer.type} is {answers.standard}.",
        evidence=trial_evidence(case),
        location=caller_place(case)[0],
        word=caller_place(case)[1],
        fixes=fixes,
    )


def _link_inside_fits(case: Case) -> bool:
    """Whether what is inside the adapter answers as the adapter calls it."""
    layers = case.layers()
    calls = layers[0].detail.get("calls")
    return len(layers) > 1 and layers[1].interface.value in (calls, "unknown")


@rule("CXD302", "adapter-wrong-way-round", ERROR, breaks=True)
def adapter_wrong_way_round(case: Case) -> Iterator[Finding]:
    """An adapter, or a middleware, calls the app inside it in a way that the app does not answer.

    What happens: every request answers 500: ``TypeError: AbstractApp.__call__() missing 1 required
        positional argument: 'send'``, also under uvicorn.
    Why: ``WSGIMiddleware(app)`` and ``WsgiToAsgi(app)`` make ASGI apps of WSGI apps; a Connexion 3 app is
        ASGI already. ``ProxyFix(app)`` is a WSGI middleware.
    Fix: serve the Connexion app without it; a WSGI middleware goes to ``app.add_wsgi_middleware``.
    Before:
        asgi_app = WsgiToAsgi(app)
    After:
        asgi_app = app
    Sources:
        https://connexion.readthedocs.io/en/latest/v3.html
        truth: c3new/uvicorn/wrong_way:application
    """
    link = case.broken_link()
    if link is None or link == 0 or case.answered() or bare_inner(case) is not None:
        return
    outside, inside = case.layers()[link - 1], case.layers()[link]
    what = "adapter" if outside.role == "adapter" else "middleware"
    expected = outside.detail.get("calls", outside.interface.value)
    calls = Interface(str(expected)).spoken
    fixes: tuple[Fix, ...] = ()
    if mounted.is_mounted(outside):
        fixes = (mounted.adapted(case, outside),)
    elif link == 1 and what == "middleware":
        fixes = given_to_the_app(case, outside, inside)
    by_hand = Fix.by_hand(f"Take {outside.type} off: what is inside is {inside.interface.standard}.")
    if not fixes and any(one.depth == 0 for one in case.facts.tried):
        fixes = tried.serving(case)  # it hands on whatever it is called with
    if not fixes and link == 1:
        fixes = tried.left_out(case, 1, unwrapped(case, inside.interface))
    fixes = fixes or tried.serving(case, least=link) or (by_hand,)
    yield finding(
        f"Every request will fail with 500: the {what} {outside.type} calls {calls}, {inside.type} inside it "
        f"is {inside.interface.standard}.",
        evidence=trial_evidence(case),
        word=target_word(case),
        fixes=fixes,
    )


def a2wsgi_layer(case: Case) -> Layer | None:
    """The a2wsgi adapter from ASGI to WSGI, where the server calls it."""
    layers = case.layers()
    for layer in layers:
        if layer.type == A2WSGI and not layer.detail.get("lazily"):
            return layer
        if layer.role == "connexion":
            return None
    return None


@rule("CXD303", "adapter-made-before-the-fork", ERROR, breaks=True)
def adapter_made_before_the_fork(case: Case) -> Iterator[Finding]:
    """The a2wsgi adapter is made before the server forks its workers.

    What happens: requests hang until the worker is killed (``WORKER TIMEOUT``) or for ever, and nothing is
        logged.
    Why: ``ASGIMiddleware`` starts a thread with an event loop when it is made; with ``preload_app`` that
        is in the master process, and threads do not survive a fork.
    Fix: no preload, or an ASGI worker, which may be preloaded.
    Before:
        gunicorn --preload wsgi:application
    After:
        gunicorn wsgi:application
    Sources:
        https://github.com/abersheeran/a2wsgi/issues/34
        truth: c3new/gunicorn -w 1 -b {bind} -c conf/preload.py bridged:application
    """
    preload = case.facts.server.settings.get("preload_app")
    if a2wsgi_layer(case) is None or preload is None or not preload.value or case.calls is not Interface.WSGI:
        return
    place = standing(case, "preload_app", value=preload.source == "file")
    cost = "each worker imports the app itself: slower start, no memory shared between workers"
    fix = off(case, "preload_app", "load the app after the fork", cost, Applicability.SAFE)
    yield finding(
        "Requests will hang: the a2wsgi adapter is created in gunicorn's master process, and its thread does "
        "not survive the fork.",
        evidence=place.evidence,
        location=place.location,
        word=place.word,
        fixes=(fix, *map(ways.second, unwrapped_fixes(case))),
    )


def unwrapped_fixes(case: Case) -> tuple[Fix, ...]:
    """The way out that needs no adapter: the app inside it on an ASGI worker."""
    return unwrapped(case, Interface.ASGI3) if a2wsgi_layer(case) is not None else ()


@rule("CXD304", "lifespan-never-runs", Severity.WARNING)
def lifespan_never_runs(case: Case) -> Iterator[Finding]:
    """The app has a lifespan handler that this way of serving never runs.

    What happens: requests are answered, but what the handler prepares (pools, clients, state) is missing:
        ``AttributeError: 'State' object has no attribute ...``
    Why: a2wsgi's adapter sends no lifespan messages, and daphne does not know them.
    Fix: an ASGI server that runs the lifespan: uvicorn, hypercorn, granian, gunicorn with an ASGI worker.
    Before:
        gunicorn wsgi:application    # ASGIMiddleware(app)
    After:
        gunicorn -k uvicorn_worker.UvicornWorker app:app
    Sources:
        https://connexion.readthedocs.io/en/latest/lifespan.html
        truth: c3new/daphne/lifespan_app:app
    """
    connexion = case.facts.app.connexion if case.facts.app is not None else None
    if connexion is None or not connexion.detail.get("lifespan"):
        return
    adapted = a2wsgi_layer(case) is not None and case.calls is Interface.WSGI
    if not adapted and case.launch.server != "daphne":
        return
    by = "the a2wsgi adapter sends no lifespan messages" if adapted else "daphne does not run the lifespan"
    fixes = unwrapped_fixes(case) if adapted else ways.other_servers(case, Interface.ASGI3)
    yield finding(
        f"The app's lifespan handler never runs: {by}.",
        word=target_word(case) if adapted else caller_word(case),
        fixes=fixes,
    )


@rule("CXD305", "statuses-become-200", ERROR, breaks=True)
def statuses_become_200(case: Case) -> Iterator[Finding]:
    """The a2wsgi adapter under granian's WSGI interface: every answer has status 200.

    What happens: errors arrive as ``200 OK`` with the body of the error: a refused login, an invalid
        parameter, a failure.
    Why: granian reads the status before the adapter's generator has run.
    Fix: serve the app inside the adapter with ``--interface asgi``.
    Before:
        granian --interface wsgi wsgi:application
    After:
        granian --interface asgi app:app
    Sources:
        https://github.com/emmett-framework/granian
        truth: c3new/granian-wsgi/bridged:application
    """
    if case.launch.server != "granian" or case.calls is not Interface.WSGI or a2wsgi_layer(case) is None:
        return
    if case.layers()[0].type != A2WSGI:
        return
    yield finding(
        "Every response will have status 200: granian reads the status before the a2wsgi adapter knows it.",
        location=caller_place(case)[0],
        word=caller_place(case)[1],
        fixes=unwrapped_fixes(case),
    )


@rule("CXD308", "answer-begun-too-late", ERROR, breaks=True)
def answer_begun_too_late(case: Case) -> Iterator[Finding]:
    """The a2wsgi adapter under a hypercorn that wants an answer begun before it is read.

    What happens: every request answers 500: ``RuntimeError: WSGI app did not call start_response``.
    Why: the adapter calls ``start_response`` when its answer is read, as PEP 3333 lets it; hypercorn below
        0.18 looks before that.
    Fix: serve the app inside the adapter, which hypercorn calls as ASGI; or a newer hypercorn.
    Before:
        hypercorn wsgi:application    # application = ASGIMiddleware(app)
    After:
        hypercorn app:app
    Sources:
        https://peps.python.org/pep-3333/#the-start-response-callable
        truth: c3mid/hypercorn/bridged:application
    """
    if case.launch.server != "hypercorn" or case.calls is not Interface.WSGI:
        return
    if not case.facts.server.details.get("start_at_once") or not case.layers():
        return
    if case.layers()[0].type != A2WSGI:
        return
    yield finding(
        "Every request will fail with 500: this hypercorn wants start_response called first.",
        word=target_word(case),
        fixes=(
            *unwrapped_fixes(case),
            Fix("install a newer hypercorn", install=("hypercorn>=0.18",)),
        ),
    )
