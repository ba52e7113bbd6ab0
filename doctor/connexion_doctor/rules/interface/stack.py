"""The Connexion 3 stack, which is built at the first call: what keeps it from being built."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from connexion_doctor import servers
from connexion_doctor.facts.case import Case
from connexion_doctor.model import (
    Applicability,
    Finding,
    Fix,
    Interface,
    Layer,
    Location,
    Raised,
    Severity,
)
from connexion_doctor.rules.base import finding, rule
from connexion_doctor.rules.interface import adapted_function, added
from connexion_doctor.rules.interface.callable import called_the_wrong_way, trial_evidence
from connexion_doctor.rules.interface.inner import bare_inner
from connexion_doctor.rules.interface.meant import OPERATION_ID, meant
from connexion_doctor.rules.interface.touched import through_connexion
from connexion_doctor.rules.loading.endings import guarded
from connexion_doctor.rules.loading.factory import uncalled_factory
from connexion_doctor.rules.loading.imports import provided, see_line
from connexion_doctor.rules.loading.operation import unresolved
from connexion_doctor.rules.loading.target import target_word
from connexion_doctor.servers.base import Remedy
from connexion_doctor.servers.python import as_module

ERROR = Severity.ERROR
# Where Connexion 3 builds its stack: ``ConnexionMiddleware._build_middleware_stack``, called by the
# first request (connexion/middleware/main.py).
BUILD = "_build_middleware_stack"


def build_error(case: Case) -> Raised | None:
    """What building the stack raised in the trial call."""
    call = case.facts.call
    error = call.error if call is not None else None
    if error is None or not any(frame.name == BUILD for frame in error.frames):
        return None
    return error


def _unresolved(error: Raised) -> bool:
    return error.is_a("ResolverError", "ResolverProblem") or "Cannot resolve operationId" in error.message


def _duplicate(error: Raised) -> bool:
    return error.is_a("ValueError") and "already registered" in error.message


@rule("CXD110", "operation-not-resolved", ERROR, breaks=True)
def operation_not_resolved(case: Case) -> Iterator[Finding]:
    """An operationId of the specification leads to no function.

    What happens: it boots, uvicorn says ``ASGI 'lifespan' protocol appears unsupported.``, gunicorn's
        asgi worker says nothing, and every request answers 500: ``ResolverError: Cannot resolve
        operationId "api.greet"!``
    Why: Connexion 3 resolves operations when it gets its first message, and the servers take the error
        for an app without lifespan.
    Fix: correct the operationId, or the function's name; where one function of the module has nearly that
        name, and no other operation, it is written there; so is the one module that has the function, where
        none or one of nearly its name stands in front of it. A function that is still to be written can be
        left out: with ``add_api(..., resolver_error=501)`` (``connexion run --stub``) its operation answers
        501, and the others serve. ``uvicorn --lifespan on`` makes the server refuse to start instead.
    Before:
        operationId: api.greet
    After:
        operationId: api.greeting
    Sources:
        https://github.com/spec-first/connexion/issues/1693
        truth: c3new/uvicorn/unresolved:app
    """
    error = build_error(case)
    at_import = unresolved(case) if error is None else None
    error = at_import or error
    if error is None or at_import is None and not _unresolved(error):
        return
    named = re.search(r'operationId "([^"]+)"', error.message)
    looked_for = error.attributes.get("operation_looked_for") or (named[1] if named else None)
    operation = looked_for or error.attributes.get("operation_written")
    wrote, location = _written(case, error, operation)
    what = f"operationId {wrote or operation!r} leads to no function" if operation else error.short
    without = error.attributes.get("operation_without")
    if without is not None:
        what = f"{without} of the specification has no operationId"
    behind = _behind(error, operation)
    if behind is not None and operation:
        what += f": importing its module raises {_without_path(behind.short)}"
    no_view = re.match(r"type object '(\w+)' has no attribute 'as_view'", error.message)
    if no_view is not None:
        what = f"`MethodViewResolver` of Connexion 3 needs Flask views, and {no_view[1]} is none"
    looked = (f"Connexion looked for {operation}",) if wrote and wrote != operation else ()
    cause = error.cause.short if error.cause is not None else None
    by_hand = Fix.by_hand(
        f"correct operationId {wrote or operation} in the specification, or give the function that name"
        if operation
        else f"give {without} an operationId that names its function: module.function"
        if without is not None
        else "correct the operationId in the specification, or the function's name"
    )
    module = case.facts.load.module if case.facts.load is not None else None
    happens = f"Importing {module} fails" if at_import is not None else "Every request will fail with 500"
    fix = _on_the_path(case, error) or (_importable(case, behind) if behind is not None else None)
    fix = fix or meant(case, error, wrote, location)
    if fix is None and looked_for and error.attributes.get("operation_others") and behind is None:
        fix = added.unwritten(case, looked_for, location.path if location else None)
    yield finding(
        f"{happens}: {what}.",
        evidence=tuple(text for text in (*looked, *trial_evidence(case), cause) if text),
        location=(case.at(case.own_frame(behind)) if behind is not None else None) or location,
        word=target_word(case),
        fixes=(fix or by_hand,),
    )


SERVING = frozenset("run serve serve_forever run_simple run_app".split())


def _without_path(message: str) -> str:
    """What an import raised, without the path at its end: ``cannot import name 'a' from 'b' (/b.py)``."""
    words, _, path = message.rpartition(" (")
    return words if words and path.endswith(")") and ("/" in path or "\\" in path) else message


def _behind(error: Raised, operation: str | None) -> Raised | None:
    """What the module of a handler raised when it was imported: Connexion says that there is no such module,
    or no such function."""
    cause = error.cause
    if cause is None or not operation or not cause.is_a("ImportError"):
        return None
    name = cause.attributes.get("name", "")
    if cause.is_a("ModuleNotFoundError"):
        return None if not name or f"{operation}.".startswith(f"{name}.") else cause
    return cause if cause.message.startswith("cannot import name") else None


def _importable(case: Case, cause: Raised) -> Fix:
    """What makes a handler's module importable."""
    own = [frame for frame in cause.frames if case.own(frame.path)]
    if own and any(frame.name in SERVING and not case.own(frame.path) for frame in cause.frames):
        return guarded(case, own)  # its import starts a server
    name = cause.attributes.get("name", "")
    if cause.is_a("ModuleNotFoundError") and "." not in name:
        return provided(case, name, cause.attributes.get("own_folder"))
    return see_line(case, cause)


def _on_the_path(case: Case, error: Raised) -> Fix | None:
    """The working directory on Python's path, where the handlers lie there: the script run as a module, or
    without the option that keeps its folder out; for uvicorn, the target named from there."""
    cause = error.cause or error  # Connexion 2 raises it when the app is imported
    folder = cause.attributes.get("own_folder")
    if folder is None or Path(folder) != Path(case.launch.directory).resolve():
        return None
    remedy: Remedy | None = as_module(case)
    title, kind = (
        "run the script as a module: the folder of its handlers is on the path then",
        Applicability.SAFE,
    )
    texts = [word.text for word in case.command.words]
    given, app_dir = [one for one in ("-I", "-P") if one in texts], case.facts.server.settings.get("app_dir")
    if remedy is None and case.launch.server == "python" and given:
        remedy, title = (
            servers.of(case).remedy(case),
            f"take {given[0]} out, which keeps it off the path",
        )
        remedy.drop_words(texts.index(given[0]))
        kind = Applicability.UNSAFE
    inside = app_dir.shown.strip("./") if app_dir is not None else ""
    if case.launch.server == "uvicorn" and case.target and inside.replace("/", "").isidentifier():
        remedy, title = servers.of(case).remedy(case), "name the app from the folder of its handlers"
        remedy.drop_option("app_dir")
        remedy.set_target(f"{inside.replace('/', '.')}.{case.target}")
    return remedy.fix(title, recommended=True, applicability=kind) if remedy is not None else None


def _written(case: Case, error: Raised, operation: str | None) -> tuple[str | None, Location | None]:
    """The operationId as a specification has it, and where that is, if it stands there once. A resolver may
    have put a module in front of it (``RelativeResolver``, ``x-openapi-router-controller``)."""
    connexion = case.facts.app.connexion if case.facts.app is not None else None
    files = connexion.detail.get("specification_files") if connexion is not None else None
    wrote, added = error.attributes.get("operation_written"), error.attributes.get("specification")
    files = files or ([added] if added else None)
    places: list[Location] = []
    for path in files if isinstance(files, (list, tuple)) else ():
        source = case.sources.get(str(Path(case.launch.directory, str(path))))
        if source is None:
            continue
        for number, line in enumerate(source.lines, 1):
            for match in OPERATION_ID.finditer(line):
                if match[1] == (wrote or operation):
                    start, end = match.span(1)
                    places.append(Location(source.path, number, start + 1, number, end + 1))
        if places and len(_specifications(connexion)) < 2:
            break  # the file that was added comes first; others may be copies of it
    if wrote is None and len(places) == 1:  # Connexion 2 does not tell it
        wrote = operation
    return wrote, places[0] if len(places) == 1 else None


def _specifications(connexion: Layer | None) -> Sequence[object]:
    """The specifications of the app."""
    found = connexion.detail.get("specifications") if connexion is not None else None
    return found if isinstance(found, (list, tuple)) else ()


@rule("CXD111", "apis-share-a-base-path", ERROR, breaks=True)
def apis_share_a_base_path(case: Case) -> Iterator[Finding]:
    """Two APIs are added under one base path, and neither has a name of its own.

    What happens: it boots, and every request answers 500: ``ValueError: The name '/v1' is already
        registered for a different blueprint. Use 'name=' to provide a unique name.``
    Why: Connexion names an API's blueprint after its base path.
    Fix: give each its own base path, or ``name=`` to one of them.
    Before:
        app.add_api("pets.yaml", base_path="/v1")
        app.add_api("shop.yaml", base_path="/v1")
    After:
        app.add_api("pets.yaml", base_path="/v1")
        app.add_api("shop.yaml", base_path="/v1", name="shop")
    Sources:
        https://github.com/spec-first/connexion/issues/2081
        truth: c3new/g-asgi/one_base_path:app
    """
    error = build_error(case)
    if error is None or not _duplicate(error):
        return
    connexion = case.facts.app.connexion if case.facts.app is not None else None
    paths = connexion.detail.get("base_paths") if connexion is not None else None
    shown = (
        [f"base paths as given to add_api: {', '.join(map(str, paths))}"] if isinstance(paths, list) else []
    )
    yield finding(
        "Every request will fail with 500: two APIs are added under one base path.",
        evidence=(*trial_evidence(case), *shown),
        word=target_word(case),
        fixes=(
            added.named(case)
            or Fix.by_hand("give each add_api(...) its own base_path=, or a name= of its own"),
        ),
    )


@rule("CXD112", "stack-does-not-build", ERROR, breaks=True)
def stack_does_not_build(case: Case) -> Iterator[Finding]:
    """Connexion cannot build its middleware stack, which it tries at the first request.

    What happens: it boots, and every request answers 500 with the error shown. The start-up hides it:
        uvicorn says ``ASGI 'lifespan' protocol appears unsupported.``
    Why: the specification is not valid, a middleware cannot be made, or a route is added twice.
    Fix: what the error says; ``uvicorn --lifespan on`` makes the server refuse to start instead.
    Before:
        gunicorn -k uvicorn_worker.UvicornWorker app:app
    After:
        gunicorn -k asgi --asgi-lifespan on app:app
    Sources:
        https://github.com/spec-first/connexion/issues/1693
        test: tests/checkup/test_the_rest.py
    """
    error = build_error(case)
    if error is None or _unresolved(error) or _duplicate(error):
        return
    frame = case.own_frame(error)
    fix = through_connexion(case, error) or Fix.by_hand(
        f"correct {case.relative(frame.path)} line {frame.line}" if frame else f"correct: {error.short}"
    )
    yield finding(
        f"Every request will fail with 500: Connexion cannot build its stack: {error.short}",
        evidence=(f"trial call: {error.short}",),
        location=case.at(frame),
        word=target_word(case),
        fixes=(fix,),
    )


EVERY_REQUEST = "make what runs for every request accept paths outside the specification"
NOT_FOUND = "correct what the app does with a path that it does not have: its error handler for 404 fails"


@rule("CXD113", "trial-call-raises", Severity.WARNING)
def trial_call_raises(case: Case) -> Iterator[Finding]:
    """A GET on a path that the app does not have raises an exception.

    What happens: paths of the specification may work, any other path answers 500.
    Why: a hook or middleware that runs for every request (Flask's ``before_request``, an ASGI
        middleware) counts on something that only operations have, ``connexion.context`` for example; or
        the app's own error handler for 404 fails, which keeps no operation from being served.
    Fix: let it look at the path first, or make it a middleware behind Connexion's routing; correct the error
        handler.
    Before:
        @flask_app.before_request
        def log(): print(connexion.context.operation)
    After:
        app.add_middleware(LogMiddleware, position=MiddlewarePosition.BEFORE_SECURITY)
    Sources:
        https://github.com/spec-first/connexion/issues/1911
        test: tests/checkup/test_the_rest.py
    """
    call = case.facts.call
    if call is None or case.broken_link() is not None or build_error(case) or bare_inner(case):
        return
    if uncalled_factory(case) or _told_elsewhere(case):
        return
    failed_inside = call.outcome == "raised" and call.error is not None and call.error.frames
    answered_500 = call.outcome == "answered" and (call.status or 0) >= 500
    if not (failed_inside or answered_500) or case.calls is Interface.UNKNOWN:
        return
    frame = case.own_frame(call.error)
    short = call.error.short if call.error is not None else f"status {call.status}"
    yield finding(
        f"A GET on an unknown path ends in {short}",
        evidence=(f"{case.relative(frame.path)}:{frame.line} in {frame.name}",) if frame else (),
        location=case.at(frame),
        word=target_word(case),
        fixes=(Fix.by_hand(NOT_FOUND if call.not_found else EVERY_REQUEST),),
    )


def _told_elsewhere(case: Case) -> bool:
    """Whether a rule about what is inside of Connexion knows why the call failed."""
    from connexion_doctor.rules.connexion.details import details
    from connexion_doctor.rules.connexion.errors import refused_by_handler
    from connexion_doctor.rules.connexion.wrapped import wsgi_inside

    refused = adapted_function.refusing(case) is not None or refused_by_handler(case)
    refused = refused or bool(details(case).get("wsgi_in_stack"))
    return wsgi_inside(case) is not None or refused or called_the_wrong_way(case)


@rule("CXD114", "trial-call-hangs", ERROR, breaks=True)
def trial_call_hangs(case: Case) -> Iterator[Finding]:
    """A GET on a path that the app does not have gets no answer.

    What happens: requests hang until the server or the client gives up.
    Why: the app waits for something at its first request, or an adapter waits for a thread that is gone.
    Fix: where it waited is shown.
    Before:
        gunicorn --preload wsgi:application    # an a2wsgi adapter made at import
    After:
        gunicorn wsgi:application
    Sources:
        https://github.com/abersheeran/a2wsgi/issues/34
        truth: c3new/uvicorn/silent:app
    """
    call = case.facts.call
    if call is None or call.outcome not in ("hung", "crashed", "no-answer"):
        return
    what = {"hung": "gets no answer", "crashed": "ends the process", "no-answer": "ends without a response"}
    yield finding(
        f"A request {what[call.outcome]}: {call.reason or 'the trial call was given up'}",
        evidence=(f"called as {call.calls.spoken}",),
        word=target_word(case),
        fixes=(Fix.by_hand("find what the app waits for when it gets its first request"),),
    )
