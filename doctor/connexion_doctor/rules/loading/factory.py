"""Factories: not called, called without what they need, raising."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from connexion_doctor import servers
from connexion_doctor.facts.case import Case
from connexion_doctor.model import AppFacts, Applicability, Finding, Fix, Interface, Severity
from connexion_doctor.rules.base import finding, rule
from connexion_doctor.rules.loading.factories import made_at_the_top
from connexion_doctor.rules.loading.imports import needed_extra, see_line
from connexion_doctor.rules.loading.instead import instead
from connexion_doctor.rules.loading.operation import unresolved
from connexion_doctor.rules.loading.specification import refused
from connexion_doctor.rules.loading.surroundings import what_is_missing
from connexion_doctor.rules.loading.target import target_word

ERROR = Severity.ERROR


def uncalled_factory(case: Case) -> bool:
    """Whether the target names a function or class that makes the app, and the server calls that."""
    load, app = case.facts.load, case.facts.app
    if load is None or app is None or load.factory_called or case.answered():
        return False
    if case.facts.made is not None:
        return True
    outer = app.layers[0]
    if outer.role == "class":
        return True
    if outer.role != "function" or load.factory is None:
        return False
    takes = load.factory.strip("()").split(", ") if load.factory != "()" else []
    required = [name for name in takes if not name.endswith("=...") and not name.startswith("*")]
    open_ended = any(name.startswith("*") and not name.startswith("**") for name in takes)
    if open_ended and (case.facts.call is None or _took_the_call(case)):
        return False  # it takes any call: only a call can tell
    return len(required) < 2 and required != ["scope"]


def _took_the_call(case: Case) -> bool:
    """Whether the function was entered by the trial call, and what it called raised."""
    error = case.facts.call.error if case.facts.call is not None else None
    return error is not None and bool(error.frames)


def _serving(case: Case, made: AppFacts | None) -> tuple[Fix, ...]:
    """Fixes that call the factory and, where what it makes needs another interface, serve that too."""
    load = case.facts.load
    assert load is not None and load.module is not None
    call = f"{load.module}:{load.attribute}"
    interface = made.interface if made is not None else Interface.UNKNOWN
    calls = case.calls
    fits = (
        interface is Interface.UNKNOWN or interface is calls or case.launch.server in ("uvicorn", "hypercorn")
    )
    if fits:
        remedy = servers.of(case).remedy(case)
        if not servers.of(case).factory(remedy, call):
            return ()
        return (remedy.fix(f"let {case.launch.server} call the factory", recommended=True),)
    fixes: list[Fix] = []
    for way in servers.of(case).ways(case, interface):
        if way.adapts or servers.of(case).factory(way.remedy, call):  # an adapter's code calls it itself
            fix = way.remedy.fix(f"call the factory, and {way.title}", recommended=not fixes)
            fixes.append(replace(fix, applicability=way.applicability) if way.adapts else fix)
    return tuple(fixes)


@rule("CXD024", "factory-not-called", ERROR, breaks=True)
def factory_not_called(case: Case) -> Iterator[Finding]:
    """The target names a factory, and the server serves the factory instead of what it makes.

    What happens: every request answers 500: ``create_app() takes 0 positional arguments but 2 were
        given`` (3 under an ASGI worker).
    Why: gunicorn calls a factory only where it is written as a call; uvicorn and its gunicorn worker
        call one by themselves and warn; gunicorn's ``asgi`` worker, hypercorn, daphne and granian do not.
    Fix: write the call the way the server wants it.
    Before:
        gunicorn -k uvicorn_worker.UvicornWorker shop:create_app
    After:
        gunicorn -k uvicorn_worker.UvicornWorker 'shop:create_app()'
    Sources:
        https://github.com/benoitc/gunicorn/issues/2338
        truth: c3new/g-asgi/factory:create_app
    """
    load = case.facts.load
    if load is None or not uncalled_factory(case):
        return
    if case.facts.made is None and needs_arguments(case):
        return
    error = case.facts.call.error if case.facts.call else None
    yield finding(
        f"`{load.target}` is {load.found or 'a factory'}: {case.launch.server} passes it requests instead of "
        "calling it to get the app.",
        evidence=(f"trial call: {error.short}",) if error else (),
        word=target_word(case),
        fixes=_serving(case, case.facts.made) or (_made(case) or _write_module(case),),
    )


def _made(case: Case) -> Fix | None:
    load = case.facts.load
    return made_at_the_top(case, load.attribute) if load is not None and load.attribute else None


def needs_arguments(case: Case) -> bool:
    """Whether the function that the target names cannot be called with nothing."""
    load = case.facts.load
    signature = (load.factory if load is not None else None) or "()"
    takes = [name for name in signature.strip("()").split(", ") if name]
    return any(not name.endswith("=...") and not name.startswith("*") for name in takes)


def _signature(case: Case) -> tuple[str, ...]:
    load = case.facts.load
    if load is None or load.factory is None:
        return ()
    return (f"signature: {(load.attribute or '').split('(')[0]}{load.factory}",)


def _write_module(case: Case) -> Fix:
    load = case.facts.load
    name = load.attribute.split("(")[0] if load is not None and load.attribute else "create_app"
    module = load.module if load is not None else "MODULE"
    return Fix.by_hand(
        f"add a module that makes the app (app = {name}(...) with its arguments) and serve its `app` "
        f"instead of {module}:{name}"
    )


@rule("CXD025", "factory-needs-arguments", ERROR, breaks=True)
def factory_needs_arguments(case: Case) -> Iterator[Finding]:
    """The factory that the target names cannot be called with what the target gives it.

    What happens: gunicorn ends with ``TypeError: create_app() missing 1 required positional argument:
        'config'``, uvicorn with ``Error loading ASGI app factory``.
    Why: servers call a factory with nothing; only gunicorn and hypercorn take arguments in the target.
    Fix: give the arguments in the target (gunicorn: literals only), give the parameters defaults, or
        make the app in a small module.
    Before:
        gunicorn 'shop:create_app()'
    After:
        gunicorn 'shop:create_app("production")'
    Sources:
        https://docs.gunicorn.org/en/stable/run.html
        truth: c3new/u-factory/factory:create_named
    """
    load = case.facts.load
    if load is None:
        return
    called = load.stage == "factory" and load.error is not None and case.own_frame(load.error) is None
    if called and load.error is not None and "argument" in load.error.message:
        if load.app_called:
            yield _app_called(case)
            return
        yield finding(
            f"`{load.target}`: {load.error.short.partition(': ')[2] or load.error.short}",
            evidence=_signature(case),
            word=target_word(case),
            fixes=instead(case) or (_write_module(case),),
        )
    elif uncalled_factory(case) and case.facts.made is None and needs_arguments(case):
        yield finding(
            f"`{load.target}` is {load.found}, not an app, and it cannot be called without arguments.",
            word=target_word(case),
            fixes=instead(case) or (_write_module(case),),
        )


def _app_called(case: Case) -> Finding:
    """What is called as a factory takes requests: it is the app."""
    load, server = case.facts.load, servers.of(case)
    assert load is not None
    remedy = server.remedy(case)
    remedy.call_nothing()
    if (load.attribute or "").endswith("()"):
        remedy.set_target(load.target.removesuffix("()"))
    fix = remedy.fix("serve it as it is, without the call", recommended=True)
    if remedy.command.words == case.command.words and not remedy.edits:
        fix = replace(fix, applicability=Applicability.MANUAL, command=None)
    return finding(
        f"`{load.target}` is an app, not a factory: {case.launch.server} will not start, because it calls it "
        "without arguments.",
        severity=ERROR,
        evidence=(load.error.short,) if load.error is not None else (),
        word=target_word(case),
        fixes=(fix,),
    )


@rule("CXD026", "factory-raises", ERROR, breaks=True)
def factory_raises(case: Case) -> Iterator[Finding]:
    """The factory that the target names raises an exception when it is called.

    What happens: the server prints the traceback and ends, or its workers end one after another.
    Why: the factory's own code fails.
    Fix: the line shown is the innermost one of the project itself.
    Before:
        app.add_api("opanapi.yaml")
    After:
        app.add_api("openapi.yaml")
    Sources:
        https://docs.gunicorn.org/en/stable/run.html
        truth: c3new/g-asgi/factory:create_wrong()
    """
    load = case.facts.load
    if load is None or load.stage != "factory" or load.error is None:
        return
    frame = case.own_frame(load.error)
    if unresolved(case) is not None:
        return
    if frame is None or what_is_missing(case) is not None or refused(case) is not None:
        return
    if needed_extra(case) is not None:
        return
    yield finding(
        f"`{load.target}` raises {load.error.short}",
        evidence=(f"{case.relative(frame.path)}:{frame.line} in {frame.name}",),
        location=case.at(frame),
        word=target_word(case),
        fixes=(see_line(case, load.error),),
    )


@rule("CXD027", "factory-not-declared", Severity.INFO)
def factory_not_declared(case: Case) -> Iterator[Finding]:
    """The target names a factory that uvicorn calls only because it guesses.

    What happens: it works, with ``ASGI app factory detected. Using it, but please consider setting the
        --factory flag explicitly.`` in the log.
    Why: uvicorn calls whatever can be called without arguments.
    Fix: declare it.
    Before:
        uvicorn shop:create_app
    After:
        uvicorn --factory shop:create_app
    Sources:
        https://www.uvicorn.org/#application-factories
        truth: c3new/g-uvw2/factory:create_app
    """
    load, call = case.facts.load, case.facts.call
    if load is None or call is None or load.factory_called or load.factory is None:
        return
    if not case.answered() or not (call.why or "").startswith("uvicorn called it as a factory"):
        return
    remedy = servers.of(case).remedy(case)
    fixes = []
    if servers.of(case).factory(remedy, f"{load.module}:{load.attribute}"):
        fixes.append(remedy.fix("declare the factory", recommended=True))
    yield finding(
        f"`{load.target}` is a factory, but nothing says so: uvicorn guesses it.",
        word=target_word(case),
        fixes=fixes,
    )
