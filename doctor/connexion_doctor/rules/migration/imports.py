"""Modules and names of Connexion 2 that Connexion 3 no longer has."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from connexion_doctor.model import Edit, Finding, Severity
from connexion_doctor.python import Module, Sources, Use
from connexion_doctor.python.edits import add_import, known, replace
from connexion_doctor.rules.base import finding, rule
from connexion_doctor.rules.migration.gone import GONE, LESS
from connexion_doctor.rules.migration.uses import fix, listed, names_used


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
        test: tests/rules/migration/scenarios.py
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
                            location=module.location(node),
                            fixes=fix(f"Remove the import of `{alias.name}`; {_advice(alias.name)}."),
                        )
    for call in sources.calls_of("importlib.import_module"):
        asked = sources.literal(call.node.args[0], call) if call.node.args else None
        name = asked.value if isinstance(asked, ast.Constant) else None
        if not call.guarded and isinstance(name, str) and name in GONE:
            yield finding(
                f"Connexion 3 has no module `{name}`: the import raises ModuleNotFoundError.",
                location=call.module.location(call.node),
                fixes=fix(f"Do not import `{name}`; {_advice(name)}."),
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
        test: tests/rules/migration/scenarios.py
    """
    for use, node, name in names_used(sources, LESS):
        yield finding(
            f"Connexion 3 has no `{name}`.",
            location=use.module.location(node),
            fixes=fix(f"`{name}` is gone: {LESS[name]}.", _of_the_version(use.module, node, name)),
        )


def _of_the_version(module: Module, node: ast.AST, name: str) -> tuple[Edit, ...]:
    """The version of Connexion, asked of what is installed; nothing for another name, or an import of it."""
    if name != "connexion.__version__" or not isinstance(node, ast.Attribute):
        return ()
    asked = replace(module, node, 'importlib.metadata.version("connexion")')
    return known([asked, add_import(module, "importlib.metadata", "")])


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
        test: tests/rules/migration/scenarios.py
    """
    names = {
        "connexion.AioHttpApp": "",
        "connexion.apps.AioHttpApp": "",
    }
    for use, node, _ in names_used(sources, names):
        edits: list[Edit] = []
        if isinstance(node, ast.Attribute):
            text = use.module.text(node)
            edits.append(replace(use.module, node, text.removesuffix("AioHttpApp") + "AsyncApp"))
        elif isinstance(node, ast.ImportFrom) and node.module == "connexion" and len(node.names) == 1:
            bound = node.names[0].asname or "AioHttpApp"
            edits.append(replace(use.module, node, f"from connexion import AsyncApp as {bound}"))
        yield finding(
            "Connexion 3 has no AioHttpApp: aiohttp is no longer supported.",
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
        test: tests/rules/migration/scenarios.py
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
                location=module.location(node),
                fixes=fix("Derive the encoder from `connexion.jsonifier.JSONEncoder`.", edits),
            )
