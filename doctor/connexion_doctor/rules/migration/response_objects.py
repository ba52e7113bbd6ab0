"""Handlers that return a ``ConnexionResponse``, which Connexion 3 hands on as it is."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from connexion_doctor.model import Edit, Finding, Severity
from connexion_doctor.python import Module, Sources
from connexion_doctor.python.edits import replace
from connexion_doctor.rules.base import finding, rule
from connexion_doctor.rules.migration.response_types import returns_of
from connexion_doctor.rules.migration.response_values import DATA
from connexion_doctor.rules.migration.uses import all_of, fix

RESPONSE = "connexion.lifecycle.ConnexionResponse"
ARGUMENTS = ("status_code", "mimetype", "content_type", "body", "headers")


@rule("CXD479", "connexion-response-of-a-handler", Severity.ERROR)
def response_object(sources: Sources) -> Iterator[Finding]:
    """A handler returns a `ConnexionResponse` with a `mimetype`, or with data as its body.

    What happens: The answer has the content type `text/html`, and of a dictionary its keys:
        `{"name": "Tom"}` is answered as `name`.

    Why: Connexion 2 wrote the body as JSON, and took `mimetype` for the content type. Connexion 3 hands what
        a handler returns to the framework as it is, and reads `content_type` alone.

    Fix: Return body, status and headers; that works in both versions.

    Before:
        import connexion


        def show(name):
            return connexion.lifecycle.ConnexionResponse(mimetype="application/json", body={"name": name})


        app = connexion.FlaskApp(__name__)
        app.add_api("openapi.yaml")

    After:
        import connexion


        def show(name):
            return {"name": name}, 200, {"Content-Type": "application/json"}


        app = connexion.FlaskApp(__name__)
        app.add_api("openapi.yaml")

    Sources:
        https://github.com/spec-first/connexion/blob/main/connexion/frameworks/flask.py
        test: tests/rules/migration/scenarios.py
    """
    made = {use.node for use, name in sources.calls if name == RESPONSE}
    handlers = {one.handler: one for one in (sources.operations if made else ())}
    for operation in handlers.values():
        module, function = sources.handler(operation.handler) or (None, None)
        if module is None or function is None:
            continue
        for node in returns_of(function):
            call = node.value
            given = _given(call) if isinstance(call, ast.Call) and call in made else {}
            data = isinstance(given.get("body"), DATA)
            if isinstance(call, ast.Call) and (data or "mimetype" in given and "content_type" not in given):
                yield finding(
                    f"`{function.name}` returns a ConnexionResponse, which Connexion 3 hands on as it is: "
                    "without its `mimetype`, and its body not as JSON.",
                    evidence=[f"{operation.specification}: {operation.spoken}"],
                    location=module.location(call),
                    fixes=fix("Return body, status and headers.", _edits(module, call, given)),
                )


def _given(call: ast.Call) -> dict[str, ast.expr]:
    """The arguments by name; none where they are not all known."""
    if any(isinstance(one, ast.Starred) for one in call.args) or len(call.args) > len(ARGUMENTS):
        return {}
    given = dict(zip(ARGUMENTS, call.args, strict=False))
    for one in call.keywords:
        if one.arg not in ARGUMENTS:
            return {}
        given[str(one.arg)] = one.value
    return given


def _edits(module: Module, call: ast.Call, given: dict[str, ast.expr]) -> tuple[Edit, ...]:
    """``return body, status, headers``; nothing without a body, which each version takes otherwise."""
    if "body" not in given:
        return ()
    text = {name: module.text(value) for name, value in given.items()}
    kind = text.get("content_type", text.get("mimetype"))
    headers = [f'"Content-Type": {kind}'] if kind is not None else []
    headers += [f"**{text['headers']}"] if "headers" in text else []
    parts = [text["body"], text.get("status_code", "200")]
    if headers:
        parts.append("{" + ", ".join(headers) + "}" if kind is not None else text["headers"])
    return all_of(replace(module, call, ", ".join(parts)))
