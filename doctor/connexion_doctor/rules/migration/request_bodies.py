"""Bodies that Connexion 3 wants where they may be left out, and those that it does not check whole."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence

from connexion_doctor.model import Edit, Finding, Location, Severity
from connexion_doctor.python import Module, Sources
from connexion_doctor.python.edits import insert, replace
from connexion_doctor.python.module import Function
from connexion_doctor.python.nodes import last_name
from connexion_doctor.python.operations import FORMS, Operation, is_json
from connexion_doctor.rules.base import finding, rule
from connexion_doctor.rules.migration.uses import fix

MULTIPART = "multipart/form-data"
BODY = "body"
TAKE_BYTES = ("loads", "BytesIO", "write", "write_bytes", "b64decode", "md5", "sha1", "sha256")


@rule("CXD457", "optional-body-wanted", Severity.WARNING)
def optional_body(sources: Sources) -> Iterator[Finding]:
    """A request body is optional, and Connexion 3 refuses requests without one.

    What happens: `400 Bad Request`: `Request body must not be empty`, where JSON is the first of several
        content types; `500 Internal Server Error` where `multipart/form-data` is the first. Connexion 2
        called the handler.

    Why: A request without `Content-Type` is validated as the first type of the operation, and what reads
        JSON, or parts, wants something to read.

    Fix: Name a type first that may be empty, such as `application/x-www-form-urlencoded`; or have clients
        send a body with its type.

    Before:
        requestBody:
          content:
            application/json:
              schema: {type: object}
            application/x-www-form-urlencoded:
              schema: {type: object}

    After:
        requestBody:
          content:
            application/x-www-form-urlencoded:
              schema: {type: object}
            application/json:
              schema: {type: object}

    Sources:
        https://github.com/spec-first/connexion/blob/main/connexion/middleware/request_validation.py
        test: tests/rules/migration/scenarios.py
    """
    for operation in sources.specifications.with_several_types:
        types = operation.optional
        first = types[0] if types else ""
        parts = first == MULTIPART
        if not parts and (not first or not is_json(first) or all(map(is_json, types))):
            continue  # JSON alone was refused by Connexion 2 as well
        yield finding(
            f"`{operation.spoken}` can be asked without a body: Connexion 3 answers {500 if parts else 400}.",
            evidence=[f"{operation.specification}: {', '.join(types)}"],
            location=place_of(sources, operation),
            fixes=fix("Name a type first that may be empty, or have clients send a body with its type."),
        )


@rule("CXD459", "form-limits-unchecked", Severity.WARNING)
def form_limits(sources: Sources) -> Iterator[Finding]:
    """A form of Swagger 2 has limits that Connexion 3 does not check.

    What happens: What was refused with 400 is let in: a number below its `minimum`, a text that does not fit
        its `pattern` or is not in its `enum`, more than `maxItems`. Nothing is said.

    Why: Connexion 3 makes a schema of the parameters in `formData`, of their types, formats and items alone.

    Fix: Write the operation in OpenAPI 3, where all of a form is checked, or check it in the handler.

    Before:
        swagger: "2.0"
        info: {title: Pets, version: "1"}
        basePath: /v1
        paths:
          /pets:
            post:
              operationId: handlers.where
              consumes: [application/x-www-form-urlencoded]
              parameters: [{name: age, in: formData, type: integer, minimum: 0}]
              responses: {"200": {description: fine}}

    After:
        openapi: 3.0.3
        info: {title: Pets, version: "1"}
        servers: [{url: /v1}]
        paths:
          /pets:
            post:
              operationId: handlers.where
              requestBody:
                content:
                  application/x-www-form-urlencoded:
                    schema: {type: object, properties: {age: {type: integer, minimum: 0}}}
              responses: {"200": {description: fine}}

    Sources:
        https://github.com/spec-first/connexion/blob/main/connexion/operations/swagger2.py
        test: tests/rules/migration/scenarios.py
    """
    for operation in sources.specifications.with_forms:
        if operation.limits:
            yield finding(
                f"`{operation.spoken}` limits its form, and Connexion 3 does not check that: what was "
                "refused is let in.",
                evidence=[f"{operation.specification}: {', '.join(operation.limits)}"],
                location=place_of(sources, operation),
                fixes=fix("Write the operation in OpenAPI 3, or check it in the handler."),
            )


@rule("CXD472", "empty-body-is-a-dictionary", Severity.WARNING)
def empty_body(sources: Sources) -> Iterator[Finding]:
    """A handler of text or bytes is called with an empty body, and gets a dictionary.

    What happens: A request with an empty body answers `500 Internal Server Error`: `AttributeError: 'dict'
        object has no attribute 'decode'`. Connexion 2 gave the handler empty bytes.

    Why: Connexion 3 takes a body that is empty for none, and gives the default of its schema, `{}` where the
        schema has none, whatever the content type is.

    Fix: Begin the handler with `body = body or b""`. That works in both versions.

    Before:
        import connexion


        def note(body):
            return {"length": len(body.decode())}


        app = connexion.FlaskApp(__name__)
        app.add_api("openapi.yaml")

    After:
        import connexion


        def note(body):
            body = body or b""
            return {"length": len(body.decode())}


        app = connexion.FlaskApp(__name__)
        app.add_api("openapi.yaml")

    Sources:
        https://github.com/spec-first/connexion/blob/main/connexion/decorators/parameter.py
        test: tests/rules/migration/scenarios.py
    """
    raw = (one for one in sources.specifications.with_several_types if one.raw)
    for operation, module, function, use in _reading_bytes(sources, raw):
        yield finding(
            f"`{function.name}` reads bytes, and gets `{{}}` of Connexion 3 where the body of "
            f"`{operation.spoken}` is empty.",
            evidence=[f"{operation.specification}: {operation.bodies[0]}"],
            location=module.location(use),
            fixes=fix('Begin it with `body = body or b""`.', _with_bytes(module, function)),
        )


@rule("CXD475", "json-among-other-bodies", Severity.ERROR)
def parsed(sources: Sources) -> Iterator[Finding]:
    """A handler reads the bytes of a body that may be JSON or another type.

    What happens: JSON answers `500 Internal Server Error`: `TypeError: the JSON object must be str, bytes or
        bytearray, not dict`.

    Why: Where an operation takes JSON among other types, Connexion 2 gave the handler the bytes of every
        body. Connexion 3 goes by the type of the request, and gives the data that JSON holds.

    Fix: `json.loads(body) if isinstance(body, bytes) else body` works in both versions.

    Before:
        import json

        import connexion


        def note(body):
            return {"text": json.loads(body)["text"]}


        app = connexion.FlaskApp(__name__)
        app.add_api("openapi.yaml")

    After:
        import json

        import connexion


        def note(body):
            return {"text": (json.loads(body) if isinstance(body, bytes) else body)["text"]}


        app = connexion.FlaskApp(__name__)
        app.add_api("openapi.yaml")

    Sources:
        https://github.com/spec-first/connexion/blob/main/connexion/lifecycle.py
        test: tests/rules/migration/scenarios.py
    """
    mixed = (one for one in sources.specifications.with_several_types if _is_mixed(one.bodies))
    for operation, module, function, use in _reading_bytes(sources, mixed):
        yield finding(
            f"`{function.name}` reads bytes, and `{operation.spoken}` takes JSON too: of that Connexion 3 "
            "gives it the data.",
            evidence=[f"{operation.specification}: {', '.join(operation.bodies)}"],
            location=module.location(use),
            fixes=fix("Read what is bytes alone.", _read_once(module, function)),
        )


def _is_mixed(types: Sequence[str]) -> bool:
    """Whether JSON is one of several content types, and the first is no form."""
    json = [is_json(one) for one in types]
    return any(json) and not all(json) and not types[0].startswith(FORMS)


def _reading_bytes(
    sources: Sources, operations: Iterable[Operation]
) -> Iterator[tuple[Operation, Module, Function, ast.Name]]:
    """The operations whose handlers read their body as bytes, with the handler and where it does."""
    for operation in operations:
        found = sources.handler(operation.handler)
        use = _needs_bytes(found[1]) if found is not None else None
        if found is not None and use is not None:
            yield operation, *found, use


def _read_once(module: Module, function: Function) -> tuple[Edit, ...]:
    """``json.loads(body)`` where it is bytes; empty where something else is done with them."""
    calls = [
        one
        for one in ast.walk(function)
        if isinstance(one, ast.Call)
        and last_name(one.func) == "loads"
        and [getattr(each, "id", "") for each in one.args] == [BODY]
        and not one.keywords
    ]
    uses = [one for one in ast.walk(function) if isinstance(one, ast.Name) and one.id == BODY]
    values = [one.value for one in ast.walk(function) if isinstance(one, ast.Assign | ast.Return)]
    texts = [f"{module.text(one)} if isinstance({BODY}, bytes) else {BODY}" for one in calls]
    return tuple(
        replace(module, one, text if one in values else f"({text})")
        for one, text in zip(calls, texts, strict=True)
        if len(uses) == len(calls)
    )


def _needs_bytes(function: Function) -> ast.Name | None:
    """Where a handler uses its body as bytes, and never looks whether it has one."""
    if BODY not in [one.arg for one in (*function.args.args, *function.args.kwonlyargs)]:
        return None
    looks = ast.If | ast.IfExp | ast.BoolOp | ast.Compare | ast.Try | ast.Assert | ast.While
    found = None
    for one in ast.walk(function):
        of_it = [each for each in ast.iter_child_nodes(one) if getattr(each, "id", "") == BODY]
        if isinstance(one, ast.Name) and one.id == BODY and not isinstance(one.ctx, ast.Load):
            return None
        if isinstance(one, looks) and any(getattr(each, "id", "") == BODY for each in ast.walk(one)):
            return None
        if of_it and isinstance(one, ast.Attribute) and hasattr(b"", one.attr) and not hasattr({}, one.attr):
            found = of_it[0]
        if of_it and isinstance(one, ast.Call) and last_name(one.func) in TAKE_BYTES:
            found = of_it[0]
    return found if isinstance(found, ast.Name) else None


def _with_bytes(module: Module, function: Function) -> tuple[Edit, ...]:
    first = function.body[1 if ast.get_docstring(function) is not None else 0 :][:1]
    place = module.location(first[0]) if first else None
    blanks = module.source.line(place.line)[: place.column - 1] if place is not None else "-"
    if place is None or blanks.strip():
        return ()
    return (insert(module, place.line, place.column, f'body = body or b""\n{blanks}'),)


def place_of(sources: Sources, operation: Operation) -> Location | None:
    """The line of the operation's path, where it stands as such."""
    lines = sources.specifications[operation.specification].splitlines()
    for number, line in enumerate(lines, 1):
        text = line.strip()
        if text.lstrip("\"'").startswith(operation.route) and text[: len(operation.route) + 3].count(":"):
            start = line.index(operation.route) + 1
            return Location(operation.specification, number, start, number, start + len(operation.route))
    return None
