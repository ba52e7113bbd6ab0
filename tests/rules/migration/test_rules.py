"""Forms that the examples of the pages do not show, and what must not be reported."""

from __future__ import annotations

from dataclasses import replace

import pytest

from connexion_doctor.model import Applicability, Later, Severity
from connexion_doctor.requirements.read import Declared
from connexion_doctor.rules.migration import check_project, make_plan, targets_three
from connexion_doctor.rules.migration.plan import Plan, Step
from connexion_doctor.rules.versions import Requirements
from tests.rules.migration.project import PAGES, findings_of, found, noop, sources_of, transformed
from tests.rules.versions.helpers import subject

HEAD = "import connexion\n\napp = connexion.FlaskApp(__name__)\n"

BOTH = """\
import connexion
from connexion import NoContent, problem, request
from connexion.exceptions import OAuthProblem
from connexion.resolver import MethodViewResolver, RestyResolver


def handler(limit):
    if request.headers.get("x"):
        return problem(400, "a", "b")
    return NoContent, 204


app = connexion.FlaskApp(__name__, specification_dir="spec", server_args={"static_folder": None})
app.add_api("api.yaml", strict_validation=True, validate_responses=True, arguments={"a": 1}, base_path="/v1")
app.add_url_rule("/x", "x", handler)
app.app.config["A"] = 1
app.app.register_blueprint(None)


@app.route("/y")
def y():
    return "y"


@app.app.teardown_appcontext
def end(error):
    pass


def work():
    with app.app.app_context():
        pass


if __name__ == "__main__":
    app.run(host="127.0.0.1", port=8080)
"""


def test_what_is_right_in_both_versions() -> None:
    noop(BOTH)


@pytest.mark.parametrize(
    "text",
    [
        "try:\n    from connexion.apps.flask_app import FlaskJSONEncoder\nexcept ImportError:\n  "
        "  import connexion\n",
        "import connexion\nif version('connexion') < '3':\n    from connexion.apis import AbstractAPI\n",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from connexion.apis import AbstractAPI\n",
        "from connexion.context import context\n\ndef f():\n    return context['user']\n",
        "from flask import request\nimport connexion\n\ndef f():\n    return request.args\n",
        "from connexion import request\n\nasync def f():\n    return await request.json()\n",
        HEAD + "app.add_error_handler(404, lambda request, error: None)\n",
        HEAD + "app.app.register_error_handler(ValueError, lambda error: 'x')\n",
        HEAD + "app.app.register_error_handler(404, lambda error: 'x')\n",
        HEAD + "flask_app = app.app\n",
        HEAD + "app.add_wsgi_middleware(object, x_proto=1)\n",
        HEAD + "import flask\n\n@app.app.before_request\ndef f():\n    flask.g.db = 1\n",
        HEAD + "if __name__ == '__main__':\n    app.run('example:app', reload=True)\n",
    ],
)
def test_not_reported(text: str) -> None:
    noop(text)


def test_severity_of_ignored_options() -> None:
    off = found(HEAD + "app.add_api('a.yaml', options={'serve_spec': False})\n", "CXD421")[0]
    moved = found(HEAD + "app.add_api('a.yaml', options={'swagger_url': '/docs'})\n", "CXD421")[0]
    unknown = found(HEAD + "app.add_api('a.yaml', options=settings())\n", "CXD421")[0]
    assert [off.severity, moved.severity, unknown.severity] == [
        Severity.ERROR,
        Severity.WARNING,
        Severity.ERROR,
    ]
    assert unknown.fixes[0].applicability is Applicability.MANUAL


def test_the_version_is_asked_of_what_is_installed() -> None:
    transformed(
        "import connexion\n\nprint(connexion.__version__)\n",
        'import importlib.metadata\n\nimport connexion\n\nprint(importlib.metadata.version("connexion"))\n',
        "CXD402",
    )
    (one,) = found("from connexion import __version__\n", "CXD402")
    assert "importlib.metadata.version" in one.fixes[0].title


def test_a_path_of_the_swagger_ui_gets_its_slash() -> None:
    head = "import connexion\nfrom connexion.options import SwaggerUIOptions\n\n"
    transformed(
        "import connexion\n\na = connexion.App('a', options={'swagger_url': 'docs'})\n"
        "a.add_api('a.yaml', options={'openapi_spec_path': 'a.json'})\n"
        "a.add_api('b.yaml', options={'swagger_url': '/b', 'swagger_path': 'ui'})\n",
        f"{head}a = connexion.App('a', swagger_ui_options=SwaggerUIOptions(swagger_ui_path=\"/docs\"))\n"
        "a.add_api('a.yaml', swagger_ui_options=SwaggerUIOptions(spec_path=\"/a.json\"))\n"
        "a.add_api('b.yaml', swagger_ui_options="
        "SwaggerUIOptions(swagger_ui_path='/b', swagger_ui_template_dir='ui'))\n",
    )


def test_options_behind_a_name_with_a_parser() -> None:
    transformed(
        "import connexion\nfrom parsers import P\n\no = {'swagger_ui': False, 'uri_parser_class': P}\n"
        "app = connexion.FlaskApp(__name__, options=o)\n",
        "import connexion\nfrom connexion.options import SwaggerUIOptions\nfrom parsers import P\n\n"
        "o = {'swagger_ui': False, 'uri_parser_class': P}\n"
        "app = connexion.FlaskApp(__name__, swagger_ui_options=SwaggerUIOptions(swagger_ui=False), "
        "uri_parser_class=P)\n",
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("app.run(debug=True)", "app.run()"),
        ("app.run(port=1, debug=True)", "app.run(port=1)"),
        ("app.run(debug=True, port=1)", "app.run(port=1)"),
        ("app.run(\n    port=1,\n    debug=True,\n)", "app.run(\n    port=1,\n)"),
        ("app.run(server='gevent', port=1, threaded=True)", "app.run(port=1)"),
        ("app.run(ssl_context=('a.pem', 'k.pem'))", "app.run(ssl_certfile='a.pem', ssl_keyfile='k.pem')"),
    ],
)
def test_run(before: str, after: str) -> None:
    transformed(HEAD + before + "\n", HEAD + after + "\n", "CXD423")


def test_proxy_fix_with_positional_arguments_and_another_name() -> None:
    head = "import connexion\nfrom werkzeug.middleware.proxy_fix import ProxyFix\n\n"
    head += "cnx = connexion.App(__name__)\napp = cnx.app\n"
    transformed(
        head + "app.wsgi_app = ProxyFix(app.wsgi_app, 1, x_proto=1)\n",
        head + "cnx.add_wsgi_middleware(ProxyFix, x_for=1, x_proto=1)\n",
    )


CONFIGURED = {
    "app.app.config.update(JSON_AS_ASCII=False)\n": "app.app.json.ensure_ascii = False\n",
    "app.app.config.from_mapping(JSON_SORT_KEYS=False)\n": "app.app.json.sort_keys = False\n",
    "import flask\n\ndef f():\n    flask.current_app.config['JSON_SORT_KEYS'] = False\n":
        "import flask\n\ndef f():\n    flask.current_app.json.sort_keys = False\n",
    "app.app.config.update(JSON_AS_ASCII=False, A=1)\n":
        "app.app.config.update(A=1)\napp.app.json.ensure_ascii = False\n",
    "app.app.config.update(JSON_AS_ASCII=False, JSONIFY_PRETTYPRINT_REGULAR=True)\n":
        "app.app.json.ensure_ascii = False\napp.app.json.compact = False\n",
    "app.app.config['JSONIFY_PRETTYPRINT_REGULAR'] = DEBUG\n": "app.app.json.compact = not DEBUG\n",
    "app.app.config['JSONIFY_MIMETYPE'] = 'a/b'\n": "app.app.json.mimetype = 'a/b'\n",
    "app.app.config.update({'JSON_AS_ASCII': False})\n":
        "app.app.config.update({'JSON_AS_ASCII': False})\napp.app.json.ensure_ascii = False\n",
    "class A:\n    JSON_SORT_KEYS = False\n\nclass B(A):\n    X = 1\n\napp.app.config.from_object(B)\n":
        "class A:\n    JSON_SORT_KEYS = False\n\nclass B(A):\n    X = 1\n\napp.app.config.from_object(B)\n"
        'app.app.json.sort_keys = app.app.config["JSON_SORT_KEYS"]\n',
    "app.app.config.update(**{'JSON_AS_ASCII': False})\n": None,
    "config = app.app.config\nconfig['JSON_AS_ASCII'] = False\n": None,
    "app.app.config['JSON_AS_ASCII'] = app.app.config['X'] = False\n": None,
}  # fmt: skip


@pytest.mark.parametrize("text", CONFIGURED)
def test_settings_for_json_wherever_they_are_given(text: str) -> None:
    after = CONFIGURED[text]
    if after is not None:
        transformed(HEAD + text, HEAD + after, "CXD438")
    else:
        assert [one.fixes[0].edits for one in found(HEAD + text, "CXD438")] == [()]


def test_a_decoder_of_the_flask_app() -> None:
    (one,) = found(HEAD + "app.app.json_decoder = Decoder\n", "CXD433")
    assert "json_decoder" in one.message


@pytest.mark.parametrize("name", ["RestyResolver", "MethodViewResolver"])
def test_resolvers_take_their_second_argument_by_name(name: str) -> None:
    head = f"import connexion\nfrom connexion.resolver import {name}\napp = connexion.FlaskApp(__name__)\n"
    transformed(
        head + f"app.add_api('a.yaml', resolver={name}('api', 'list'))\n",
        head + f"app.add_api('a.yaml', resolver={name}('api', collection_endpoint_name='list'))\n",
        "CXD413",
    )


def test_client_calls() -> None:
    head = HEAD + "\n\ndef test():\n    client = app.test_client()\n    "
    for before, after in (
        ("client.open('/x', method='GET')", "client.request('GET', '/x')"),
        ("client.delete('/x', json={})", "client.request(\"DELETE\", '/x', json={})"),
        ("client.post('/x', data='a', content_type='text/plain')",
         "client.post('/x', content='a', headers={\"content-type\": 'text/plain'})"),
        ("assert client.get('/x').json['a']", "assert client.get('/x').json()['a']"),
        ("assert client.get('/x').get_data(as_text=True)", "assert client.get('/x').text"),
    ):  # fmt: skip
        transformed(head + before + "\n", head + after + "\n")


def test_body_names() -> None:
    head = {"a.py": "import connexion\n"}
    body = "openapi: 3.0.0\npaths:\n  /x:\n    post:\n      requestBody:\n"
    noop(head | {"openapi.yaml": f"{body}        x-body-name: x\n"})
    files = head | {"openapi.yaml": "openapi: 3.0.0\ncomponents:\n  schemas:\n    A:\n      x-body-name: a\n"}
    assert found(files, "CXD454")[0].fixes[0].applicability is Applicability.MANUAL


def test_which_projects_are_looked_at() -> None:
    sources = sources_of(HEAD + "app.run(debug=True)\n")
    two = subject("connexion<3\n")
    assert check_project(sources, two) == []
    assert check_project(sources, two, 3)
    assert check_project(sources, subject("connexion>=3\n"))
    assert targets_three(Requirements(None, Declared())), "a fresh install takes 3 where nothing is asked for"


def test_plan() -> None:
    text = "import connexion\nfrom connexion.decorators.produces import NoContent\n"
    text += "app = connexion.FlaskApp(__name__, options={})\napp.run(debug=True)\n"
    plan = make_plan(findings_of(text))
    assert [(step.number, step.title) for step in plan.steps] == [
        (1, "Imports"),
        (2, "The app and its APIs"),
        (3, "Start"),
    ]
    assert (plan.count, plan.fixed) == (4, 4)
    assert plan.summary == "4 places to change in 3 steps; the fixes do 4 (4 of them safe), 0 are by hand."
    lines = make_plan(findings_of(text), [Later("Procfile:1")]).text.splitlines()
    assert lines[1].startswith("Step 1 of 4: Imports (1 place, automatic): Import from")
    assert lines[4].startswith("Step 4 of 4: Servers (1 start): Give these an ASGI server")
    assert lines[5] == "Procfile:1: The doctor says how once Connexion 3 is installed."
    one = make_plan(found(HEAD + "app.run(debug=1)\n", "CXD423"))
    assert one.summary.startswith("1 place to change in 1 step;")
    assert make_plan([]).summary == "Nothing in the code has to change for Connexion 3."


@pytest.mark.parametrize(
    ("places", "fixed", "end"),
    [(1, 1, "0 are by hand."), (1, 0, "1 is by hand."), (2, 1, "1 is by hand."), (3, 1, "2 are by hand.")],
)
def test_what_is_by_hand_has_its_plural(places: int, fixed: int, end: str) -> None:
    found = (
        tuple(findings_of("import connexion\nfrom connexion.decorators.produces import NoContent\n"))[:1]
        * places
    )
    said = Plan((Step(1, "Imports", "Import them.", found, fixed, fixed),)).summary
    assert said.startswith(f"{places} place{'' if places == 1 else 's'} to change in 1 step;")
    assert said.endswith(end)


def test_every_rule_has_a_step() -> None:
    finding = findings_of("import connexion\nfrom connexion.apis import AbstractAPI\n")[0]
    for code in PAGES:
        assert make_plan([replace(finding, code=code)]).count == 1, code


WAITRESS = {
    # before, after: waitress listens on 0.0.0.0:8080 unless it is told otherwise, uvicorn elsewhere
    "all said": (
        "import waitress\nwaitress.serve(app, host=h, port=80)\n",
        "uvicorn.run(app, host=h, port=80)\n",
    ),
    "by its name": (
        "from waitress import serve\nserve(app, port=80)\n",
        'uvicorn.run(app, port=80, host="0.0.0.0")\n',
    ),
    "nothing said": (
        "import waitress\nwaitress.serve(app)\n",
        'uvicorn.run(app, host="0.0.0.0", port=8080)\n',
    ),
}


@pytest.mark.parametrize("name", WAITRESS)
def test_waitress_becomes_uvicorn_on_the_same_address(name: str) -> None:
    before, after = WAITRESS[name]
    imported = HEAD.replace("import connexion\n", "import connexion\nimport uvicorn\n")
    transformed(HEAD + before, imported + after, "CXD429")


def test_what_waitress_alone_knows_stays_by_hand() -> None:
    (one,) = found(f"{HEAD}import waitress\nwaitress.serve(app, listen='*:80', threads=3)\n", "CXD429")
    assert one.fixes[0].edits == ()
