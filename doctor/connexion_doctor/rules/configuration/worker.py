"""gunicorn's worker class: not found, without its package, unable to run, deprecated."""

from __future__ import annotations

from collections.abc import Iterator

from connexion_doctor.facts.case import Case
from connexion_doctor.foundation import late
from connexion_doctor.model import Finding, Fix, Interface, Raised, Severity, WorkerFacts
from connexion_doctor.rules.base import finding, rule
from connexion_doctor.rules.interface.callable import caller_place
from connexion_doctor.servers import gunicorn, ways

ERROR = Severity.ERROR
NEEDS = late.pattern(r"(?:You need (\S+) installed|\b(\w+) worker requires (\w+))")


def app_interface(case: Case) -> Interface:
    """What the app answers; ASGI where it could not be loaded and Connexion 3 is installed."""
    if case.facts.app is not None and case.facts.app.interface is not Interface.UNKNOWN:
        return case.facts.app.interface
    return Interface.WSGI if case.environment.major("connexion") == 2 else Interface.ASGI3


def missing_module(error: Raised | None) -> str | None:
    """The top-level module whose absence is behind an error, through gunicorn's wrapping."""
    while error is not None:
        if error.is_a("ModuleNotFoundError") and error.attributes.get("name"):
            return error.attributes["name"].split(".")[0]
        error = error.cause
    return None


def needed_package(error: Raised | None) -> str | None:
    """The package that gunicorn's own message asks for (``gevent worker requires gevent 24.10.1``)."""
    while error is not None:
        found = NEEDS.search(error.message)
        if found:
            return found[1] or found[3]
        error = error.cause
    return None


def innermost(error: Raised) -> Raised:
    """The first cause of a chain: gunicorn wraps what really happened in a RuntimeError."""
    while error.cause is not None:
        error = error.cause
    return error


def in_own_package(worker: WorkerFacts) -> str | None:
    """The class of ``uvicorn.workers`` by its name in the package ``uvicorn-worker``, which has the same
    ones; None for any other class."""
    module, _, name = (worker.resolved or worker.asked).rpartition(".")
    return f"uvicorn_worker.{name}" if module == "uvicorn.workers" else None


PACKAGES = {"uvicorn_worker": "uvicorn-worker", "uvicorn": "uvicorn-worker"}


@rule("CXD203", "worker-package-missing", ERROR, breaks=True)
def worker_package_missing(case: Case) -> Iterator[Finding]:
    """The worker class is in a package that is not installed.

    What happens: gunicorn ends with ``Error: class uri 'uvicorn_worker.UvicornWorker' invalid or not
        found: ... ModuleNotFoundError: No module named 'uvicorn_worker'``; ``--check-config`` says
        nothing.
    Why: workers for ASGI, gevent and tornado come in packages of their own.
    Fix: install the package, or use a worker that is there.
    Before:
        pip install 'connexion[flask]' gunicorn
        gunicorn -k uvicorn_worker.UvicornWorker app:app
    After:
        pip install 'connexion[flask]' gunicorn uvicorn-worker
        gunicorn -k uvicorn_worker.UvicornWorker app:app
    Sources:
        https://github.com/Kludex/uvicorn-worker
        truth: c3nouv/g-uvw2/app:app
    """
    worker = case.facts.server.worker
    if worker is None or worker.error is None:
        return
    module = missing_module(worker.error) or needed_package(worker.error)
    own = worker.asked.partition(".")[0]
    if module is None or (module != own and needed_package(worker.error) is None and own not in PACKAGES):
        return
    package = PACKAGES.get(module, module)
    asgi = app_interface(case) is Interface.ASGI3
    wsgi_worker = "." not in worker.asked and worker.asked != "asgi"
    fixes: list[Fix] = []
    known = needed_package(worker.error) is not None or module in PACKAGES
    if known and not (asgi and wsgi_worker):  # installing gevent would only give the next error
        fixes.append(Fix(title=f"install {package}", recommended=True, install=(package,)))
    for fix in ways.to_serve(case, app_interface(case)):
        if package not in fix.install or not fixes:
            fixes.append(fix if not fixes else ways.second(fix))
    if not known:  # a package is not guessed by the name of a module
        title = f"install what brings the module {module}"
        fixes.append(Fix.by_hand(title, recommended=False))
    location, word = caller_place(case)
    yield finding(
        f"gunicorn cannot load the worker {worker.asked}: "
        f"the {'package ' + package if known else 'module ' + module} is not installed.",
        evidence=(innermost(worker.error).short,),
        location=location,
        word=word,
        fixes=fixes,
    )


@rule("CXD204", "worker-not-found", ERROR, breaks=True)
def worker_not_found(case: Case) -> Iterator[Finding]:
    """The installed gunicorn knows no such worker class.

    What happens: gunicorn ends with ``ImportError: Entry point ('gunicorn.workers', 'asgi') not found``;
        ``--check-config`` says nothing.
    Why: a misspelt name, a worker that this version does not have yet (``asgi`` came with gunicorn 24)
        or no longer has (``eventlet`` went with 26).
    Fix: a worker that the installed gunicorn has.
    Before:
        gunicorn -k uvicorn app:app
    After:
        gunicorn -k uvicorn_worker.UvicornWorker app:app
    Sources:
        https://github.com/benoitc/gunicorn/blob/master/docs/content/2026-news.md
        truth: c3new/gunicorn -w 1 -b {bind} -k no_such_worker app:app
    """
    worker = case.facts.server.worker
    if worker is None or worker.error is None or next(iter(worker_package_missing(case)), None):
        return
    location, word = caller_place(case)
    yield finding(
        f"gunicorn {case.facts.server.version} has no worker {worker.asked!r}",
        evidence=(innermost(worker.error).short,),
        location=location,
        word=word,
        fixes=ways.to_serve(case, app_interface(case)),
    )


@rule("CXD205", "worker-cannot-run", ERROR, breaks=True)
def worker_cannot_run(case: Case) -> Iterator[Finding]:
    """The worker class can be loaded, but not run with the versions that are installed.

    What happens: workers die in a loop: ``AttributeError: The `setup_event_loop` method was replaced by
        `get_loop_factory` in uvicorn 0.36.0.``, or ``AttributeError: 'str' object has no attribute
        '_version'`` with gunicorn 24.1.0.
    Why: uvicorn-worker before 0.4 calls what uvicorn 0.36 no longer has; gunicorn 24.1.0 hands uvicorn
        objects where it wants strings.
    Fix: upgrade the worker, or gunicorn.
    Before:
        pip install 'uvicorn>=0.36' 'uvicorn-worker<0.4'
    After:
        pip install 'uvicorn>=0.36' 'uvicorn-worker>=0.4'
    Sources:
        https://github.com/Kludex/uvicorn-worker/issues/35
        https://github.com/Kludex/uvicorn/issues/2792
        truth: badworker/g-uvw2/app:app
    """
    worker = case.facts.server.worker
    if worker is None or worker.fault is None:
        return
    gunicorn_at_fault = "gunicorn" in worker.fault
    requirement = "gunicorn>=24.1.1" if gunicorn_at_fault else "uvicorn-worker>=0.4"
    fixes = [Fix(title=f"install {requirement}", recommended=True, install=(requirement,))]
    own = in_own_package(worker)
    if not gunicorn_at_fault and own is not None:
        remedy = gunicorn.SERVER.remedy(case)
        remedy.worker(own)
        remedy.require(requirement)
        fixes = [remedy.fix("use the worker of its own package, up to date", recommended=True)]
    fixes += [
        ways.second(fix)
        for fix in ways.to_serve(case, app_interface(case))
        if "uvicorn-worker" not in fix.install
    ]
    location, word = caller_place(case)
    yield finding(
        f"The worker {worker.asked} cannot run here: {worker.fault}",
        location=location,
        word=word,
        fixes=fixes,
    )


@rule("CXD206", "worker-deprecated", Severity.WARNING)
def worker_deprecated(case: Case) -> Iterator[Finding]:
    """The worker class works, and its module says that it will go.

    What happens: nothing yet; gunicorn does not even show the warning: ``The `uvicorn.workers` module is
        deprecated. Please use `uvicorn-worker` package instead.``
    Why: uvicorn's worker moved to a package of its own with uvicorn 0.30.
    Fix: install uvicorn-worker and name its class.
    Before:
        gunicorn -k uvicorn.workers.UvicornWorker app:app
    After:
        gunicorn -k uvicorn_worker.UvicornWorker app:app
    Sources:
        https://github.com/spec-first/connexion/issues/1937
        https://www.uvicorn.org/deployment/
        truth: c3new/g-uvw/app:app
    """
    worker = case.facts.server.worker
    if worker is None or worker.deprecated is None or worker.fault is not None:
        return
    fixes: list[Fix] = []
    own = in_own_package(worker)
    if own is not None and "uvicorn-worker" in worker.deprecated:
        remedy = gunicorn.SERVER.remedy(case)
        remedy.worker(own)
        title = "use the worker of its own package"
        remedy.need("uvicorn-worker")
        if remedy.install:
            title += ", uvicorn-worker, to be installed"
        fixes.append(remedy.fix(title, recommended=True))
    location, word = caller_place(case)
    yield finding(
        f"The worker {worker.asked} is deprecated: {worker.deprecated}",
        location=location,
        word=word,
        fixes=fixes,
    )
