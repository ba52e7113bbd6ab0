"""Responses that are validated though they have no body."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from connexion_doctor.model import Finding, Severity
from connexion_doctor.model.voice import counted
from connexion_doctor.python import Sources
from connexion_doctor.rules.base import finding, rule
from connexion_doctor.rules.migration.uses import app_calls, constructors, fix, named


@rule("CXD473", "head-fails-validation", Severity.WARNING)
def head(sources: Sources) -> Iterator[Finding]:
    """Responses are validated: HEAD, which has no body, answers 500.

    What happens: `HEAD`, as load balancers and monitors ask, answers `500 Internal Server Error` (`Response
        body does not conform to specification. None is not of type 'object'`) where `GET` answers 200.

    Why: Connexion 3 validates what it sends, and for `HEAD` that is nothing. Connexion 2 validated what the
        handler returned.

    Fix: A validator that lets an empty body pass; or `validate_responses` in tests alone.

    Before:
        import connexion

        app = connexion.FlaskApp(__name__)
        app.add_api("openapi.yaml", validate_responses=True)

    After:
        import connexion
        from connexion.validators import JSONResponseBodyValidator


        class ResponseValidator(JSONResponseBodyValidator):
            def _validate(self, body):
                if body is not None:
                    super()._validate(body)


        app = connexion.FlaskApp(__name__)
        app.add_api(
            "openapi.yaml",
            validate_responses=True,
            validator_map={"response": {"application/json": ResponseValidator}},
        )

    Sources:
        https://github.com/spec-first/connexion/blob/main/connexion/validators/json.py
        test: tests/rules/migration/scenarios.py
    """
    for use, _ in (*app_calls(sources, "add_api"), *constructors(sources)):
        given = named(sources, use, "validate_responses")
        if given is None or not isinstance(given.value, ast.Constant) or not given.value.value:
            continue
        asked = [one.spoken for one in sources.specifications.operations if one.method == "get" and one.typed]
        if asked and named(sources, use, "validator_map") is None:
            yield finding(
                f"HEAD answers 500 at {counted(len(asked), 'operation')} whose GET serves: Connexion 3 "
                "validates the empty body.",
                evidence=asked[:5],
                location=use.module.location(given.keyword or use.node),
                fixes=fix("Give a validator that lets an empty body pass, or validate in tests alone."),
            )
