"""Handlers that return a ConnexionResponse (CXD479)."""

from __future__ import annotations

import pytest

from tests.rules.migration.project import noop, transformed

HEAD = "import connexion\nfrom connexion.lifecycle import ConnexionResponse\n\n\ndef a(n):\n    return "
APP = "\n\n\napp = connexion.App(__name__)\napp.add_api('a.yaml')\n"
PATHS = """\
openapi: 3.0.3
info: {title: x, version: "1"}
paths: {/a: {get: {operationId: example.a, responses: {"200": {description: ok, content: TYPE}}}}}
""".replace("TYPE", "{text/csv: {schema: {}}}")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("ConnexionResponse(201, body={'a': n})", "{'a': n}, 201"),
        ("ConnexionResponse(mimetype='text/csv', body=n)", "n, 200, {\"Content-Type\": 'text/csv'}"),
        (
            "ConnexionResponse(status_code=n, content_type='text/csv', body=[n], headers=h())",
            "[n], n, {\"Content-Type\": 'text/csv', **h()}",
        ),
        ("ConnexionResponse(body=[n], headers={'X-A': n})", "[n], 200, {'X-A': n}"),
    ],
)
def test_it_is_returned_in_parts(before: str, after: str) -> None:
    files = {"example.py": HEAD + before + APP, "a.yaml": PATHS}
    transformed(files, {**files, "example.py": HEAD + after + APP}, "CXD479")


@pytest.mark.parametrize(
    "answer",
    [
        "ConnexionResponse(status_code=204)",
        "ConnexionResponse(body='a', content_type='text/csv')",
        "ConnexionResponse(mimetype='text/csv', content_type='text/csv', body=n)",
        "ConnexionResponse(**n)",
        "connexion.problem(400, 'a', 'b')",
    ],
)
def test_what_is_answered_as_before_is_left(answer: str) -> None:
    noop({"example.py": HEAD + answer + APP, "a.yaml": PATHS}, "CXD479")


def test_an_error_handler_returns_one() -> None:
    code = HEAD + "ConnexionResponse(mimetype='text/csv', body=n)" + APP
    noop({"example.py": code, "a.yaml": PATHS.replace("example.a", "example.b")}, "CXD479")
