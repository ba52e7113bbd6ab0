"""The inner framework app of Connexion 3 served in place of the Connexion app."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from connexion_doctor import servers
from connexion_doctor.facts.case import Case
from connexion_doctor.model import Edit, Finding, Fix, Interface, Layer, Severity
from connexion_doctor.rules.base import finding, rule
from connexion_doctor.rules.interface import factories, mounted, tried
from connexion_doctor.rules.interface.callable import trial_evidence
from connexion_doctor.rules.loading.target import target_word
from connexion_doctor.servers import ways

ERROR = Severity.ERROR


def bare_inner(case: Case) -> Layer | None:
    """The inner Flask app, where no Connexion app stands in front of it."""
    for layer in case.layers():
        if layer.role == "connexion":
            return None
        if layer.role == "inner":
            return layer
    return None


def _kept(case: Case) -> tuple[Edit, ...]:
    """``app = made().app`` as ``app = made()``, where the Connexion app has no name of its own."""
    source, value = case.module, tried.assigned(case)
    if source is None or not isinstance(value, ast.Attribute) or value.attr != "app":
        return ()
    text = ast.get_source_segment(source.text, value.value)
    return (Edit(source.location(value), text),) if text is not None else ()


@rule("CXD105", "inner-app-served", ERROR, breaks=True)
def inner_app_served(case: Case) -> Iterator[Finding]:
    """The Flask app inside a Connexion 3 app is served, not the Connexion app.

    What happens: it boots, and every operation answers 500. The log ends ``starlette.exceptions.
        HTTPException: 404: The requested URL was not found on the server.``; under an ASGI server
        ``TypeError: Flask.__call__() missing 1 required positional argument: 'start_response'``. Routes
        added to Flask itself do answer, without validation and security.
    Why: in Connexion 3 the routes of the specification reach Flask only when the Connexion app builds
        its stack, and validation and security live outside of Flask.
    Fix: serve the Connexion object, on an ASGI server.
    Before:
        application = app.app    # gunicorn app:application
    After:
        # gunicorn -k uvicorn_worker.UvicornWorker app:app
    Sources:
        https://github.com/spec-first/connexion/issues/1932
        https://connexion.readthedocs.io/en/latest/v3.html
        truth: c3new/g-sync/app:application
        truth: c3new/uvicorn/app:app.app
    """
    inner = bare_inner(case)
    load = case.facts.load
    if inner is None or load is None:
        return
    owner = inner.detail.get("owner_name")
    fixes: tuple[Fix, ...]
    if tried.is_mounted(case):  # served alone, its paths would be others, and the apps beside it gone
        named = owner if isinstance(owner, str) else "the Connexion app"
        wsgi = case.calls is Interface.WSGI
        title = (
            f"mount {f'a2wsgi.ASGIMiddleware({named})' if wsgi else named} in place of the Flask app in it"
        )
        outside = next((one for one in case.layers() if mounted.is_mounted(one)), None)
        made = mounted.adapted(case, outside, title) if outside is not None and wsgi else mounted.whole(case)
        fixes = (made or Fix.by_hand(title),)
    elif isinstance(owner, str) and load.module:
        target = f"{load.module}:{owner}"
        if tried.calls_already(case, Interface.ASGI3):
            remedy = servers.of(case).remedy(case)
            remedy.set_target(target)
            fixes = (remedy.fix(f"serve the Connexion app, {target}", recommended=True),)
        else:
            fixes = ways.to_serve(case, Interface.ASGI3, target)
    else:
        kept = _kept(case)
        fixes = (
            Fix("Keep the Connexion app, not the Flask app in it.", recommended=True, edits=kept)
            if kept
            else factories.returning_connexion(case)
            or Fix.by_hand(
                "keep the Connexion app under a name of the module and serve that, on an ASGI server"
            ),
        )
    yield finding(
        f"`{load.target}` is the Flask app inside a Connexion 3 app: every operation will fail with 500, and "
        "routes of Flask's own bypass validation and security.",
        evidence=trial_evidence(case),
        word=target_word(case),
        fixes=fixes,
    )
