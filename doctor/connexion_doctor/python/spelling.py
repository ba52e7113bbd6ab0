"""Several spellings of the same thing, in one."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    pass

# Other names of the same thing, in both versions.
SAME = {
    "connexion.App": "connexion.FlaskApp",
    "connexion.Api": "connexion.FlaskApi",
    "connexion.apps.flask.FlaskApp": "connexion.FlaskApp",
    "connexion.apps.flask.FlaskApi": "connexion.FlaskApi",
    "connexion.apps.flask_app.FlaskApp": "connexion.FlaskApp",
    "connexion.apps.flask_app.FlaskApi": "connexion.FlaskApi",
    "connexion.apps.FlaskApp": "connexion.FlaskApp",
    "connexion.apis.FlaskApi": "connexion.FlaskApi",
    "connexion.apis.flask_api.FlaskApi": "connexion.FlaskApi",
    "connexion.apps.asynchronous.AsyncApp": "connexion.AsyncApp",
    "connexion.apps.aiohttp_app.AioHttpApp": "connexion.AioHttpApp",
    "connexion.apps.AioHttpApp": "connexion.AioHttpApp",
    "connexion.context.request": "connexion.request",
    "connexion.exceptions.ProblemException": "connexion.ProblemException",
    "connexion.problem.problem": "connexion.problem",
    "connexion.middleware.ConnexionMiddleware": "connexion.ConnexionMiddleware",
    "connexion.middleware.main.MiddlewarePosition": "connexion.middleware.MiddlewarePosition",
    "connexion.resolver.MethodViewResolver": "connexion.resolver.MethodViewResolver",
    "starlette.middleware.cors.CORSMiddleware": "starlette.CORSMiddleware",
    "fastapi.middleware.cors.CORSMiddleware": "starlette.CORSMiddleware",
    "flask_cors.extension.CORS": "flask_cors.CORS",
    "flask_testing.utils.TestCase": "flask_testing.TestCase",
}
APPS = ("connexion.FlaskApp", "connexion.AsyncApp", "connexion.AioHttpApp")


def canonical(name: str) -> str:
    """A dotted name with the parts that have several spellings in one spelling."""
    head, call, rest = name.partition("()")
    return SAME.get(head, head) + call + rest
