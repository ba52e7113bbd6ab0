"""What the server makes of the object when a worker starts, before any request."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from connexion_doctor import servers
from connexion_doctor.facts.case import Case
from connexion_doctor.model import Applicability, Finding, Fix, Severity
from connexion_doctor.rules.base import finding, rule
from connexion_doctor.rules.loading.target import target_word
from connexion_doctor.servers import ways

ERROR = Severity.ERROR


@rule("CXD106", "server-gives-up-on-the-app", ERROR, breaks=True)
def server_gives_up_on_the_app(case: Case) -> Iterator[Finding]:
    """The server's own code gives up on the object when a worker starts.

    What happens: the workers end while they boot: ``Error loading ASGI app factory: AbstractApp.__call__()
        missing 3 required positional arguments: 'scope', 'receive', and 'send'``, ``Worker failed to boot``.
    Why: a setting of the worker asks for something that the target is not. A worker of the project's own
        with ``CONFIG_KWARGS = {"factory": True}`` calls what gunicorn hands it, and gunicorn, for
        ``'shop:create_app()'``, hands it the app that the factory has already made.
    Fix: name the factory without the call, or take the setting out of the worker.
    Before:
        gunicorn -k shop.FactoryWorker 'shop:create_app()'
    After:
        gunicorn -k shop.FactoryWorker shop:create_app
    Sources:
        https://github.com/Kludex/uvicorn/blob/main/uvicorn/config.py
        truth: c3new/gunicorn -w 1 -b {bind} -k workers.FactoryWorker 'factory:create_app()'
    """
    call = case.facts.call
    if call is None or call.outcome != "refused" or call.error is None:
        return
    if any(one.error.message == call.error.message for one in case.facts.server.refusals):
        return  # the server cannot read one of its settings (CXD202)
    yield finding(
        f"{case.launch.server} will not start: it cannot serve the app with these settings.",
        evidence=(call.error.short,),
        word=target_word(case),
        fixes=_uncalled(case) or (_setting(case), *_another_worker(case)),
    )


def _uncalled(case: Case) -> tuple[Fix, ...]:
    """The target without the call, where the worker calls the factory itself."""
    load = case.facts.load
    if load is None or not load.factory_called or not (load.attribute or "").endswith("()"):
        return ()
    name = (load.attribute or "").removesuffix("()")
    remedy = servers.of(case).remedy(case)
    remedy.set_target(f"{load.module}:{name}")
    title = "name the factory and let the worker call it, as its settings say"
    return (remedy.fix(title, recommended=True),)


def _another_worker(case: Case) -> Iterator[Fix]:
    """A worker without those settings, behind what a person is told: taken where the app serves then."""
    worker, layers = case.facts.server.worker, case.layers()
    for fix in ways.to_serve(case, layers[0].interface) if worker is not None and layers else ():
        costs = (*fix.costs, f"what {worker.asked if worker else ''} sets besides is not set")
        if fix.applicability is not Applicability.MANUAL:
            yield replace(fix, applicability=Applicability.UNSAFE, recommended=False, costs=costs)


def _setting(case: Case) -> Fix:
    worker = case.facts.server.worker
    asked = worker.asked if worker is not None else case.launch.server
    return Fix.by_hand(f"take out of the settings of {asked} what the app is not (factory, interface)")
