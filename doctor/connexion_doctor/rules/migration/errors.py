"""Error handlers: Connexion 3 calls ``handler(request, exception)`` and wants a ConnexionResponse."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from connexion_doctor.model import Edit, Finding, Severity
from connexion_doctor.python import Sources, Use
from connexion_doctor.python.edits import replace
from connexion_doctor.rules.base import finding, rule
from connexion_doctor.rules.migration.error_handlers import (
    handlers,
    is_method,
    is_only_a_handler,
    moved,
    of_lambda,
    parameters,
    read_anew,
    two_arguments,
)
from connexion_doctor.rules.migration.flask_answers import as_response, imports, is_flask_answer
from connexion_doctor.rules.migration.uses import fix, inner_calls


@rule("CXD440", "error-handler-one-argument", Severity.ERROR)
def one_argument(sources: Sources) -> Iterator[Finding]:
    """An error handler takes the exception only.

    What happens: The app starts. When the error occurs, the answer is a 500:
        `TypeError: 'coroutine' object is not callable`.

    Why: Connexion 3 calls error handlers with the request and the exception.

    Fix: `def handler(request, exception)`, which returns a `ConnexionResponse`; `connexion.problem(...)`
        makes one.

    Before:
        import connexion


        def refuse(exception):
            return connexion.FlaskApi.get_response(connexion.problem(418, "Teapot", "short and stout"))


        app = connexion.FlaskApp(__name__)
        app.add_error_handler(ValueError, refuse)
        app.add_api("openapi.yaml")

    After:
        import connexion


        def refuse(request, exception):
            return connexion.problem(418, "Teapot", "short and stout")


        app = connexion.FlaskApp(__name__)
        app.add_error_handler(ValueError, refuse)
        app.add_api("openapi.yaml")

    Sources:
        https://github.com/spec-first/connexion/issues/1787
        https://connexion.readthedocs.io/en/latest/exceptions.html
        test: tests/rules/migration/scenarios.py
    """
    for use, handler in handlers(sources):
        found = sources.function(handler, use)
        taken = parameters(handler.args, 0) if isinstance(handler, ast.Lambda) else None
        if found is not None:
            module, node = found
            taken = parameters(node.args, 1 if is_method(module, node) else 0)
        if taken is None or taken != 1:
            continue
        edits: tuple[Edit, ...] = ()
        if found is not None:  # several registrations of one handler are the same edits, made once
            edits = two_arguments(sources, *found)
        elif isinstance(handler, ast.Lambda):
            edits = of_lambda(sources, handler, use)
        name = use.module.text(handler) if not isinstance(handler, ast.Lambda) else "the lambda"
        yield finding(
            f"`{name}` takes one argument; Connexion 3 calls it with the request and the exception.",
            location=use.module.location(handler),
            fixes=fix(
                "Take `(request, exception)` and return a ConnexionResponse, as "
                "`connexion.problem(...)` makes.",
                edits,
            ),
        )


# Handlers for these were called on Connexion 2 and are not on Connexion 3; the codes above are the same.
_LOST = tuple(f"werkzeug.exceptions.{name}" for name in ("Unauthorized", "Forbidden", "MethodNotAllowed"))


@rule("CXD441", "error-handler-on-inner-app", Severity.WARNING)
def on_inner(sources: Sources) -> Iterator[Finding]:
    """An error handler is set on the Flask app inside for errors that never get there.

    What happens: Nothing is said; the handler is not called. Errors of security (401, 403), a method that is
        not allowed (405), and all `ProblemException`s, those of validation among them, are answered by
        Connexion's default.

    Why: Connexion 3 finds these errors in ASGI middleware around Flask. Handlers on the Flask app see what
        is raised in views, and 404, only. (Handlers for 400 and 415 saw no error of validation in
        Connexion 2 either.)

    Fix: `app.add_error_handler(ProblemException, handler)` on the Connexion app, the handler
        `def handler(request, exception)` returning a `ConnexionResponse`.

    Before:
        import connexion
        from connexion.exceptions import ProblemException

        app = connexion.FlaskApp(__name__)


        def refuse(exception):
            return "refused", 418


        app.app.register_error_handler(ProblemException, refuse)
        app.add_api("openapi.yaml")

    After:
        import connexion
        from connexion.exceptions import ProblemException
        from connexion.lifecycle import ConnexionResponse

        app = connexion.FlaskApp(__name__)


        def refuse(request, exception):
            return ConnexionResponse(status_code=418, mimetype="text/html", body="refused")


        app.add_error_handler(ProblemException, refuse)
        app.add_api("openapi.yaml")

    Sources:
        https://github.com/spec-first/connexion/issues/1787
        https://connexion.readthedocs.io/en/latest/exceptions.html
        test: tests/rules/migration/scenarios.py
    """
    lost = [
        (use, method)
        for use, method in inner_calls(sources, "register_error_handler", "errorhandler")
        if use.node.args and _is_lost(sources, use)
    ]
    moves = [use.node for use, method in lost if method == "register_error_handler"]
    for use, method in lost:
        text = use.module.text(use.node.args[0])
        yield finding(
            f"`{method}({text})` on the Flask app inside is not called for the errors of Connexion 3.",
            location=use.module.location(use.node),
            fixes=fix(
                f"Register it on the Connexion app: `app.add_error_handler({text}, handler)`, with "
                "`handler(request, exception)` returning a ConnexionResponse.",
                moved(sources, use, moves) if use.node in moves else (),
            ),
        )


def _is_lost(sources: Sources, use: Use[ast.Call]) -> bool:
    """Whether what a handler is for never gets to the Flask app."""
    caught = use.node.args[0]
    name = sources.of(caught, use) or ""
    number = caught.value if isinstance(caught, ast.Constant) else None
    return (
        number in (401, 403, 405)
        or name in ("connexion.ProblemException", *_LOST)
        or name.startswith("connexion.exceptions.")
    )


@rule("CXD442", "flask-api-get-response", Severity.ERROR)
def get_response(sources: Sources) -> Iterator[Finding]:
    """`FlaskApi.get_response` is gone.

    What happens: `AttributeError: type object 'FlaskApi' has no attribute 'get_response'`, when the line
        runs; mostly in an error handler, so the answer is a 500.

    Why: Connexion 3 turns responses into those of the framework by itself.

    Fix: Return what was given to it.

    Before:
        import connexion


        def greet():
            return connexion.FlaskApi.get_response(connexion.problem(418, "Teapot", "short"))


        app = connexion.FlaskApp(__name__)
        app.add_api("openapi.yaml")

    After:
        import connexion


        def greet():
            return connexion.problem(418, "Teapot", "short")


        app = connexion.FlaskApp(__name__)
        app.add_api("openapi.yaml")

    Sources:
        https://connexion.readthedocs.io/en/latest/v3.html
        test: tests/rules/migration/scenarios.py
    """
    # Handlers that take one argument are rewritten as a whole, by the rule about them.
    known = [sources.function(handler, use) for use, handler in handlers(sources)]
    rewritten = {id(found[1]) for found in known if found is not None and two_arguments(sources, *found)}
    for use in sources.calls_of("connexion.FlaskApi.get_response"):
        if use.guarded or id(use.scope.node) in rewritten:
            continue
        edits = []
        if len(use.node.args) == 1 and not use.node.keywords:
            edits.append(replace(use.module, use.node, use.module.text(use.node.args[0])))
        yield finding(
            "`FlaskApi` of Connexion 3 has no `get_response`.",
            location=use.module.location(use.node),
            fixes=fix("Return its argument.", edits),
        )


@rule("CXD443", "error-handler-returns-flask-response", Severity.ERROR)
def returns_flask(sources: Sources) -> Iterator[Finding]:
    """An error handler of the Connexion app returns what Flask understands.

    What happens: When the error occurs, the answer is a 500:
        `AttributeError: 'tuple' object has no attribute 'body'`.

    Why: Error handlers of Connexion 3 run outside of Flask and must return a `ConnexionResponse`.

    Fix: `ConnexionResponse(status_code=418, body="...")` from `connexion.lifecycle`, or
        `connexion.problem(...)`.

    Before:
        import connexion


        def refuse(exception, *_):
            return {"refused": True}, 418


        app = connexion.FlaskApp(__name__)
        app.add_error_handler(ValueError, refuse)
        app.add_api("openapi.yaml")

    After:
        import connexion
        from connexion.jsonifier import Jsonifier
        from connexion.lifecycle import ConnexionResponse


        def refuse(exception, *_):
            return ConnexionResponse(
                status_code=418,
                mimetype="application/json",
                body=Jsonifier().dumps({"refused": True}),
            )


        app = connexion.FlaskApp(__name__)
        app.add_error_handler(ValueError, refuse)
        app.add_api("openapi.yaml")

    Sources:
        https://connexion.readthedocs.io/en/latest/exceptions.html
        test: tests/rules/migration/scenarios.py
    """
    done: set[int] = set()
    for use, handler in handlers(sources):
        found = sources.function(handler, use)
        if found is None or id(found[1]) in done:
            continue
        module, node = found
        done.add(id(node))
        scope = module.scopes[id(node)]
        answers = [one for one in scope.returns if is_flask_answer(sources, one, module, scope)]
        if not answers:
            continue
        edits = [as_response(sources, one, module, scope) for one in answers]
        made = tuple(dict.fromkeys(edit for some in edits for edit in some))
        certain = all(edits) and is_only_a_handler(sources, module, node)
        made = read_anew(sources, module, node, made) if certain else ()
        yield finding(
            f"`{node.name}` returns what Flask understands; Connexion 3 wants a ConnexionResponse.",
            location=module.location(answers[0]),
            fixes=fix(
                "Return `connexion.problem(...)` or a `connexion.lifecycle.ConnexionResponse`.",
                (*made, *imports(module, made)),
            ),
        )
