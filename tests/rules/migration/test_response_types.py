"""What Connexion 2 and 3 answer where an operation has several content types (CXD455): asked of both."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests.rules.migration.project import findings_of, fixed
from tests.running import environ, target

# how a handler returns -> what the rule says of it (None: nothing)
RETURNS = {
    "a_dict": ("return {'a': 1}", "data"),
    "a_status": ("return {'a': 1}, 201", "data"),
    "a_named_status": ("return {'a': 1}, HTTPStatus.CREATED", "data"),
    "in_brackets": ("return ({'a': 1}, 201)", "data"),
    "headers": ("return {'a': 1}, 200, {'x-a': 'b'}", "data"),
    "two_with_headers": ("return {'a': 1}, {'x-a': 'b'}", "data"),
    "a_name": ("found = {'a': 1}\n    return found", "data"),
    "a_list": ("return [x for x in (1, 2)]", "data"),
    "nothing": ("return None, 204", "data"),
    "no_content": ("return connexion.NoContent, 204", "data"),
    "branches": ("if 1:\n        return {'a': 1}\n    return {}, 404", "data"),
    "over_lines": ("return {\n        'a': 1,\n    }, 200", "data"),
    "named": ("return {'a': 1}, 200, {'Content-Type': 'application/json'}", None),
    "small_letters": ("return {'a': 1}, {'content-type': 'application/json'}", None),
    "a_response": ("return flask.jsonify(a=1)", None),
    "a_call": ("return elsewhere()", "unknown"),
    "a_call_that_responds": ("return responds(1)", None),
    "a_call_that_is_looked_at": (
        "if (made := responds(1)) is not None:\n        return made\n    return flask.jsonify(a=1)",
        None,
    ),
}
HEAD = """\
import connexion, flask
from http import HTTPStatus
def elsewhere(): return {'a': 1}
def responds(a):
    if a: return flask.jsonify(a=a)
    made = flask.make_response("a,b")
    return made
"""
TAIL = """\
app = connexion.FlaskApp(__name__)
app.add_api("openapi.yaml")
"""
TYPES = {
    "json and problem": (("application/json", "application/problem+json"), "application/json"),
    "json and xml": (("application/xml", "application/json"), "application/json"),
}
ASK = """\
import json, warnings
warnings.simplefilter("ignore")
import connexion, example
def ask(name):
    if not hasattr(connexion, "AsyncApp"):
        got = example.app.app.test_client().get("/" + name)
    else:
        got = example.app.test_client().get("/" + name)
    return [got.status_code, (got.headers.get("content-type") or "").partition(";")[0]]
print(json.dumps({name: ask(name) for name in NAMES}))
"""


def files(types: tuple[str, ...]) -> dict[str, str]:
    handlers = "".join(f"def {name}():\n    {text}\n" for name, (text, _) in RETURNS.items())
    content = [
        f'"{status}": {{description: x, content: {{{one}: {{schema: {{}}}}}}}}'
        for status, one in zip((200, 400), types, strict=True)
    ]
    paths = "".join(
        f"  /{name}:\n    get: {{operationId: example.{name}, responses: {{{', '.join(content)}}}}}\n"
        for name in RETURNS
    )
    specification = f'openapi: 3.0.3\ninfo: {{title: x, version: "1"}}\npaths:\n{paths}'
    return {"example.py": HEAD + handlers + TAIL, "openapi.yaml": specification}


def answers(environment: str, made: dict[str, str], folder: Path) -> dict[str, tuple[int, str]]:
    folder.mkdir()
    for name, text in {**made, "ask.py": ASK.replace("NAMES", repr(list(RETURNS)))}.items():
        (folder / name).write_text(text)
    words = [str(target(environment).python), "ask.py"]
    done = subprocess.run(words, cwd=folder, env=environ(), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return {name: tuple(said) for name, said in json.loads(done.stdout.splitlines()[-1]).items()}


@pytest.mark.parametrize("name", TYPES)
def test_after_the_fix_3_answers_as_2_did(tmp_path: Path, name: str) -> None:
    types, chosen = TYPES[name]
    before = files(types)
    findings = findings_of(before, "CXD455")
    after = fixed(before, findings)
    two, three = answers("c2new", before, tmp_path / "2"), answers("c3new", before, tmp_path / "3")
    cured = answers("c3new", after, tmp_path / "fixed")
    said = {one.message.split("`")[-2]: one for one in findings}
    for handler, (_, kind) in RETURNS.items():
        if kind is None:
            assert handler not in said
            assert three[handler] == two[handler]
            continue
        assert three[handler][0] == 500, handler
        assert said[handler].severity.value == ("error" if kind == "data" else "warning")
        if kind == "data":
            assert cured[handler][0] == two[handler][0], handler
            assert cured[handler][1] in (chosen, two[handler][1]), handler


def test_text_for_plain_text_needs_no_name() -> None:
    made = files(("application/json", "text/plain"))
    made["example.py"] = HEAD + "def a_dict():\n    return 'text'\n" + TAIL
    assert findings_of(made, "CXD455") == []


def test_one_type_alone_needs_no_name() -> None:
    made = files(("application/json", "application/json"))
    assert findings_of(made, "CXD455") == []
