"""Error handlers of Connexion 2 as those of 3: what is answered stays the same (CXD440, CXD443)."""

from __future__ import annotations

import json

import pytest

from connexion_doctor.model import Applicability
from tests.rules.migration.project import findings_of, fixed

HEAD = """\
import json
from http import HTTPStatus

import connexion
from flask import Response, current_app, jsonify, make_response, redirect, request

app = connexion.FlaskApp(__name__)


class Refused(Exception):
    code = 409


"""
ADDED = "\n\napp.add_error_handler(Refused, refuse)\n"
# Bodies of the handler ``refuse(e)`` that a machine can move.
CERTAIN = (
    'return {"a": str(e)}, 418',
    "return jsonify(a=str(e)), e.code",
    'return jsonify({"a": 1})',
    "return jsonify([1, 2]), HTTPStatus.CONFLICT",
    "return jsonify(1, 2), 400",
    "return 'no: ' + str(e), 404",
    "return f'no: {e}', 404, {'X-Why': 'because'}",
    "return str(e), 503, {'Content-Type': 'text/plain', 'Retry-After': '3'}",
    "return 'no', {'X-Why': 'because'}",
    "return make_response(jsonify(a=1), 418)",
    "return make_response(('no', 418))",
    "return redirect('/login')",
    "return redirect('/login', code=303)",
    "return Response('no', 404)",
    "return Response(json.dumps({'a': 1}), status=404, mimetype='application/json')",
    "return Response(status=204)",
    "return Response('a', content_type='text/plain; charset=ascii', headers={'X-Why': 'because'})",
    "response = jsonify(a=str(e))\n    response.status_code = e.code\n    return response",
    "response = make_response('no')\n    response.headers['X-Why'] = 'because'\n    return response, 404",
    "if e.args:\n        return {'a': 1}, 400\n    return connexion.problem(400, 'A', 'b')",
    "body = {'a': str(e)}\n    return make_response(body, 418)",
    "body = {'a': 1}\n    body['b'] = str(e)\n    return body, 418",
    "body = {'a': 1} if e.args else {}\n    body = {'b': 2}\n    return jsonify(body), 418",
    "text, status = str(e), 404\n    return make_response({'a': text}, 404)",
    "status = 404\n    return make_response({'a': 1}, status)",
    "body = json.dumps({'a': 1})\n    return Response(body, 404, mimetype='application/json')",
    "return {'a': {'b': 'long' * 3, 'c': 'a value that takes the line'}, 'd': [1, 2]}, 400",
)
# Bodies that are left to a person: what they return, or what they need, is not known outside of Flask.
BY_HAND = (
    "return jsonify(a=request.path), 404",
    "current_app.logger.error('no')\n    return {'a': 1}, 500",
    "return {'a': 1}, '404 NOT FOUND'",
    "return {'a': 1}, [('X-Why', 'because')]",
    "response = jsonify(a=1)\n    response.set_cookie('a', 'b')\n    return response",
    "return Response(line for line in 'ab')",
    "body = {'a': 1}\n    if e.args:\n        body = 'no'\n    return make_response(body, 404)",
    "status = 404\n    status = str(status)\n    return make_response({'a': 1}, status)",
    "response = jsonify(a=1)\n    if e.args:\n        response = jsonify(a=2)\n    return response",
)


def moved(body: str, head: str = HEAD, added: str = ADDED) -> str:
    """The module after the fixes of both rules."""
    before = {"example.py": f"{head}def refuse(e):\n    {body}{added}"}
    mine = [one for one in findings_of(before) if one.code in ("CXD440", "CXD443")]
    assert mine
    return fixed(before, mine)["example.py"]


def spelled(status: int, kind: str, text: str, headers: object) -> tuple[object, ...]:
    """An answer, without what a server adds to each."""
    got = {name.title(): value for name, value in dict(headers).items()}  # type: ignore[call-overload]
    data = json.loads(text) if kind == "application/json" else text
    return status, kind, data, got.get("X-Why"), got.get("Location"), got.get("Retry-After")


@pytest.mark.parametrize("body", CERTAIN)
def test_the_answer_stays_the_same(body: str) -> None:
    flask, starlette = pytest.importorskip("flask"), pytest.importorskip("starlette.responses")
    pytest.importorskip("connexion")
    after = moved(body)
    old: dict[str, object] = {"__name__": "example"}
    exec(f"{HEAD}def refuse(e):\n    {body}\n", old)
    with flask.Flask("a").test_request_context():
        was = flask.make_response(old["refuse"](old["Refused"]("why")))  # type: ignore[operator]
    new: dict[str, object] = {"__name__": "example"}
    exec(after, new)
    made = new["refuse"](None, new["Refused"]("why"))  # type: ignore[operator]
    is_now = starlette.Response(made.body, made.status_code, media_type=made.mimetype, headers=made.headers)
    text = was.get_data(as_text=True) if was.status_code not in (302, 303) else ""  # a page nobody reads
    kind = "" if was.status_code in (302, 303) or not text else was.mimetype
    now = is_now.headers.get("content-type", "").partition(";")[0] if kind else ""
    assert spelled(is_now.status_code, now, is_now.body.decode(), is_now.headers) == spelled(
        was.status_code, kind, text, was.headers
    )
    assert not [one for one in findings_of({"example.py": after}) if one.code in ("CXD440", "CXD443")]


@pytest.mark.parametrize("body", BY_HAND)
def test_left_to_a_person(body: str) -> None:
    files = {"example.py": f"{HEAD}def refuse(e):\n    {body}{ADDED}"}
    mine = [one for one in findings_of(files) if one.code in ("CXD440", "CXD443")]
    assert {fix.applicability for one in mine for fix in one.fixes} == {Applicability.MANUAL}


@pytest.mark.parametrize(
    "added",
    [
        f"{ADDED}app.app.register_error_handler(Refused, refuse)\n",
        f"{ADDED}\n\ndef other(e):\n    return refuse(e)\n",
    ],
)
def test_a_handler_that_has_other_callers_is_left_to_a_person(added: str) -> None:
    files = {"example.py": f"{HEAD}def refuse(e):\n    return {{'a': 1}}, 400{added}"}
    assert fixed(files, findings_of(files, "CXD443")) == files
    assert fixed(files, findings_of(files, "CXD440")) == files


WERKZEUGS = (
    f"{HEAD}from werkzeug.exceptions import Conflict, InternalServerError, NotFound, UnprocessableEntity\n"
)
READ = "return jsonify(a=e.description, b=e.name), e.code"
LOOP = "\n\nfor code in (404, 405):\n    app.add_error_handler(code, refuse)\n"


@pytest.mark.parametrize(
    ("body", "added"),
    [
        (READ, LOOP),
        (READ, "\n\napp.add_error_handler(404, refuse)\napp.add_error_handler(Refused, refuse)\n"),
        ("return {'a': str(e)}, getattr(e, 'code', 500)", "\n\napp.add_error_handler(404, refuse)\n"),
        ("return jsonify(a=e.get_response().status), 404", "\n\napp.add_error_handler(404, refuse)\n"),
        ("return {'a': str(e.original_exception)}, 500", "\n\napp.add_error_handler(500, refuse)\n"),
    ],
)
def test_what_only_errors_of_werkzeug_have_is_left_to_a_person(body: str, added: str) -> None:
    by_hand = {"example.py": f"{WERKZEUGS}def refuse(e):\n    {body}{added}"}
    for code in ("CXD440", "CXD443"):
        assert fixed(by_hand, findings_of(by_hand, code)) == by_hand
    assert "ConnexionResponse" in moved("return {'a': 'no'}, 404", WERKZEUGS, added)


@pytest.mark.parametrize("caught", ["404", "NotFound", "connexion.exceptions.OAuthProblem"])
def test_errors_of_connexion_3_are_read_as_starlettes(caught: str) -> None:
    """They have a ``status_code`` and a ``detail``; several registrations are one change."""
    added = f"\n\napp.add_error_handler({caught}, refuse)\napp.add_error_handler(405, refuse)\n"
    after = moved(f"print(e.code)\n    {READ}", WERKZEUGS, added)
    assert "print(e.status_code)" in after and "status_code=e.status_code," in after
    assert "dumps(dict(a=e.detail, b=HTTPStatus(e.status_code).phrase))" in after


def test_a_handler_of_problems_reads_what_they_have() -> None:
    after = moved(
        "return connexion.FlaskApi.get_response(connexion.problem(e.code, e.name, e.description))",
        HEAD.replace("from http import HTTPStatus\n", ""),
        "\n\napp.add_error_handler(connexion.exceptions.OAuthProblem, refuse)\n",
    )
    assert "return connexion.problem(e.status_code, HTTPStatus(e.status_code).phrase, e.detail)" in after
    assert "from http import HTTPStatus\n" in after


@pytest.mark.parametrize(
    ("caught", "after"),
    [
        ("Conflict", "app.add_error_handler(409, refuse)"),
        ("500", "app.add_error_handler(Exception, refuse)\napp.add_error_handler(500, refuse)"),
        (
            "InternalServerError",
            "app.add_error_handler(Exception, refuse)\napp.add_error_handler(500, refuse)",
        ),
        ("UnprocessableEntity", "app.add_error_handler(422, refuse)"),
        ("Own", "app.add_error_handler(Own, refuse)"),
    ],
)
def test_what_is_not_called_is_registered_for_what_gets_there(caught: str, after: str) -> None:
    head = f"{WERKZEUGS}class Own(Conflict):\n    pass\n\n\ndef refuse(request, e):\n    return e\n\n\n"
    files = {"example.py": f"{head}app.add_error_handler({caught}, refuse)\n"}
    found = findings_of(files, "CXD446")
    assert len(found) == 1
    assert fixed(files, found)["example.py"] == f"{head}{after}\n"


@pytest.mark.parametrize(
    ("caught", "way"), [("BadRequestKeyError", "Register its status;"), ("Own", "Derive `Own` from")]
)
def test_what_has_no_status_of_its_own_is_told(caught: str, way: str) -> None:
    head = "import connexion\nfrom werkzeug.exceptions import BadRequestKeyError\n\n\n"
    head += "class Own(BadRequestKeyError):\n    pass\n\n\ndef refuse(request, e):\n    return e\n\n\n"
    added = f"app = connexion.FlaskApp(__name__)\napp.add_error_handler({caught}, refuse)\n"
    (found,) = findings_of({"example.py": head + added}, "CXD446")
    assert found.fixes[0].title.startswith(way)


def test_what_the_standard_library_brings_stands_first() -> None:
    body = "def refuse(e):\n    return {'a': e.name}, e.code\n\n\napp = connexion.FlaskApp(__name__)\n"
    body += "app.add_error_handler(404, refuse)\n"
    before = {"example.py": f'"""Shop."""\n\nimport connexion\n\n\n{body}'}
    mine = [one for one in findings_of(before) if one.code in ("CXD440", "CXD443")]
    head = '"""Shop."""\n\nfrom http import HTTPStatus\n\nimport connexion\nfrom connexion.jsonifier import'
    assert fixed(before, mine)["example.py"].startswith(head)


def test_what_a_loop_registers() -> None:
    loop = "def refuse(request, e):\n    return e\n\n\nfor one in ({}):\n"
    loop += "    app.add_error_handler(one, refuse)\n"
    files = {"example.py": WERKZEUGS + loop.format("Conflict, 404, 500")}
    after = WERKZEUGS + loop.format("409, 404, 500, Exception")
    assert fixed(files, findings_of(files, "CXD446")) == {"example.py": after}


@pytest.mark.parametrize("caught", ["404", "Refused", "Exception", "500"])
def test_what_is_called_is_not_found_fault_with(caught: str) -> None:
    added = f"app.add_error_handler({caught}, refuse)\napp.add_error_handler(Exception, refuse)\n"
    assert not findings_of(
        {"example.py": f"{HEAD}def refuse(request, e):\n    return e\n\n\n{added}"}, "CXD446"
    )


def test_what_connexion_answers_is_handled_there() -> None:
    """CXD441: the registration moves, and the handler with it, also where it has several."""
    text = f"{HEAD}def refuse(e):\n    return {{'a': 1}}, 401\n\n\n"
    text += "".join(f"app.app.register_error_handler({code}, refuse)\n" for code in (401, 403))
    after = fixed({"example.py": text}, findings_of({"example.py": text}, "CXD441"))["example.py"]
    assert after.endswith("app.add_error_handler(401, refuse)\napp.add_error_handler(403, refuse)\n")
    assert "def refuse(request, e):\n    return ConnexionResponse(" in after
    for other in ("e.code", "current_app.name"):
        files = {"example.py": text.replace("'a': 1", f"'a': {other}")}
        assert fixed(files, findings_of(files, "CXD441")) == files
    files = {"example.py": text + "app.app.register_error_handler(ValueError, refuse)\n"}
    assert fixed(files, findings_of(files, "CXD441")) == files


def test_a_lambda() -> None:
    before = "import connexion\n\napp = connexion.FlaskApp(__name__)\n"
    call = "app.add_error_handler(404, lambda {}e: connexion.problem(404, 'A', str(e)))\n"
    files = {"example.py": before + call.format("")}
    assert fixed(files, findings_of(files, "CXD440")) == {"example.py": before + call.format("request, ")}


def test_where_imports_have_no_order_each_stands_beside_its_package() -> None:
    body = "def refuse(e):\n    return {'a': e.name}, e.code\n\n\napp = connexion.FlaskApp(__name__)\n"
    body += "app.add_error_handler(404, refuse)\n"
    before = {"example.py": f"import os\nimport connexion\nfrom flask import g\n\n\n{body}"}
    mine = [one for one in findings_of(before) if one.code in ("CXD440", "CXD443")]
    assert fixed(before, mine)["example.py"].splitlines()[:6] == [
        "import os",
        "from http import HTTPStatus",
        "import connexion",
        "from connexion.jsonifier import Jsonifier",
        "from connexion.lifecycle import ConnexionResponse",
        "from flask import g",
    ]
