"""Headers and cookies that are declared as something else than text (CXD474)."""

from __future__ import annotations

import pytest

from connexion_doctor.model import Severity
from tests.rules.migration.project import findings_of

APP = "import connexion\n\napp = connexion.App(__name__)\napp.add_api('a.yaml')\n"
PATH = """\
openapi: 3.0.3
info: {title: x, version: "1"}
paths:
  /a:
    parameters: [{name: X-A, PARAMETER}]
    get: {operationId: handlers.a, responses: {"200": {description: ok}}}
components: {securitySchemes: {key: {type: apiKey, in: header, name: X-Key}}}
"""


@pytest.mark.parametrize(
    ("parameter", "said"),
    [
        ("in: header, required: true, schema: {type: integer}", ("error", "header `X-A`", "integer.")),
        ("in: header, schema: {type: array, items: {}}", ("warning", "header `X-A`", "array.")),
        ("in: cookie, schema: {type: boolean}", ("warning", "cookie `X-A`", "boolean.")),
        ("in: header, schema: {type: string}", None),
        ("in: header, schema: {}", None),
        ("in: query, schema: {type: integer}", None),
    ],
)
def test_what_comes_as_text_is_declared_as_text(parameter: str, said: tuple[str, ...] | None) -> None:
    found = findings_of({"app.py": APP, "a.yaml": PATH.replace("PARAMETER", parameter)}, "CXD474")
    if said is None:
        assert not found
        return
    (one,) = found
    assert one.severity is Severity(said[0])
    assert said[1] in one.message
    assert one.message.endswith(said[2])
    assert one.location is not None
    assert one.location.line == 4
