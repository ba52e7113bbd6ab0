"""Bodies that Connexion 3 wants where they may be left out, and those that it does not check whole."""

from __future__ import annotations

from collections.abc import Iterator

from connexion_doctor.model import Finding, Location, Severity
from connexion_doctor.python import Sources
from connexion_doctor.python.operations import Operation, is_json
from connexion_doctor.rules.base import finding, rule
from connexion_doctor.rules.migration.uses import fix

MULTIPART = "multipart/form-data"


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
    for operation in sources.typed_operations:
        types = operation.optional
        first = types[0] if types else ""
        parts = first == MULTIPART
        if not parts and (not first or not is_json(first) or all(map(is_json, types))):
            continue  # JSON alone was refused by Connexion 2 as well
        yield finding(
            f"`{operation.spoken}` can be asked without a body: Connexion 3 answers {500 if parts else 400}.",
            evidence=[f"{operation.specification}: {', '.join(types)}"],
            location=_place(sources, operation),
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
    for operation in sources.forms:
        if operation.limits:
            yield finding(
                f"`{operation.spoken}` limits its form, and Connexion 3 does not check that: what was "
                "refused is let in.",
                evidence=[f"{operation.specification}: {', '.join(operation.limits)}"],
                location=_place(sources, operation),
                fixes=fix("Write the operation in OpenAPI 3, or check it in the handler."),
            )


def _place(sources: Sources, operation: Operation) -> Location | None:
    """The line of the operation's path, where it stands as such."""
    lines = sources.specifications[operation.specification].splitlines()
    for number, line in enumerate(lines, 1):
        text = line.strip()
        if text.lstrip("\"'").startswith(operation.route) and text[: len(operation.route) + 3].count(":"):
            start = line.index(operation.route) + 1
            return Location(operation.specification, number, start, number, start + len(operation.route))
    return None
