"""Parameters that come as text, and are declared as something else."""

from __future__ import annotations

from collections.abc import Iterator

from connexion_doctor.model import Finding, Severity
from connexion_doctor.python import Sources
from connexion_doctor.rules.base import finding, rule
from connexion_doctor.rules.migration.request_bodies import place_of
from connexion_doctor.rules.migration.uses import fix


@rule("CXD474", "header-declared-as-number", Severity.ERROR)
def texts(sources: Sources) -> Iterator[Finding]:
    """A header or a cookie is declared as a number, a boolean or a list, which Connexion 3 refuses.

    What happens: Every request that has it answers `400 Bad Request`: `'5' is not of type 'integer'`.

    Why: Connexion 2 made a number of the text before it was validated; Connexion 3 does so for queries and
        paths alone.

    Fix: Declare it as a string, with a `pattern`. That works in both versions.

    Before:
        openapi: 3.0.3
        info: {title: Pets, version: "1"}
        servers: [{url: /v1}]
        paths:
          /pets:
            get:
              operationId: handlers.where
              parameters: [{name: X-Level, in: header, schema: {type: integer}}]
              responses: {"200": {description: fine}}

    After:
        openapi: 3.0.3
        info: {title: Pets, version: "1"}
        servers: [{url: /v1}]
        paths:
          /pets:
            get:
              operationId: handlers.where
              parameters: [{name: X-Level, in: header, schema: {type: string, pattern: "^-?[0-9]+$"}}]
              responses: {"200": {description: fine}}

    Sources:
        https://github.com/spec-first/connexion/blob/main/connexion/validators/parameter.py
        test: tests/rules/migration/scenarios.py
    """
    for operation in sources.specifications.with_text_parameters:
        for text, required in operation.texts:
            what, _, kind = text.partition(": ")
            where, _, name = what.partition(" ")
            yield finding(
                f"`{operation.spoken}` refuses every request with the {where} `{name}`: to Connexion 3 it is "
                f"text, and the specification says {kind}.",
                severity=Severity.ERROR if required else Severity.WARNING,
                evidence=[f"{operation.specification}: {text}"],
                location=place_of(sources, operation),
                fixes=fix("Declare it as a string, with a `pattern`."),
            )
