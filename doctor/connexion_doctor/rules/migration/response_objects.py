"""Handlers that return a ``ConnexionResponse``, which Connexion 3 hands on as it is."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from connexion_doctor.model import Edit, Finding, Severity
from connexion_doctor.python import Module, Sources
from connexion_doctor.python.edits import replace
from connexion_doctor.python.operations import Operation
from connexion_doctor.rules.base import finding, rule
from connexion_doctor.rules.migration.response_types import returns_of
from connexion_doctor.rules.migration.response_values import DATA
from connexion_doctor.rules.migration.undeclared_types import declares
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

    Fix: Return body, status and headers; where the type is not declared, name it as `content_type`.

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
    handlers = {one.handler: one for one in (sources.specifications.operations if made else ())}
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
                    fixes=fix(*_cure(module, call, given, operation)),
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


def _cure(
    module: Module, call: ast.Call, given: dict[str, ast.expr], operation: Operation
) -> tuple[str, tuple[Edit, ...]]:
    """Body, status and headers in its place, or the type by the name that is read: where the operation does
    not declare it, headers with it are answered with 500. No edit without a body, which each version takes
    otherwise."""
    kind = given.get("content_type", given.get("mimetype"))
    parts, data = "Return body, status and headers.", isinstance(given.get("body"), DATA)
    if kind is not None and not declares(operation, kind):
        word = next((one for one in call.keywords if one.arg == "mimetype"), None)
        renamed = word is not None and not data and "content_type" not in given
        text = f"content_type={module.text(kind)}"
        return "Name it as `content_type`.", all_of(replace(module, word, text)) if renamed and word else ()
    return parts, _edits(module, call, given)


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
