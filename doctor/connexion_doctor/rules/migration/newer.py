"""Code of Connexion 3 in a project that runs on Connexion 2: what is installed was not upgraded."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from connexion_doctor.model import Finding, Location, Severity
from connexion_doctor.python import Sources
from connexion_doctor.rules.base import finding, rule
from connexion_doctor.rules.migration.uses import app_calls, constructors, fix, listed, names_used, passed

# What Connexion 3.0 to 3.3 have and 2.6 to 2.15 have not; tests/rules/migration/test_newer.py asks both.
MODULES = frozenset(
    "connexion.apps.asynchronous connexion.apps.flask connexion.context connexion.datastructures "
    "connexion.decorators.main connexion.frameworks connexion.middleware connexion.testing connexion.types "
    "connexion.uri_parsing connexion.validators".split()
)
NAMES = frozenset(
    "connexion.AsyncApi connexion.AsyncApp connexion.ConnexionMiddleware connexion.decorators.ASGIDecorator "
    "connexion.decorators.FlaskDecorator connexion.decorators.StarletteDecorator "
    "connexion.decorators.WSGIDecorator connexion.exceptions.ClientProblem "
    "connexion.exceptions.InternalServerError connexion.exceptions.ServerError "
    "connexion.options.SwaggerUIConfig connexion.options.SwaggerUIOptions "
    "connexion.resolver.MethodResolver connexion.security.SecurityHandlerFactory".split()
)
CONSTRUCTOR = frozenset(
    "lifespan middlewares jsonifier pythonic_params resolver_error strict_validation swagger_ui_options "
    "uri_parser_class validate_responses validator_map security_map".split()
)
ADD_API = frozenset("name jsonifier swagger_ui_options uri_parser_class security_map".split())
METHODS = ("add_middleware", "add_wsgi_middleware", "test_client")


@rule("CXD470", "code-of-connexion-3", Severity.ERROR)
def code_of_three(sources: Sources) -> Iterator[Finding]:
    """The code is written for Connexion 3, and Connexion 2 is what is installed.

    What happens: The import raises, so the server does not start: `ModuleNotFoundError: No module named
        'connexion.middleware'`, `ImportError: cannot import name 'AsyncApp' from 'connexion'`, `TypeError:
        AbstractApp.__init__() got an unexpected keyword argument 'lifespan'`.

    Why: The module, name, argument or method came with Connexion 3. A pin, a lock file or an image still
        asks for Connexion 2.

    Fix: Ask for `connexion>=3`, with the extras that the app needs (`connexion[flask,uvicorn]`), and serve
        it as ASGI; or write the line for Connexion 2.

    Before:
        connexion[swagger-ui]==2.14.2   # requirements.txt, with `connexion.AsyncApp` in app.py

    After:
        connexion[swagger-ui,uvicorn]==3.3.0

    Sources:
        https://connexion.readthedocs.io/en/latest/v3.html
        test: tests/rules/migration/test_newer.py
    """
    for place, what, error in _found(sources):
        yield finding(
            f"Connexion 2 has no {what}: this raises {error}.",
            location=place,
            fixes=fix("Ask for `connexion>=3`, for which this is written, or write it for Connexion 2."),
        )


def _found(sources: Sources) -> Iterator[tuple[Location, str, str]]:
    """Where what only Connexion 3 has is used, what it is, and what that raises under 2."""
    for module in sources.modules:
        for use in module.imports:
            if use.guarded:
                continue
            for name in _modules_of(use.node):
                if _is_new(name):
                    yield module.location(use.node), f"module `{name}`", "ModuleNotFoundError"
    for one, node, name in names_used(sources, dict.fromkeys(NAMES, "")):
        raises = "ImportError" if isinstance(node, ast.ImportFrom) else "AttributeError"
        yield one.module.location(node), f"`{name}`", raises
    for calls, names, spoken in (
        (constructors(sources), CONSTRUCTOR, "the app's constructor"),
        (app_calls(sources, "add_api"), ADD_API, "`add_api`"),
    ):
        for call, _ in calls:
            new = [one for one in passed(sources, call) if one.name in names]
            if new:
                place = call.module.location(new[0].keyword or call.node)
                yield place, f"{listed(one.name for one in new)} of {spoken}", "TypeError"
    for method in METHODS:
        for call, _ in app_calls(sources, method):
            yield call.module.location(call.node), f"`{method}` of the app", "AttributeError"


def _modules_of(node: ast.Import | ast.ImportFrom) -> list[str]:
    """The modules that an import names, by which it fails."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module] if node.module is not None and not node.level else []


def _is_new(module: str) -> bool:
    return any(module == one or module.startswith(f"{one}.") for one in MODULES)
