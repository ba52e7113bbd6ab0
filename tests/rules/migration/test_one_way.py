"""Properties that go one way (CXD476 to CXD478): what is said of them, and how a specification is edited."""

from __future__ import annotations

import pytest

from connexion_doctor.foundation import yaml_text
from connexion_doctor.model import Severity
from tests.rules.migration.project import findings_of, fixed

APP = "import connexion\n\napp = connexion.App(__name__)\napp.add_api('a.yaml', OPTIONS)\n"
THREE = """\
openapi: 3.0.3
info: {title: x, version: "1"}
paths:
  /a:
    post:
      operationId: handlers.a
      requestBody: {$ref: "#/components/requestBodies/A"}
      responses:
        200:
          description: ok
          content: {application/json: {schema: {items: {$ref: "#/components/schemas/A"}}}}
components:
  requestBodies: {A: {content: {application/json: {schema: {$ref: "#/components/schemas/A"}}}}}
  schemas:
    A: SCHEMA
"""
TWO = """\
swagger: "2.0"
info: {title: x, version: "1"}
paths:
  /a:
    parameters: [{in: body, name: a, schema: {allOf: [{$ref: "#/definitions/A"}]}}]
    put: {operationId: handlers.a, responses: {200: {description: ok, schema: {$ref: "#/definitions/A"}}}}
definitions:
  A: SCHEMA
"""
ID = "properties: {id: {type: integer, readOnly: true}, n: {type: string}}"
SECRET = "properties: {key: {type: string, writeOnly: true}, old: {type: string, x-writeOnly: true}}"
BLOCK = f"\n      required:\n        - id\n        - n\n      {ID}"


def project(schema: str, specification: str = THREE, options: str = "") -> dict[str, str]:
    return {"app.py": APP.replace("OPTIONS", options), "a.yaml": specification.replace("SCHEMA", schema)}


@pytest.mark.parametrize("specification", [THREE, TWO])
@pytest.mark.parametrize(
    ("schema", "severity", "said"),
    [
        (f"{{required: [n, id], {ID}}}", "error", "`id`, required and read-only"),
        (f"{{required: [n], {ID}}}", "warning", "will take `id` from clients"),
        (f"{{{ID}}}", "warning", "will take `id`"),
        (f"{{type: array, items: {{{ID}}}}}", "warning", "will take `id`"),
    ],
)
def test_what_is_read_only_in_requests_is_told(
    specification: str, schema: str, severity: str, said: str
) -> None:
    found = findings_of(project(schema, specification))
    (one,) = (one for one in found if one.code in ("CXD476", "CXD478"))
    assert one.severity is Severity(severity)
    assert said in one.message
    assert one.location is not None
    assert specification.splitlines()[one.location.line - 1].lstrip().startswith("A: SCHEMA")


@pytest.mark.parametrize(
    ("schema", "options"),
    [
        (f"{{{ID.replace('true', 'false')}}}", ""),
        (f"{{required: [id], {ID}}}", "validator_map={'body': {'application/json': Mine}}"),
        (f"{{{SECRET}}}", "validate_responses=True"),
        (f"{{required: [key], {SECRET}}}", "validate_responses=False"),
        ("{$ref: other.yaml}", "validate_responses=True"),
    ],
)
def test_what_serves_as_before_is_not(schema: str, options: str) -> None:
    files = project(schema, options=options)
    assert [one.code for one in findings_of(files) if one.code in ("CXD476", "CXD477", "CXD478")] == []


@pytest.mark.parametrize("specification", [THREE, TWO])
def test_what_is_write_only_is_not_wanted_in_a_response(specification: str) -> None:
    files = project(f"{{required: [key, old], {SECRET}}}", specification, "validate_responses=True")
    (one,) = findings_of(files, "CXD477")
    assert "`key` and `old`, write-only and required" in one.message


@pytest.mark.parametrize(
    ("schema", "required"),
    [
        (f"{{required: [id, n], {ID}}}", ["n"]),
        (f"{{required: [n, id], {ID}}}", ["n"]),
        (f"{{required: [ n, 'id', m ], {ID}}}", ["n", "m"]),
        (f"{{required: [id], {ID}}}", None),
        (f"{{type: object, required: [id], {ID}}}", None),
        (f"{{type: object, {ID}, required: [id]}}", None),
        (BLOCK, ["n"]),
        (BLOCK.replace("- id\n        - n", "- n\n        - id  # made here"), ["n"]),
        (BLOCK.replace("\n        - n\n", "\n"), None),
        (BLOCK.replace("\n        - id\n        - n", " [id]"), None),
    ],
)
def test_it_is_taken_out_of_what_is_required(schema: str, required: list[str] | None) -> None:
    files = project(schema)
    made = yaml_text.parsed(fixed(files, findings_of(files, "CXD476"))["a.yaml"])
    before = yaml_text.parsed(files["a.yaml"])
    after = made["components"]["schemas"]["A"]
    assert after.pop("required", None) == required
    del before["components"]["schemas"]["A"]["required"]
    assert made == before
