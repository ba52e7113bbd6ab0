"""Middleware that stands where it cannot do what it is for."""

from __future__ import annotations

from collections.abc import Iterator

from connexion_doctor.facts.case import Case
from connexion_doctor.model import Finding, Fix, Severity
from connexion_doctor.rules.base import finding, rule
from connexion_doctor.rules.connexion.details import details, texts
from connexion_doctor.rules.loading.target import target_word

CORS_FIX = (
    "app.add_middleware(CORSMiddleware, position=MiddlewarePosition.BEFORE_EXCEPTION, allow_origins=[...]), "
    "with CORSMiddleware from starlette.middleware.cors and MiddlewarePosition from connexion.middleware"
)


def _index(names: list[str], ending: str) -> int | None:
    return next((index for index, name in enumerate(names) if name.endswith(ending)), None)


@rule("CXD123", "cors-behind-the-errors", Severity.WARNING)
def cors_behind_the_errors(case: Case) -> Iterator[Finding]:
    """Starlette's CORSMiddleware stands behind the part of Connexion that answers errors.

    What happens: browsers are refused: errors have no CORS header, and a preflight request answers 405
        without one, where ``curl`` shows nothing wrong.
    Why: ``add_middleware`` puts it in front of the handlers, at the end of the stack; routing, validation
        and errors answer before a request gets there.
    Fix: add it at ``MiddlewarePosition.BEFORE_EXCEPTION``.
    Before:
        app.add_middleware(CORSMiddleware, allow_origins=["*"])
    After:
        app.add_middleware(
            CORSMiddleware, position=MiddlewarePosition.BEFORE_EXCEPTION, allow_origins=["*"]
        )
    Sources:
        https://connexion.readthedocs.io/en/latest/cookbook.html
        https://www.starlette.io/middleware/#corsmiddleware
        test: tests/probe/test_details.py
    """
    names = texts(details(case).get("middleware"))
    cors, errors = _index(names, ".CORSMiddleware"), _index(names, ".ExceptionMiddleware")
    if cors is None or errors is None or cors < errors:
        return
    routing = _index(names, ".RoutingMiddleware")
    preflight = ", preflight requests fail with 405" if routing is not None and cors > routing else ""
    yield finding(
        f"CORSMiddleware runs behind Connexion's error handling: errors get no CORS header{preflight}.",
        evidence=("the stack: " + ", ".join(name.rpartition(".")[2] for name in names),),
        word=target_word(case),
        fixes=(Fix.by_hand(f"put it in front: {CORS_FIX}"),),
    )


@rule("CXD124", "flask-cors-inside", Severity.WARNING)
def flask_cors_inside(case: Case) -> Iterator[Finding]:
    """Flask-CORS is set on the Flask app inside the Connexion app.

    What happens: browsers are refused: a preflight request answers 405 without a CORS header, and so do
        errors; an answer of a handler has it.
    Why: Connexion 3 answers errors and ``OPTIONS`` before a request gets to Flask.
    Fix: Starlette's CORSMiddleware at ``MiddlewarePosition.BEFORE_EXCEPTION``.
    Before:
        CORS(app.app)
    After:
        app.add_middleware(
            CORSMiddleware, position=MiddlewarePosition.BEFORE_EXCEPTION, allow_origins=["*"]
        )
    Sources:
        https://connexion.readthedocs.io/en/latest/cookbook.html
        https://github.com/neurostuff/neurostore/pull/611
        test: tests/probe/test_details.py
    """
    known = details(case)
    if not known.get("flask_cors") or _index(texts(known.get("middleware")), ".CORSMiddleware") is not None:
        return
    yield finding(
        "Flask-CORS sees only what reaches Flask: errors get no CORS header, preflight fails with 405.",
        word=target_word(case),
        fixes=(Fix.by_hand(f"use Starlette's: {CORS_FIX}"),),
    )


@rule("CXD125", "wsgi-middleware-never-called", Severity.WARNING)
def wsgi_middleware_never_called(case: Case) -> Iterator[Finding]:
    """A WSGI middleware was put into ``app.app.wsgi_app``, where Connexion 3 does not look.

    What happens: nothing: ``ProxyFix`` is never called, addresses and schemes stay those of the proxy.
    Why: Connexion takes ``wsgi_app`` when the app is made; what is assigned later is not called.
    Fix: ``app.add_wsgi_middleware``, or an ASGI middleware in front of Connexion.
    Before:
        app.app.wsgi_app = ProxyFix(app.app.wsgi_app, x_proto=1)
    After:
        app.add_wsgi_middleware(ProxyFix, x_proto=1)
    Sources:
        https://github.com/spec-first/connexion/pull/1814
        https://connexion.readthedocs.io/en/latest/middleware.html
        test: tests/probe/test_details.py
    """
    replaced = details(case).get("wsgi_app_replaced")
    if not isinstance(replaced, str):
        return
    name = replaced.rpartition(".")[2]
    proxy = "ProxyFix" in name
    titles = [f"hand it to Connexion: app.add_wsgi_middleware({name}, ...)"]
    if proxy:
        titles.append("let the server read the proxy's headers: uvicorn --forwarded-allow-ips ADDRESS")
    yield finding(
        f"`{replaced}` in `app.app.wsgi_app` is never called: Connexion 3 keeps the wsgi_app that it found.",
        word=target_word(case),
        fixes=tuple(Fix.by_hand(title, recommended=index == 0) for index, title in enumerate(titles)),
    )
