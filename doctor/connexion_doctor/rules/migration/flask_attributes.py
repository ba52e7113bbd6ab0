"""Attributes of Flask's app that are looked for on Connexion's, which never had them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache, partial

from connexion_doctor.model import Edit, Finding, Severity
from connexion_doctor.python import Sources
from connexion_doctor.python.edits import replace, replace_name
from connexion_doctor.rules.base import finding, rule
from connexion_doctor.rules.migration.constructor import own_attribute
from connexion_doctor.rules.migration.uses import all_of, constructors, fix, imported_plainly

# Of Flask 1.1 to 3.1 and of no Connexion; tests/rules/migration/test_flask_attributes.py asks both.
OF_FLASK = frozenset(
    "after_request app_context before_request blueprints cli config context_processor ensure_sync "
    "errorhandler extensions jinja_env json logger make_response register_blueprint "
    "register_error_handler request_context secret_key shell_context_processor static_folder "
    "teardown_appcontext teardown_request template_filter template_folder test_cli_runner "
    "test_request_context url_for url_map view_functions wsgi_app".split()
)

ASYNC = "connexion.AsyncApp"
IN_FLASK = "handlers run in Flask: the coroutine functions among them need `flask[async]`"


@rule("CXD471", "attribute-of-flask", Severity.ERROR)
def attribute_of_flask(sources: Sources) -> Iterator[Finding]:
    """An attribute of Flask's app is read from the Connexion app around it.

    What happens: `AttributeError: 'FlaskApp' object has no attribute 'config'`: the server does not start.

    Why: `connexion.FlaskApp` is no Flask app, in Connexion 2 and 3: it has one, `app.app`. A
        `connexion.AsyncApp` has none.

    Fix: Ask the Flask app inside: `app.app.config`. An `AsyncApp` is made a `FlaskApp`: that is unsafe, for
        its handlers then run in Flask.

    Before:
        import connexion

        app = connexion.FlaskApp(__name__)
        app.add_api("openapi.yaml")
        app.config["SECRET_KEY"] = "not for you"

    After:
        import connexion

        app = connexion.FlaskApp(__name__)
        app.add_api("openapi.yaml")
        app.app.config["SECRET_KEY"] = "not for you"

    Sources:
        https://connexion.readthedocs.io/en/latest/quickstart.html
        test: tests/rules/migration/test_flask_attributes.py
    """
    of_flask = cache(partial(_of_flask, sources))
    for use, base in sources.attributes:
        name, asynchronous = use.node.attr, base == f"{ASYNC}()"
        if not asynchronous and base != "connexion.FlaskApp()" or use.guarded:
            continue
        if name not in OF_FLASK and not (asynchronous and name == "app"):
            continue
        if isinstance(use.node.ctx, ast.Load) and not own_attribute(sources, use):
            asked = [replace_name(use.module, use.node, f"app.{name}")] if name != "app" else []
            fixes = fix("Ask the Flask app inside.", asked)
            if asynchronous:
                title = "Make it a `connexion.FlaskApp`: an `AsyncApp` has no Flask app inside."
                made = of_flask()
                fixes = fix(title, (*made, *asked) if made else (), unsafe=True, costs=(IN_FLASK,))
            yield finding(
                f"The Connexion app has no `{name}`, which is Flask's: this raises AttributeError.",
                location=use.module.location(use.node),
                fixes=fixes,
            )


def _of_flask(sources: Sources) -> tuple[Edit, ...]:
    """Every ``AsyncApp`` that is made as a ``FlaskApp``; none where one is made by a name of its own."""
    edits: list[Edit | None] = []
    for use, made in constructors(sources):
        if made != ASYNC:
            continue
        func = use.node.func
        if isinstance(func, ast.Attribute) and func.attr == "AsyncApp":
            edits.append(replace_name(use.module, func, "FlaskApp"))
            continue
        brought = imported_plainly(use.module, "connexion", "AsyncApp")
        plain = isinstance(func, ast.Name) and func.id == "AsyncApp" and len(brought) == 1
        edits += [replace(use.module, one, "FlaskApp") for one in (func, *brought)] if plain else [None]
    return all_of(*edits)
