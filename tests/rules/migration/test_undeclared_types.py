"""Content types that a handler names and its operation does not declare (CXD480)."""

from __future__ import annotations

import pytest

from tests.rules.migration.project import findings_of, found, noop, transformed

HEAD = "import connexion\n\n\ndef a(n):\n    return "
APP = "\n\n\napp = connexion.App(__name__)\napp.add_api('a.yaml')\n"
PATHS = """\
openapi: 3.0.3
info: {title: x, version: "1"}
paths: {/a: {get: {operationId: example.a, responses: {"200": {description: ok CONTENT}}}}}
"""


def project(answer: str, *types: str) -> dict[str, str]:
    content = f", content: {{{', '.join(f'{one}: {{schema: {{}}}}' for one in types)}}}" if types else ""
    return {"example.py": HEAD + answer + APP, "a.yaml": PATHS.replace(" CONTENT", content)}


@pytest.mark.parametrize(
    ("types", "before", "after"),
    [
        (
            ("application/json",),
            "n, 200, {'Content-Type': 'application/json; charset=utf-8'}",
            "n, 200, {'Content-Type': \"application/json\"}",
        ),
        (("text/csv",), "(n, {'Content-Type': 'text/html'})", "(n, {'Content-Type': \"text/csv\"})"),
        ((), "n, {'content-type': 'Application/JSON'}", "n, {'content-type': \"application/json\"}"),
    ],
)
def test_the_type_is_written_as_it_is_declared(types: tuple[str, ...], before: str, after: str) -> None:
    transformed(project(before, *types), project(after, *types), "CXD480")


def test_which_of_several_is_meant_is_left_to_a_person() -> None:
    (one,) = found(project("n, 200, {'Content-Type': 'text/html'}", "text/csv", "image/png"), "CXD480")
    assert not one.fixes[0].edits
    assert one.fixes[0].title == "Name one of `text/csv` and `image/png`, or declare `text/html`."


@pytest.mark.parametrize(
    ("types", "answer"),
    [
        (("text/csv",), "n, 200, {'Content-Type': 'text/csv'}"),
        (("text/csv", "image/png"), "n, 200, {'Content-Type': 'image/png'}"),
        ((), "n, 200, {'Content-Type': 'application/json'}"),
        ((), "n, 200, {'Content-Type': n}"),
        ((), "n, 200, {'X-Type': 'text/csv'}  # no content-type"),
    ],
)
def test_what_is_declared_is_not_told(types: tuple[str, ...], answer: str) -> None:
    noop(project(answer, *types), "CXD480")


def test_a_connexion_response_whose_type_is_not_declared_keeps_it() -> None:
    answer = "connexion.lifecycle.ConnexionResponse(mimetype='text/csv', body=n)"
    transformed(project(answer), project(answer.replace("mimetype", "content_type")), "CXD479")
    data = project(answer.replace("body=n", "body=[n]"))
    assert [one.code for one in findings_of(data) if not one.fixes[0].edits] == ["CXD479"]
