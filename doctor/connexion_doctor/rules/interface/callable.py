"""What the server calls against what the app answers, at the outermost layer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from connexion_doctor import servers
from connexion_doctor.facts.case import Case
from connexion_doctor.foundation import late
from connexion_doctor.model import Applicability, Finding, Fix, Interface, Layer, Location, Severity
from connexion_doctor.rules.base import finding, rule
from connexion_doctor.rules.interface import adapted_function, tried
from connexion_doctor.rules.interface.around import given_to_the_app
from connexion_doctor.rules.loading.factories import plain, returning
from connexion_doctor.rules.loading.factory import uncalled_factory
from connexion_doctor.rules.loading.target import target_word
from connexion_doctor.servers import ways
from connexion_doctor.servers.base import taken_for_factory

ERROR = Severity.ERROR


def outer_mismatch(case: Case) -> Layer | None:
    """The outermost layer where it does not answer the way it is called, unless the trial call was
    answered all the same, a factory is served, or another rule owns the case."""
    if case.answered() or uncalled_factory(case) or case.broken_link() != 0:
        return None
    outer = case.layers()[0]
    return None if outer.role in ("adapter", "inner") else outer


def spoken_caller(case: Case) -> str:
    """Who calls: the worker class, or the server."""
    worker = case.facts.server.worker
    if worker is not None:
        return f"gunicorn's {worker.asked} worker"
    return servers.of(case).caller(case)


def trial_evidence(case: Case) -> tuple[str, ...]:
    """What the trial call gave, as the server's log will show it."""
    call = case.facts.call
    if call is None or call.outcome == "read":
        return ()
    if call.error is not None:
        return (f"trial call: {call.error.short}",)
    if call.outcome == "answered":
        return (f"trial call: answered {call.status}",)
    return (f"trial call: {call.outcome}",)


def speaks(layer: Layer) -> str:
    """Which interface a layer has, in prose: ``Connexion 3 apps are ASGI``."""
    major = layer.detail.get("major") if layer.role == "connexion" else None
    standard = layer.interface.standard
    return f"Connexion {major} apps are {standard}" if major is not None else f"{layer.type} is {standard}"


def caller_place(case: Case) -> tuple[Location | None, int | None]:
    """What decides how the app is called: a value in the configuration file, or a word of the command
    (the worker class, the interface, else the program itself)."""
    given = case.facts.server.settings.get("worker_class")
    if given is not None and given.source == "file" and case.config is not None:
        assigned = case.config.assignments.get("worker_class")
        if assigned is not None:
            return assigned.value, None
    return None, caller_word(case)


def caller_word(case: Case) -> int | None:
    """Index of the word that decides how the app is called."""
    remedy = servers.of(case).remedy(case)
    for name in ("worker_class", "interface"):
        given = remedy.given(name)
        if given is not None and given.value_index is not None:
            return given.value_index
    return case.command.arguments - 1


@rule("CXD101", "asgi-app-on-wsgi-server", ERROR, breaks=True)
def asgi_app_on_wsgi_server(case: Case) -> Iterator[Finding]:
    """An ASGI app is served by a server, or a worker, that calls WSGI.

    What happens: it boots, ``gunicorn --check-config`` is content, and every request answers 500:
        ``TypeError: AbstractApp.__call__() missing 1 required positional argument: 'send'``. uWSGI
        closes the connection without an answer.
    Why: Connexion 2 apps were WSGI callables, ``app(environ, start_response)``; Connexion 3 apps are
        ASGI callables, ``app(scope, receive, send)``. gunicorn's default worker calls the first way.
    Fix: an ASGI worker for gunicorn, or an ASGI server.
    Before:
        gunicorn -w 4 app:app
    After:
        gunicorn -w 4 -k uvicorn_worker.UvicornWorker app:app
    Sources:
        https://github.com/spec-first/connexion/issues/1910
        https://asgi.readthedocs.io/en/latest/specs/main.html#applications
        https://peps.python.org/pep-3333/#the-application-framework-side
        truth: c3new/g-sync/app:app
        truth: c3new/waitress/app:app
        truth: c3uwsgi/uwsgi/app:app
    """
    outer = outer_mismatch(case)
    if outer is None or case.calls is not Interface.WSGI or outer.interface is not Interface.ASGI3:
        return
    fixes = list(tried.served_as(case, Interface.ASGI3))
    bridge = ways.adapter(case, adapted_name(case))
    if bridge is not None:
        fixes.append(bridge)
    yield finding(
        f"Every request will fail with 500: {spoken_caller(case)} speaks WSGI, {speaks(outer)}.",
        evidence=trial_evidence(case),
        location=caller_place(case)[0],
        word=caller_place(case)[1],
        fixes=fixes,
    )


def adapted_name(case: Case) -> str:
    """The expression to wrap in an adapter: the target's attribute, called where the server calls it."""
    load = case.facts.load
    name = (load.attribute if load is not None else None) or "app"
    return f"{name}()" if load is not None and load.factory_called and "(" not in name else name


@rule("CXD102", "wsgi-app-on-asgi-server", ERROR, breaks=True)
def wsgi_app_on_asgi_server(case: Case) -> Iterator[Finding]:
    """A WSGI app is served by a server, or a worker, that calls ASGI.

    What happens: it boots, and every request answers 500: ``TypeError: AbstractApp.__call__() missing 1
        required positional argument: 'start_response'`` (uvicorn), ``takes 3 positional arguments but 4
        were given`` (gunicorn's asgi worker).
    Why: Connexion 2 apps are WSGI callables; uvicorn and the ASGI workers call ASGI.
    Fix: a WSGI worker or server, or ``uvicorn --interface wsgi``; or Connexion 3.
    Before:
        uvicorn app:app
    After:
        gunicorn app:app
    Sources:
        https://github.com/Kludex/uvicorn/issues/483
        truth: c2151/uvicorn/app:app
        truth: c2151/g-asgi/app:app
    """
    outer = outer_mismatch(case)
    asgi = (Interface.ASGI3, Interface.ASGI2)
    if outer is None or case.calls not in asgi or outer.interface is not Interface.WSGI:
        return
    yield finding(
        f"Every request will fail with 500: {spoken_caller(case)} speaks ASGI, {speaks(outer)}.",
        evidence=trial_evidence(case),
        location=caller_place(case)[0],
        word=caller_place(case)[1],
        fixes=_around_asgi(case) or tried.served_as(case, Interface.WSGI),
    )


def _around_asgi(case: Case) -> tuple[Fix, ...]:
    """Where a WSGI middleware stands around an ASGI app, to call the middleware rightly is not enough."""
    outside, inside, *_ = (*case.layers(), None, None)
    if outside is None or inside is None or outside.role != "middleware":
        return ()
    return given_to_the_app(case, outside, inside) if inside.interface is Interface.ASGI3 else ()


@rule("CXD103", "interface-misread", ERROR, breaks=True)
def interface_misread(case: Case) -> Iterator[Finding]:
    """The server's guess, or its setting, takes the app for something that it is not.

    What happens: every request answers 500. uvicorn takes a ``functools.partial`` of an async function,
        or an object whose ``__call__`` is not declared ``async``, for ASGI 2; hypercorn takes the latter
        for WSGI; granian calls RSGI unless it is told otherwise: ``TypeError: AbstractApp.__call__()
        missing 1 required positional argument: 'send'``.
    Why: the guess looks at how the object is declared, not at what it does.
    Fix: tell the server.
    Before:
        granian app:app
    After:
        granian --interface asgi app:app
    Sources:
        https://github.com/Kludex/uvicorn/blob/main/uvicorn/config.py
        https://github.com/emmett-framework/granian
        truth: c3new/uvicorn/shapes:partial
        truth: c3new/granian-rsgi/app:app
    """
    outer = outer_mismatch(case)
    if outer is None:
        return
    calls, answers = case.calls, outer.interface
    wrong_asgi = answers is Interface.ASGI3 and calls in (Interface.ASGI2, Interface.RSGI)
    guessed_wsgi = answers is Interface.WSGI and calls is Interface.RSGI
    if not (wrong_asgi or guessed_wsgi):
        return
    yield finding(
        f"Every request will fail with 500: {spoken_caller(case)} speaks {calls.standard}, "
        f"{outer.type} is {answers.standard}.",
        evidence=(
            *((case.facts.call.why,) if case.facts.call and case.facts.call.why else ()),
            *trial_evidence(case),
        ),
        location=caller_place(case)[0],
        word=caller_place(case)[1],
        fixes=tried.served_as(case, answers),
    )


# What a class says that is called the other way: ``AbstractApp.__call__() missing 1 required ...``.
WRONG_WAY = late.pattern(r"[\w.]*__call__\(\) (missing \d+ required positional|takes \d+ positional)")

# What WSGI apps say of granian's own scope, which they take for their environ.
OTHER_SCOPE = late.pattern(r"'\w*Scope' object has no attribute")


def called_the_wrong_way(case: Case) -> bool:
    """Whether code of the project takes the server's call and hands it on in the other interface's way."""
    call, layers = case.facts.call, case.layers()
    if call is None or call.error is None or len(layers) < 2:
        return False
    if case.broken_link() is not None or layers[0].role not in ("function", "middleware"):
        return False
    if case.calls is Interface.RSGI and call.error.is_a("AttributeError"):
        return OTHER_SCOPE.match(call.error.message) is not None
    return call.error.is_a("TypeError") and WRONG_WAY.match(call.error.message) is not None


def _wrong_way(case: Case) -> Finding:
    """The finding on a wrapper that calls what is inside the other way; the cure leaves the wrapper out."""
    outer, load = case.layers()[0], case.facts.load
    inner = next((one for one in case.layers()[1:] if one.role == "connexion"), None)
    name = inner.via if inner is not None and case.layers()[1] is inner else None
    seen = tried.serving(case)
    if seen:
        fixes: tuple[Fix, ...] = seen
    elif name is None or load is None or load.module is None or inner is None:
        fixes = (Fix.by_hand(f"Serve the app itself, without {outer.type}."),)
    else:
        cost = f"what {outer.type} does around the app is left out"
        fixes = tuple(
            replace(one, applicability=_less_safe(one), costs=(cost, *one.costs))
            for one in ways.to_serve(case, inner.interface, f"{load.module}:{name}")
        )
    return finding(
        f"Every request will fail with 500: {outer.type} passes the {case.calls.standard} call on to an app "
        f"that {f'is {inner.interface.standard}' if inner is not None else 'is called another way'}.",
        severity=ERROR,
        evidence=trial_evidence(case),
        word=target_word(case),
        fixes=fixes,
    )


def _less_safe(fix: Fix) -> Applicability:
    return Applicability.MANUAL if fix.applicability is Applicability.MANUAL else Applicability.UNSAFE


@rule("CXD104", "app-refuses-the-call", ERROR, breaks=True)
def app_refuses_the_call(case: Case) -> Iterator[Finding]:
    """The object takes no call of the kind that the server makes.

    What happens: every request answers 500 with a ``TypeError`` about the number of arguments, or about
        a coroutine that is no iterable.
    Why: what the target names is callable, but neither in the way of WSGI nor of ASGI, as far as this
        server calls it.
    Fix: serve the app object itself.
    Before:
        gunicorn app:handler
    After:
        gunicorn app:app
    Sources:
        https://peps.python.org/pep-3333/
        https://asgi.readthedocs.io/en/latest/specs/main.html
        test: tests/checkup/test_the_rest.py
        test: tests/checkup/test_adapted_function.py
    """
    call = case.facts.call
    if call is None or call.error is None or call.outcome != "raised" or uncalled_factory(case):
        return
    if called_the_wrong_way(case):
        yield _wrong_way(case)
        return
    if case.broken_link() is not None or any(layer.role == "inner" for layer in case.layers()):
        return
    function = adapted_function.refusing(case)
    if function is not None:
        yield finding(
            f"Every request will fail with 500: {case.layers()[0].type} calls {function.type}, "
            "which is no app.",
            evidence=trial_evidence(case),
            word=target_word(case),
            fixes=(adapted_function.fix(case, function),),
        )
        return
    if not call.error.is_a("TypeError") or call.error.frames:
        return
    fix = _gives_no_app(case) or Fix.by_hand("serve an object that can be called as the server calls it")
    fixes: tuple[Fix, ...] = tried.serving(case) or (fix,)
    if "coroutine" in call.error.message and case.calls is Interface.WSGI:
        fixes = ways.to_serve(case, Interface.ASGI3)
    yield finding(
        f"Every request will fail with 500: the object cannot be called as {call.calls.spoken}.",
        evidence=trial_evidence(case),
        word=target_word(case),
        fixes=fixes,
    )


def _gives_no_app(case: Case) -> Fix | None:
    """What cures a factory that uvicorn has called by itself, and that gives None or a coroutine."""
    load, layers = case.facts.load, case.layers()
    if load is None or not taken_for_factory(case) or not layers:
        return None
    cures = {"builtins.NoneType": returning, "builtins.coroutine": plain}
    cure = cures.get(layers[0].type)
    return cure(case, load.attribute or "") if cure is not None else None
