"""HEAD where responses are validated (CXD473)."""

from __future__ import annotations

import pytest

from tests.rules.migration.project import findings_of

GET = """\
openapi: 3.0.3
info: {title: x, version: "1"}
paths:
  /a:
    get:
      operationId: handlers.a
      responses: {"200": {description: ok, content: {application/json: {schema: {type: object}}}}}
"""
SWAGGER = """\
swagger: "2.0"
info: {title: x, version: "1"}
paths: {/a: {get: {operationId: handlers.a, responses: {200: {schema: {$ref: "#/definitions/A"}}}}}}
definitions: {A: {type: array}}
"""


def told(specification: str, options: str = "validate_responses=True") -> list[str]:
    app = f"import connexion\n\napp = connexion.App(__name__)\napp.add_api('a.yaml', {options})\n"
    return [one.message for one in findings_of({"app.py": app, "a.yaml": specification}, "CXD473")]


@pytest.mark.parametrize("specification", [GET, SWAGGER, GET.replace("operationId", "x-operation")])
def test_what_answers_with_a_type_is_told(specification: str) -> None:
    (said,) = told(specification)
    assert said.startswith("HEAD answers 500 at 1 operation ")


@pytest.mark.parametrize(
    ("specification", "options"),
    [
        (GET, "validate_responses=False"),
        (GET, "validate_responses=True, validator_map={'response': {'application/json': Mine}}"),
        (GET.replace("get:", "post:"), "validate_responses=True"),
        (GET.replace("type: object", "type: object, nullable: true"), "validate_responses=True"),
        (GET.replace("type: object", ""), "validate_responses=True"),
        (GET.replace("application/json", "text/csv"), "validate_responses=True"),
        (GET.replace('"200"', '"404"'), "validate_responses=True"),
    ],
)
def test_what_an_empty_body_passes_is_not(specification: str, options: str) -> None:
    assert told(specification, options) == []
