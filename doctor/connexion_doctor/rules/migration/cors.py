"""Cross-origin requests: browsers ask with OPTIONS, which Connexion 3 answers before Flask."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from connexion_doctor.model import Edit, Finding, Severity
from connexion_doctor.python import Sources, Use
from connexion_doctor.python.edits import add_argument, add_import, drop_import, known, replace
from connexion_doctor.rules.base import finding, rule
from connexion_doctor.rules.migration import cors_options
from connexion_doctor.rules.migration.cors_options import Options
from connexion_doctor.rules.migration.uses import INNER, fix, listed, named, outer_app


@rule("CXD432", "cors-on-inner-app", Severity.ERROR)
def cors(sources: Sources) -> Iterator[Finding]:
    """Flask-CORS is set on the Flask app inside: browsers are refused.

    What happens: The preflight request of a browser answers 405 without a CORS header, and errors carry
        none. With curl all looks right.

    Why: Connexion 3 answers OPTIONS and errors before Flask is asked.

    Fix: Starlette's CORSMiddleware at `BEFORE_EXCEPTION`.

    Before:
        import connexion
        from flask_cors import CORS

        app = connexion.FlaskApp(__name__)
        app.add_api("openapi.yaml")
        CORS(app.app)

    After:
        import connexion
        from connexion.middleware import MiddlewarePosition
        from starlette.middleware.cors import CORSMiddleware

        app = connexion.FlaskApp(__name__)
        app.add_api("openapi.yaml")
        app.add_middleware(
            CORSMiddleware,
            position=MiddlewarePosition.BEFORE_EXCEPTION,
            allow_origins=["*"],
            allow_methods=["*"],
            allow_headers=["*"],
        )

    Sources:
        https://connexion.readthedocs.io/en/latest/cookbook.html
        https://github.com/neurostuff/neurostore/pull/611
        test: tests/rules/migration/scenarios.py
    """
    for use, name in sources.calls:
        if use.guarded or name not in ("flask_cors.CORS", "flask_cors.CORS().init_app"):
            continue
        first = use.node.args[0] if use.node.args else None
        argument = named(sources, use, "app")
        app = first if first is not None else argument.value if argument is not None else None
        if app is None or sources.of(app, use) not in (INNER, "connexion.FlaskApp()"):
            continue
        alone = isinstance(use.statement, ast.Expr) and use.statement.value is use.node
        plain = alone and name == "flask_cors.CORS" and len(use.node.args) == 1
        options = cors_options.read(sources, use) if plain else None
        yield finding(
            "Flask-CORS on the Flask app inside does not answer preflight requests: browsers are refused.",
            location=use.module.location(use.node),
            fixes=fix(
                "Use Starlette's CORSMiddleware at MiddlewarePosition.BEFORE_EXCEPTION.",
                _cors_edits(sources, use, app, options) if options is not None else (),
                unsafe=True,
                costs=_costs(options) if options is not None else (),
            ),
        )


def _costs(options: Options) -> list[str]:
    found = [f"every path has CORS then, not {listed(options.paths)} alone"] if options.paths else []
    if "max_age" not in options.arguments:
        found.append("browsers keep the answer to a preflight for ten minutes, where no `max_age` is given")
    return found


def _cors_edits(sources: Sources, use: Use[ast.Call], app: ast.expr, options: Options) -> tuple[Edit, ...]:
    outer = outer_app(sources, app, use)
    if outer is None:
        return ()
    line = "\n" + " " * (use.node.col_offset + 4)
    parts = ["CORSMiddleware,", "position=MiddlewarePosition.BEFORE_EXCEPTION,"]
    parts += [f"{name}={value}," for name, value in options.arguments.items()]
    text = f"{outer}.add_middleware({line}{line.join(parts)}\n{' ' * use.node.col_offset})"
    imports = [
        add_import(use.module, "MiddlewarePosition", "connexion.middleware"),
        add_import(use.module, "CORSMiddleware", "starlette.middleware.cors"),
        drop_import(use.module, "CORS"),
    ]
    return (replace(use.module, use.node, text), *known(imports))


@rule("CXD435", "cors-middleware-too-late", Severity.ERROR)
def cors_position(sources: Sources) -> Iterator[Finding]:
    """CORSMiddleware is added without a position: it comes too late.

    What happens: The preflight request of a browser answers 405, and errors carry no CORS header.

    Why: The default position is `BEFORE_CONTEXT`, behind routing, security and validation.

    Fix: `position=MiddlewarePosition.BEFORE_EXCEPTION`.

    Before:
        import connexion
        from starlette.middleware.cors import CORSMiddleware

        app = connexion.FlaskApp(__name__)
        app.add_api("openapi.yaml")
        app.add_middleware(CORSMiddleware, allow_origins=["*"])

    After:
        import connexion
        from connexion.middleware import MiddlewarePosition
        from starlette.middleware.cors import CORSMiddleware

        app = connexion.FlaskApp(__name__)
        app.add_api("openapi.yaml")
        app.add_middleware(CORSMiddleware, allow_origins=["*"], position=MiddlewarePosition.BEFORE_EXCEPTION)

    Sources:
        https://connexion.readthedocs.io/en/latest/cookbook.html
        test: tests/rules/migration/scenarios.py
    """
    late = ("BEFORE_CONTEXT", "BEFORE_VALIDATION", "BEFORE_SECURITY")
    for use, name in sources.calls:
        if use.guarded or not name.endswith("().add_middleware") or not name.startswith("connexion."):
            continue
        if not use.node.args or sources.of(use.node.args[0], use) != "starlette.CORSMiddleware":
            continue
        position = named(sources, use, "position")
        given = position.value if position is not None else None
        if given is None and len(use.node.args) > 1:
            given = use.node.args[1]
        if any(keyword.arg is None for keyword in use.node.keywords) and given is None:
            continue
        if given is None:
            edits = known(
                [
                    add_argument(use.module, use.node, "position=MiddlewarePosition.BEFORE_EXCEPTION"),
                    add_import(use.module, "MiddlewarePosition", "connexion.middleware"),
                ]
            )
        elif isinstance(given, ast.Attribute) and given.attr in late:
            text = use.module.text(given.value)
            edits = (replace(use.module, given, f"{text}.BEFORE_EXCEPTION"),)
        else:
            continue
        yield finding(
            "CORSMiddleware comes after routing here: preflight requests answer 405.",
            location=use.module.location(given if given is not None else use.node),
            fixes=fix("Add it at `MiddlewarePosition.BEFORE_EXCEPTION`.", edits),
        )
