"""Options of the Swagger UI: a dictionary in Connexion 2, a ``SwaggerUIOptions`` in Connexion 3."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from connexion_doctor.model import Edit, Finding, Severity
from connexion_doctor.python import Module, Sources, Use
from connexion_doctor.python.edits import add_import, remove_arguments, replace
from connexion_doctor.rules.base import finding, rule
from connexion_doctor.rules.migration.uses import (
    Passed,
    all_of,
    app_calls,
    constructors,
    fix,
    listed,
    named,
    passed,
)
from connexion_doctor.writing.languages import string_of_python

_KEYS = {
    "swagger_ui": "swagger_ui",
    "swagger_url": "swagger_ui_path",
    "swagger_path": "swagger_ui_template_dir",
    "swagger_ui_path": "swagger_ui_path",
    "swagger_ui_template_dir": "swagger_ui_template_dir",
    "swagger_ui_config": "swagger_ui_config",
    "swagger_ui_template_arguments": "swagger_ui_template_arguments",
    "openapi_spec_path": "spec_path",
    "spec_path": "spec_path",
    "serve_spec": "serve_spec",
    "swagger_json": "serve_spec",
}


@rule("CXD420", "constructor-options", Severity.ERROR)
def constructor_options(sources: Sources) -> Iterator[Finding]:
    """The app is made with `options=`, which Connexion 3 does not know.

    What happens: `TypeError: FlaskApp.__init__() got an unexpected keyword argument 'options'`: the server
        does not start.

    Why: The dictionary became an object, `SwaggerUIOptions`, given as `swagger_ui_options=`. The URI parser
        is an argument of its own, `uri_parser_class=`.

    Fix: `swagger_ui_options=SwaggerUIOptions(...)`, imported from `connexion.options`, with
        `swagger_url` -> `swagger_ui_path`, `swagger_path` -> `swagger_ui_template_dir`,
        `openapi_spec_path` -> `spec_path`; a path begins with `/` now.

    Before:
        import connexion

        app = connexion.FlaskApp(__name__, options={"swagger_url": "/docs"})
        app.add_api("openapi.yaml")

    After:
        import connexion
        from connexion.options import SwaggerUIOptions

        app = connexion.FlaskApp(__name__, swagger_ui_options=SwaggerUIOptions(swagger_ui_path="/docs"))
        app.add_api("openapi.yaml")

    Sources:
        https://connexion.readthedocs.io/en/latest/swagger_ui.html
        test: tests/rules/migration/scenarios.py
    """
    for use, made in constructors(sources):
        argument = named(sources, use, "options")
        if argument is None:
            continue
        yield finding(
            f"`{made.partition('.')[2]}` of Connexion 3 does not take `options`: it raises TypeError.",
            location=use.module.location(argument.keyword or use.node),
            fixes=fix("Pass `swagger_ui_options=SwaggerUIOptions(...)`.", _edits(sources, use, argument)),
        )


@rule("CXD421", "add-api-options-ignored", Severity.ERROR)
def add_api_options(sources: Sources) -> Iterator[Finding]:
    """`add_api(options=...)` is silently ignored: what it turned off is public.

    What happens: Nothing is said. With `options={"swagger_ui": False}` the Swagger UI answers at `/ui`
        although it was turned off (an error); another address or configuration of the UI, and a URI
        parser, have no effect (a warning).

    Why: `add_api` of Connexion 3 takes any keyword and drops those it does not know.

    Fix: `swagger_ui_options=SwaggerUIOptions(swagger_ui=False)`, imported from `connexion.options`.

    Before:
        import connexion

        app = connexion.FlaskApp(__name__)
        app.add_api("openapi.yaml", options={"swagger_ui": False})

    After:
        import connexion
        from connexion.options import SwaggerUIOptions

        app = connexion.FlaskApp(__name__)
        app.add_api("openapi.yaml", swagger_ui_options=SwaggerUIOptions(swagger_ui=False))

    Sources:
        https://connexion.readthedocs.io/en/latest/swagger_ui.html
        https://github.com/spec-first/connexion/blob/main/connexion/apps/abstract.py
        test: tests/rules/migration/scenarios.py
    """
    for use, _ in app_calls(sources, "add_api"):
        argument = named(sources, use, "options")
        if argument is None or (isinstance(argument.value, ast.Constant) and argument.value.value is None):
            continue
        literal = sources.literal(argument.value, use)
        off = _turned_off(literal)
        hidden = off is None or bool(off)
        if isinstance(literal, ast.Dict) and not literal.keys:
            continue
        what = " and ".join(off) if off else "what it says"
        message = (
            f"`options` is ignored by Connexion 3: {what}, turned off here, is public."
            if off
            else "`options` is ignored by Connexion 3: nothing of it has an effect."
        )
        yield finding(
            message,
            severity=Severity.ERROR if hidden else Severity.WARNING,
            location=use.module.location(argument.keyword or use.node),
            fixes=fix("Pass `swagger_ui_options=SwaggerUIOptions(...)`.", _edits(sources, use, argument)),
        )


@rule("CXD422", "swagger-ui-options-dictionary", Severity.ERROR)
def options_dictionary(sources: Sources) -> Iterator[Finding]:
    """`swagger_ui_options` is given a dictionary.

    What happens: The server starts and every request answers 500: `ValueError: swaggger_ui_options should
        be of type SwaggerUIOptions, but received <class 'dict'> instead.`

    Why: Connexion 3 wants an instance of `connexion.options.SwaggerUIOptions`.

    Fix: `SwaggerUIOptions(swagger_ui=False)` in place of `{"swagger_ui": False}`.

    Before:
        import connexion

        app = connexion.FlaskApp(__name__)
        app.add_api("openapi.yaml", swagger_ui_options={"swagger_ui_path": "/docs"})

    After:
        import connexion
        from connexion.options import SwaggerUIOptions

        app = connexion.FlaskApp(__name__)
        app.add_api("openapi.yaml", swagger_ui_options=SwaggerUIOptions(swagger_ui_path="/docs"))

    Sources:
        https://connexion.readthedocs.io/en/latest/swagger_ui.html
        test: tests/rules/migration/scenarios.py
    """
    found = [use for use, _ in app_calls(sources, "add_api")] + [use for use, _ in constructors(sources)]
    for use in found:
        argument = named(sources, use, "swagger_ui_options")
        if argument is None or not isinstance(sources.literal(argument.value, use), ast.Dict):
            continue
        yield finding(
            "`swagger_ui_options` is a dictionary; Connexion 3 wants a `SwaggerUIOptions`.",
            location=use.module.location(argument.keyword or use.node),
            fixes=fix("Pass a `SwaggerUIOptions`.", _edits(sources, use, argument)),
        )


_DIRECT = ("swagger_ui", "swagger_json", "serve_spec", "swagger_url", "swagger_path", "swagger_ui_path",
           "swagger_ui_template_dir", "swagger_ui_config", "openapi_spec_path", "spec_path")  # fmt: skip


@rule("CXD419", "add-api-swagger-keyword-ignored", Severity.ERROR)
def direct_keyword(sources: Sources) -> Iterator[Finding]:
    """`add_api` is given an option of the Swagger UI as a keyword of its own, which it drops.

    What happens: Nothing is said. With `add_api(..., swagger_ui=False)` the Swagger UI answers at `/ui`
        although it was turned off (an error); another address of the UI has no effect (a warning).

    Why: `add_api` of Connexion 3 takes any keyword and drops those it does not know. Connexion 2 refused
        these, so they come from Connexion 1 or from a migration that went half of the way.

    Fix: `swagger_ui_options=SwaggerUIOptions(swagger_ui=False)`, imported from `connexion.options`.

    Before:
        import connexion

        app = connexion.FlaskApp(__name__)
        app.add_api("openapi.yaml", swagger_ui=False)

    After:
        import connexion
        from connexion.options import SwaggerUIOptions

        app = connexion.FlaskApp(__name__)
        app.add_api("openapi.yaml", swagger_ui_options=SwaggerUIOptions(swagger_ui=False))

    Sources:
        https://connexion.readthedocs.io/en/latest/swagger_ui.html
        https://github.com/spec-first/connexion/blob/main/connexion/apps/abstract.py
        test: tests/rules/migration/scenarios.py
    """
    for use, _ in app_calls(sources, "add_api"):
        given = [argument for argument in passed(sources, use) if argument.name in _DIRECT]
        if not given:
            continue
        switches = [a for a in given if a.name in ("swagger_ui", "swagger_json", "serve_spec")]
        on = all(isinstance(a.value, ast.Constant) and a.value.value for a in switches)
        edits: tuple[Edit, ...] = ()
        free = len(given) == 1 and named(sources, use, "swagger_ui_options") is None
        if free and given[0].keyword is not None:
            text = _said(use.module, _KEYS[given[0].name], given[0].value)
            imported = add_import(use.module, "SwaggerUIOptions", "connexion.options")
            edits = all_of(
                replace(use.module, given[0].keyword, f"swagger_ui_options=SwaggerUIOptions({text})")
            ) + ((imported,) if imported is not None else ())
        yield finding(
            f"{listed(a.name for a in given)} of `add_api` {'is' if len(given) == 1 else 'are'} ignored by "
            f"Connexion 3{'' if on else ': what is turned off here is public'}.",
            severity=Severity.WARNING if on else Severity.ERROR,
            location=use.module.location(given[0].keyword or use.node),
            fixes=fix("Pass `swagger_ui_options=SwaggerUIOptions(...)`.", edits),
        )


def _turned_off(literal: ast.expr | None) -> list[str] | None:
    """What a dictionary of options turns off; None when it cannot be known."""
    if not isinstance(literal, ast.Dict):
        return None
    found = []
    for key, value in zip(literal.keys, literal.values, strict=True):
        if not isinstance(key, ast.Constant):
            return None
        if key.value in ("swagger_ui", "serve_spec", "swagger_json"):
            if not isinstance(value, ast.Constant):
                return None
            if not value.value:
                found.append("the Swagger UI" if key.value == "swagger_ui" else "the specification")
    return found


def _said(module: Module, name: str, value: ast.expr) -> str:
    """An option as an argument: a path of Connexion 3 begins with its slash, which Flask supplied."""
    if name in ("swagger_ui_path", "spec_path") and isinstance(value, ast.Constant):
        path = value.value
        if isinstance(path, str) and not path.startswith("/"):
            return f"{name}={string_of_python(f'/{path}')}"
    return f"{name}={module.text(value)}"


def _edits(sources: Sources, use: Use[ast.Call], argument: Passed) -> tuple[Edit, ...]:
    if argument.keyword is None:
        return ()
    literal = sources.literal(argument.value, use)
    if not isinstance(literal, ast.Dict) or named(sources, use, "swagger_ui_options") not in (None, argument):
        return ()
    inline = literal is argument.value
    options, parser = [], None
    for key, value in zip(literal.keys, literal.values, strict=True):
        if not isinstance(key, ast.Constant) or not isinstance(key.value, str):
            return ()
        if not inline and not isinstance(value, ast.Constant | ast.Name | ast.Dict | ast.List):
            return ()
        if key.value == "uri_parser_class":
            parser = use.module.text(value)
        elif key.value in _KEYS:
            options.append(_said(use.module, _KEYS[key.value], value))
        else:
            return ()
    if len({option.partition("=")[0] for option in options}) != len(options):
        return ()
    if not options and parser is None:
        return remove_arguments(use.module, use.node, [argument.keyword])
    made = [f"swagger_ui_options=SwaggerUIOptions({', '.join(options)})"] if options else []
    made += [f"uri_parser_class={parser}"] if parser is not None else []
    changed = replace(use.module, argument.keyword, ", ".join(made))
    imported = add_import(use.module, "SwaggerUIOptions", "connexion.options") if options else None
    return all_of(changed) + ((imported,) if imported is not None else ())
