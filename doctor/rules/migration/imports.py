"""Modules and names of Connexion 2 that Connexion 3 no longer has."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from doctor.model import Edit, Finding, Severity
from doctor.rules.base import finding, rule
from doctor.rules.migration.common import fix, listed
from doctor.source import Sources, Use
from doctor.source.edits import replace

_PARSERS = (
    "AbstractURIParser", "OpenAPIURIParser", "Swagger2URIParser", "FirstValueURIParser",
    "AlwaysMultiURIParser",
)  # fmt: skip
_CHECKS = ("boolean", "coerce_type", "is_null", "is_nullable", "is_json_mimetype", "all_json", "make_type")

# name -> the module that has it now, and its name there. A module without an entry has no successor.
GONE: dict[str, dict[str, tuple[str, str]]] = {
    "connexion.apis": {"FlaskApi": ("connexion", "FlaskApi")},
    "connexion.apis.abstract": {},
    "connexion.apis.aiohttp_api": {},
    "connexion.apis.flask_api": {"FlaskApi": ("connexion", "FlaskApi")},
    "connexion.apis.flask_utils": {
        name: ("connexion.frameworks.flask", name) for name in ("flaskify_endpoint", "flaskify_path")
    },
    "connexion.apps.aiohttp_app": {},
    "connexion.apps.flask_app": {
        "FlaskApp": ("connexion", "FlaskApp"),
        "NumberConverter": ("connexion.frameworks.flask", "NumberConverter"),
        "IntegerConverter": ("connexion.frameworks.flask", "IntegerConverter"),
        "FlaskJSONEncoder": ("connexion.jsonifier", "JSONEncoder"),
    },
    "connexion.decorators.coroutine_wrappers": {},
    "connexion.decorators.decorator": {},
    "connexion.decorators.metrics": {},
    "connexion.decorators.produces": {"NoContent": ("connexion", "NoContent")},
    "connexion.decorators.security": {},
    "connexion.decorators.uri_parsing": {name: ("connexion.uri_parsing", name) for name in _PARSERS},
    "connexion.decorators.validation": {
        **{name: ("connexion.utils", name) for name in _CHECKS},
        "TypeValidationError": ("connexion.exceptions", "TypeValidationError"),
        "ExtraParameterProblem": ("connexion.exceptions", "ExtraParameterProblem"),
    },
    "connexion.operation": {},
    "connexion.operations.compat": {},
    "connexion.operations.secure": {},
    "connexion.security.aiohttp_security_handler_factory": {},
    "connexion.security.async_security_handler_factory": {},
    "connexion.security.flask_security_handler_factory": {},
    "connexion.security.security_handler_factory": {},
}

# Names that left a module that stayed.
LESS: dict[str, str] = {
    "connexion.AbstractAPI": "there is no base class to replace it: Connexion 3 builds its APIs itself",
    "connexion.AioHttpApi": "aiohttp is no longer supported; use `connexion.AsyncApp`",
    "connexion.apps.FlaskJSONEncoder": "use `connexion.jsonifier.JSONEncoder`",
    "connexion.exceptions.AuthenticationProblem": "use `connexion.exceptions.Unauthorized`",
    "connexion.handlers.AuthErrorHandler": "authentication of unknown paths is `auth_all_paths=True`",
    "connexion.operations.SecureOperation": "it has no successor",
    "connexion.operations.make_operation": "it has no successor",
    "connexion.decorators.response.ResponseValidator": "use a class of `connexion.validators`",
    "connexion.decorators.parameter.parameter_to_arg": "it has no successor",
    "connexion.options.ConnexionOptions": "use `connexion.options.SwaggerUIOptions`",
    "connexion.security.AbstractSecurityHandlerFactory": "use `connexion.security.SecurityHandlerFactory`",
    "connexion.security.FlaskSecurityHandlerFactory": "use `connexion.security.SecurityHandlerFactory`",
}


@rule("CXD401", "module-gone", Severity.ERROR)
def module_gone(sources: Sources) -> Iterator[Finding]:
    """A module is imported that Connexion 3 does not have.

    What happens: The import raises, so the server does not start:
        `ModuleNotFoundError: No module named 'connexion.decorators.uri_parsing'`

    Why: Connexion 3 was built anew on ASGI. `connexion.apis`, `connexion.apps.flask_app` and most of
        `connexion.decorators` are gone; what is left of them lives under other names.

    Fix: Import the names from where they are now: URI parsers from `connexion.uri_parsing`, `NoContent`,
        `FlaskApp` and `FlaskApi` from `connexion`, helpers from `connexion.utils`. What has no successor
        (serialisers, decorators, the security factory) must be written anew as ASGI middleware, as a
        validator class or as an entry of `security_map`.

    Before:
        import connexion
        from connexion.decorators.produces import NoContent

        app = connexion.FlaskApp(__name__)
        app.add_api("openapi.yaml")

    After:
        import connexion
        from connexion import NoContent

        app = connexion.FlaskApp(__name__)
        app.add_api("openapi.yaml")

    Sources:
        https://connexion.readthedocs.io/en/latest/v3.html
        https://github.com/swagger-api/swagger-codegen/issues/12278
        https://github.com/rycus86/prometheus_flask_exporter/issues/164
    """
    for module in sources.modules:
        for use in module.imports:
            if use.guarded:
                continue
            node = use.node
            if isinstance(node, ast.ImportFrom) and node.module in GONE and not node.level:
                if any(alias.name == "FlaskJSONEncoder" for alias in node.names):
                    continue  # a rule of its own
                yield _from_gone(use, node, node.module)
            elif isinstance(node, ast.Import):
                for alias in node.names:
                    if alias.name in GONE:
                        yield finding(
                            f"Connexion 3 has no module `{alias.name}`: the import raises "
                            "ModuleNotFoundError.",
                            severity=Severity.ERROR,
                            location=module.location(node),
                            fixes=fix(f"Remove the import of `{alias.name}`; {_advice(alias.name)}."),
                        )
    for attribute, base in sources.attributes:
        if base not in GONE or attribute.guarded or base in _imported_plainly(attribute):
            continue
        name = attribute.node.attr
        home = GONE[base].get(name)
        text = attribute.module.text(attribute.node)
        known = home is not None and text == f"{base}.{name}"
        edits = [replace(attribute.module, attribute.node, f"{home[0]}.{home[1]}")] if home and known else []
        yield finding(
            f"Connexion 3 has no module `{base}`: `{text}` raises AttributeError.",
            severity=Severity.ERROR,
            location=attribute.module.location(attribute.node),
            fixes=fix(f"Use `{home[0]}.{home[1]}`." if home else f"It is gone; {_advice(base)}.", edits),
        )


def _imported_plainly(use: Use[ast.Attribute]) -> set[str]:
    """Modules that this file imports by ``import a.b``: reported at the import."""
    return {
        alias.name
        for found in use.module.imports
        if isinstance(found.node, ast.Import) and not found.guarded
        for alias in found.node.names
    }


def _from_gone(use: Use[ast.Import | ast.ImportFrom], node: ast.ImportFrom, name: str) -> Finding:
    lost = [alias.name for alias in node.names if alias.name not in GONE[name]]
    message = f"Connexion 3 has no module `{name}`: the import raises ModuleNotFoundError."
    if lost:
        title = f"{listed(lost)} of `{name}` has no successor in Connexion 3; {_advice(name)}."
        edits: tuple[Edit, ...] = ()
    else:
        edits = (replace(use.module, node, moved(node, name)),)
        title = f"Import from {listed(dict.fromkeys(GONE[name][a.name][0] for a in node.names))}."
    return finding(
        message,
        severity=Severity.ERROR,
        location=use.module.location(node),
        fixes=fix(title, edits),
    )


def moved(node: ast.ImportFrom, name: str) -> str:
    """The import statements that take the place of one of a module that is gone."""
    homes: dict[str, list[str]] = {}
    for alias in node.names:
        home, now = GONE[name][alias.name]
        bound = alias.asname or alias.name
        homes.setdefault(home, []).append(now if now == bound else f"{now} as {bound}")
    line = "\n" + " " * node.col_offset
    return line.join(f"from {home} import {', '.join(names)}" for home, names in homes.items())


def _advice(name: str) -> str:
    homes = sorted({home for home, _ in GONE[name].values()})
    if homes:
        return f"what is left of it is in {listed(homes)}"
    if "security" in name:
        return "security handlers are classes of `connexion.security` now, passed as `security_map`"
    if "metrics" in name:
        return "measure at the ASGI level"
    if "aiohttp" in name or "coroutine" in name:
        return "aiohttp is no longer supported, use `connexion.AsyncApp`"
    return "rewrite what uses it"


@rule("CXD402", "name-gone", Severity.ERROR)
def name_gone(sources: Sources) -> Iterator[Finding]:
    """A name is used that its module no longer has in Connexion 3.

    What happens: The import raises `ImportError: cannot import name 'AbstractAPI' from 'connexion'`, the
        attribute `AttributeError: module 'connexion' has no attribute 'AbstractAPI'`.

    Why: The module stayed, the name went with the WSGI design of Connexion 2.

    Fix: Use the successor that the finding names, or drop the name.

    Before:
        import connexion
        from connexion.exceptions import AuthenticationProblem

        app = connexion.FlaskApp(__name__)
        app.add_api("openapi.yaml")

    After:
        import connexion
        from connexion.exceptions import Unauthorized

        app = connexion.FlaskApp(__name__)
        app.add_api("openapi.yaml")

    Sources:
        https://connexion.readthedocs.io/en/latest/v3.html
        https://github.com/OpenAPITools/openapi-generator/issues/17063
    """
    for use, node, name in _names_used(sources, LESS):
        yield finding(
            f"Connexion 3 has no `{name}`.",
            severity=Severity.ERROR,
            location=use.module.location(node),
            fixes=fix(f"`{name}` is gone: {LESS[name]}."),
        )


@rule("CXD403", "aiohttp-app", Severity.ERROR)
def aiohttp_app(sources: Sources) -> Iterator[Finding]:
    """AioHttpApp is gone.

    What happens: `AttributeError: module 'connexion' has no attribute 'AioHttpApp'`, or ImportError where
        it is imported by name. The server does not start.

    Why: Connexion 3 dropped aiohttp. Asynchronous handlers are served by `AsyncApp`, on any ASGI server.

    Fix: Use `connexion.AsyncApp` and start it with an ASGI server. Handlers get their arguments as in
        Connexion 2; those that take the aiohttp request must use `connexion.request`.

    Before:
        import connexion

        app = connexion.AioHttpApp(__name__)
        app.add_api("openapi.yaml")

    After:
        import connexion

        app = connexion.AsyncApp(__name__)
        app.add_api("openapi.yaml")

    Sources:
        https://github.com/spec-first/connexion/issues/1547
        https://connexion.readthedocs.io/en/latest/v3.html
    """
    names = {
        "connexion.AioHttpApp": "",
        "connexion.apps.AioHttpApp": "",
    }
    for use, node, _ in _names_used(sources, names):
        edits: list[Edit] = []
        if isinstance(node, ast.Attribute):
            text = use.module.text(node)
            edits.append(replace(use.module, node, text.removesuffix("AioHttpApp") + "AsyncApp"))
        elif isinstance(node, ast.ImportFrom) and node.module == "connexion" and len(node.names) == 1:
            bound = node.names[0].asname or "AioHttpApp"
            edits.append(replace(use.module, node, f"from connexion import AsyncApp as {bound}"))
        yield finding(
            "Connexion 3 has no AioHttpApp: aiohttp is no longer supported.",
            severity=Severity.ERROR,
            location=use.module.location(node),
            fixes=fix(
                "Use `connexion.AsyncApp`.",
                edits,
                unsafe=True,
                costs=("handlers that take the aiohttp request or return aiohttp responses must change",),
            ),
        )


@rule("CXD404", "flask-json-encoder-gone", Severity.ERROR)
def flask_json_encoder(sources: Sources) -> Iterator[Finding]:
    """FlaskJSONEncoder is imported, as generated servers do.

    What happens: `ModuleNotFoundError: No module named 'connexion.apps.flask_app'`: the server does not
        start.

    Why: Flask 2.3 removed its JSON encoders, and Connexion 3 the module with its own. Its successor, with
        the same treatment of dates, decimals and UUIDs, is `connexion.jsonifier.JSONEncoder`.

    Fix: Derive the encoder from `connexion.jsonifier.JSONEncoder`, and hand it to the app as
        `jsonifier=Jsonifier(cls=...)` (CXD433).

    Before:
        import connexion
        from connexion.apps.flask_app import FlaskJSONEncoder


        class Encoder(FlaskJSONEncoder):
            pass


        app = connexion.FlaskApp(__name__)
        app.add_api("openapi.yaml")

    After:
        import connexion
        from connexion.jsonifier import JSONEncoder as FlaskJSONEncoder


        class Encoder(FlaskJSONEncoder):
            pass


        app = connexion.FlaskApp(__name__)
        app.add_api("openapi.yaml")

    Sources:
        https://github.com/swagger-api/swagger-codegen/issues/12278
        https://github.com/OpenAPITools/openapi-generator/issues/17063
    """
    for module in sources.modules:
        for use in module.imports:
            node = use.node
            if use.guarded or not isinstance(node, ast.ImportFrom) or node.level:
                continue
            if node.module != "connexion.apps.flask_app":
                continue
            if not any(alias.name == "FlaskJSONEncoder" for alias in node.names):
                continue
            edits: tuple[Edit, ...] = ()
            if all(alias.name in GONE[node.module] for alias in node.names):
                edits = (replace(module, node, moved(node, node.module)),)
            yield finding(
                "Connexion 3 has no `connexion.apps.flask_app.FlaskJSONEncoder`: the import raises.",
                severity=Severity.ERROR,
                location=module.location(node),
                fixes=fix("Derive the encoder from `connexion.jsonifier.JSONEncoder`.", edits),
            )


@rule("CXD405", "context-is-a-module", Severity.ERROR)
def context_is_a_module(sources: Sources) -> Iterator[Finding]:
    """`connexion.context` is used as the context; in Connexion 3 it is a module.

    What happens: The request answers 500: `TypeError: 'module' object is not subscriptable`.

    Why: Connexion 2 had the context object at `connexion.context`. Connexion 3 has a module there, and the
        object in it: `connexion.context.context`.

    Fix: `from connexion.context import context`.

    Before:
        from connexion import FlaskApp, context



        def who():
            return {"user": context["user"]}


        app = FlaskApp(__name__)
        app.add_api("openapi.yaml")

    After:
        from connexion import FlaskApp
        from connexion.context import context



        def who():
            return {"user": context["user"]}


        app = FlaskApp(__name__)
        app.add_api("openapi.yaml")

    Sources:
        https://connexion.readthedocs.io/en/latest/context.html
    """
    for module in sources.modules:
        for use in module.imports:
            node = use.node
            if (
                use.guarded
                or not isinstance(node, ast.ImportFrom)
                or node.module != "connexion"
                or node.level
            ):
                continue
            alias = next((a for a in node.names if a.name == "context"), None)
            if alias is None or not _as_object(sources, use.module, alias.asname or "context"):
                continue
            others = [ast.unparse(ast.ImportFrom("connexion", [a], 0)) for a in node.names if a is not alias]
            kept = [text.partition(" import ")[2] for text in others]
            name = f"context as {alias.asname}" if alias.asname else "context"
            line = "\n" + " " * node.col_offset
            new = ([f"from connexion import {', '.join(kept)}"] if kept else []) + [
                f"from connexion.context import {name}"
            ]
            yield _context(use, node, replace(module, node, line.join(new)))
    for subscript, name in sources.subscripts:
        value = subscript.node.value
        if name == "connexion.context" and isinstance(value, ast.Attribute) and not subscript.guarded:
            text = subscript.module.text(value)
            yield _context(subscript, value, replace(subscript.module, value, f"{text}.context"))


def _as_object(sources: Sources, module: object, name: str) -> bool:
    """Whether a name is subscripted or asked like a dictionary in a module."""
    subscripted = any(
        use.module is module and isinstance(use.node.value, ast.Name) and use.node.value.id == name
        for use, value in sources.subscripts
        if value == "connexion.context"
    )
    methods = ("get", "items", "keys", "update", "setdefault", "pop")
    return subscripted or any(
        use.module is module and value == "connexion.context" and use.node.attr in methods
        for use, value in sources.attributes
    )


def _context(
    use: Use[ast.Subscript] | Use[ast.Import | ast.ImportFrom], node: ast.AST, edit: Edit
) -> Finding:
    return finding(
        "`connexion.context` is a module in Connexion 3: using it as the context raises TypeError.",
        severity=Severity.ERROR,
        location=use.module.location(node),
        fixes=fix("Use `connexion.context.context`.", [edit]),
    )


@rule("CXD406", "flask-name-gone", Severity.ERROR)
def flask_name_gone(sources: Sources) -> Iterator[Finding]:
    """A name of Flask is used that the Flask under Connexion 3 does not have.

    What happens: `ImportError: cannot import name 'JSONEncoder' from 'flask.json'` and the like.

    Why: Connexion 2.14 held Flask below 2.3. Connexion 3 brings the newest Flask, which removed the JSON
        encoders and the context stacks (2.3), and `Markup` and `escape` (3.0).

    Fix: Take JSON encoders from `json` (or `connexion.jsonifier`), `Markup` and `escape` from `markupsafe`,
        and use `flask.g` or `flask.has_request_context()` in place of the stacks.

    Before:
        import connexion
        from flask.json import JSONEncoder


        class Encoder(JSONEncoder):
            pass


        app = connexion.FlaskApp(__name__)
        app.add_api("openapi.yaml")

    After:
        import connexion
        from json import JSONEncoder


        class Encoder(JSONEncoder):
            pass


        app = connexion.FlaskApp(__name__)
        app.add_api("openapi.yaml")

    Sources:
        https://flask.palletsprojects.com/en/stable/changes/
        https://github.com/spec-first/connexion/issues/1699
    """
    homes = {
        "flask.json.JSONEncoder": "json",
        "flask.json.JSONDecoder": "json",
        "flask.Markup": "markupsafe",
        "flask.escape": "markupsafe",
        "flask._request_ctx_stack": None,
        "flask._app_ctx_stack": None,
    }
    for use, node, name in _names_used(sources, dict.fromkeys(homes, "")):
        home = homes[name]
        edits = []
        if home is not None and isinstance(node, ast.ImportFrom) and len(node.names) == 1:
            rest = ast.unparse(node).partition(" import ")[2]
            edits.append(replace(use.module, node, f"from {home} import {rest}"))
        title = f"Import it from `{home}`." if home else "Use `flask.g` or `flask.has_request_context()`."
        yield finding(
            f"`{name}` is gone from the Flask that Connexion 3 uses.",
            severity=Severity.ERROR,
            location=use.module.location(node),
            fixes=fix(title, edits, unsafe="JSON" in name),
        )


def _names_used(
    sources: Sources, names: dict[str, str]
) -> Iterator[tuple[Use[ast.Import | ast.ImportFrom] | Use[ast.Attribute], ast.AST, str]]:
    """Where one of the names is imported, or taken from its module as an attribute."""
    for module in sources.modules:
        for use in module.imports:
            if use.guarded or not isinstance(use.node, ast.ImportFrom) or use.node.level:
                continue
            for alias in use.node.names:
                if f"{use.node.module}.{alias.name}" in names:
                    yield use, use.node, f"{use.node.module}.{alias.name}"
    for attribute, base in sources.attributes:
        name = f"{base}.{attribute.node.attr}"
        if name in names and not attribute.guarded:
            yield attribute, attribute.node, name
