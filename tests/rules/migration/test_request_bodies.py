"""Handlers of text and bytes: called with an empty body (CXD472), and with JSON (CXD475)."""

from __future__ import annotations

import pytest

from tests.rules.migration.project import findings_of, fixed
from tests.rules.migration.scenarios import EITHER, HEAD, operation

CODE = "CXD472"
TEXT = "      requestBody: {content: {text/plain: {schema: {type: string}}}}\n"


def files(function: str, more: str = TEXT) -> dict[str, str]:
    return {
        "openapi.yaml": HEAD + operation("/notes", "notes.note", method="post", more=more),
        "app.py": "import connexion\n\napp = connexion.FlaskApp(__name__)\napp.add_api('openapi.yaml')\n",
        "notes.py": function,
    }


@pytest.mark.parametrize(
    "statement",
    [
        "return body.decode()",
        "return json.loads(body)",
        "return [one for one in io.BytesIO(body)]",
        "text = body.strip()\n    return text.decode()",
    ],
)
@pytest.mark.parametrize("more", [TEXT, TEXT.replace("{content", "{required: true, content")])
def test_what_reads_bytes_gets_some(statement: str, more: str) -> None:
    made = files(f'def note(body):\n    """Keep it."""\n    {statement}\n', more)
    after = f'def note(body):\n    """Keep it."""\n    body = body or b""\n    {statement}\n'
    assert fixed(made, findings_of(made, CODE))["notes.py"] == after
    assert not findings_of(files(after), CODE)


@pytest.mark.parametrize(
    ("statement", "more"),
    [
        ("return body.decode() if body else ''", TEXT),
        ("if not body:\n        return ''\n    return body.decode()", TEXT),
        ("return (body or b'').decode()", TEXT),
        ("return len(body)", TEXT),
        ("return keep(body)", TEXT),
        ("return body.get('a')", TEXT),
        ("return body.decode()", TEXT.replace("type: string", "type: string, default: ''")),
        ("return body.decode()", TEXT.replace("type: string", "type: string, nullable: true")),
        ("return body.decode()", TEXT.replace("text/plain", "application/json")),
        ("return body.decode()", EITHER),
        ("return body.decode()", TEXT.replace("text/plain", "application/x-www-form-urlencoded")),
    ],
)
def test_what_looks_first_or_always_has_one_is_not_found_fault_with(statement: str, more: str) -> None:
    assert not findings_of(files(f"def note(body):\n    {statement}\n", more), CODE)


@pytest.mark.parametrize(
    ("statement", "after"),
    [
        ("data = json.loads(body)", "data = json.loads(body) if isinstance(body, bytes) else body"),
        ("return f(json.loads(body))", "return f((json.loads(body) if isinstance(body, bytes) else body))"),
        ("return json.loads(body), len(body)", None),
        ("return body.decode()", None),
    ],
)
def test_json_is_read_where_it_is_bytes(statement: str, after: str | None) -> None:
    made = files(f"def note(body):\n    {statement}\n", EITHER)
    found = findings_of(made, "CXD475")
    assert len(found) == 1
    assert fixed(made, found)["notes.py"] == f"def note(body):\n    {after or statement}\n"
    assert not findings_of(files(f"def note(body):\n    {statement}\n"), "CXD475"), "text alone stays bytes"
