"""Tests: Flask's test client became the one of Starlette, with httpx's arguments and responses."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from connexion_doctor.foundation import late
from connexion_doctor.model import Edit, Finding, Location, Severity
from connexion_doctor.python import Sources, Use
from connexion_doctor.python.edits import insert, replace
from connexion_doctor.rules.base import finding, rule
from connexion_doctor.rules.migration import app_fixtures, client_responses, flask_testing, imported_apps
from connexion_doctor.rules.migration.client_calls import GONE, ClientCall, cookies_set
from connexion_doctor.rules.migration.uses import INNER, fix, inner_calls, listed, outer_app, receiver

_CLIENT = r"connexion\.(FlaskApp|AsyncApp)\(\)(?P<inner>\.app)?\.test_client\(\)(\.__enter__\(\))?"
_VERBS = "get|post|put|patch|delete|head|options|open|request|trace"
_CALL = late.pattern(rf"{_CLIENT}\.(?P<verb>{_VERBS})")
_RESPONSE = late.pattern(rf"{_CLIENT}\.({_VERBS})\(\)(?P<headers>\.headers)?")
_MADE = late.pattern(_CLIENT)
_REDIRECTS = late.pattern(r"\b30[12378]\b|follow_redirects|[lL]ocation\b|LOCATION")


@rule("CXD460", "test-client-of-inner-app", Severity.ERROR)
def inner_client(sources: Sources) -> Iterator[Finding]:
    """Tests use the test client of the Flask app inside.

    What happens: Each path of the specification is a 404, raised as
        `starlette.exceptions.HTTPException: 404`; and a first request to the Flask app makes Connexion fail
        afterwards: `The setup method 'register_blueprint' can no longer be called`.

    Why: The routes are added when Connexion builds its stack, which the Flask app never asks for.

    Fix: `app.test_client()`. It is Starlette's client: its arguments and responses are those of httpx
        (CXD461, CXD462), and it follows redirects unless it is made with `follow_redirects=False`.

    Before:
        import connexion

        app = connexion.FlaskApp(__name__)
        app.add_api("openapi.yaml")


        def test_hello():
            client = app.app.test_client()
            assert client.get("/v1/hello").status_code == 200

    After:
        import connexion

        app = connexion.FlaskApp(__name__)
        app.add_api("openapi.yaml")


        def test_hello():
            client = app.test_client()
            assert client.get("/v1/hello").status_code == 200

    Sources:
        https://github.com/spec-first/connexion/issues/1826
        https://connexion.readthedocs.io/en/latest/testing.html
        test: tests/rules/migration/scenarios.py
    """
    redirected = _reads_redirects(sources)
    for use, _ in inner_calls(sources, "test_client"):
        inner = receiver(use)
        outer = outer_app(sources, inner, use) if inner is not None else None
        edits: tuple[Edit, ...] = ()
        if inner is not None and not use.node.args and not use.node.keywords:
            own = (replace(use.module, inner, outer),) if outer is not None else ()
            edits = own or app_fixtures.edits(sources, use, inner) or imported_apps.edits(sources, use, inner)
            if edits and redirected:
                line, column = use.module.location(use.node).end
                edits += (insert(use.module, line, column - 1, "follow_redirects=False"),)
        yield finding(
            "The test client of the Flask app inside finds no path of the specification.",
            location=use.module.location(use.node),
            fixes=fix(
                "Use the test client of the Connexion app.",
                edits,
                unsafe=True,
                costs=["it is Starlette's client: arguments and responses are those of httpx"],
            ),
        )
    for module in sources.modules:
        for cls in module.classes:
            bases = [sources.names.value(base, module, cls.scope) for base in cls.node.bases]
            if cls.guarded or "flask_testing.TestCase" not in bases:
                continue
            made = sources.names.called(f"@{module.path}:{cls.node.name}.create_app")
            if made is not None and sources.names.outside(made) == INNER:
                yield finding(
                    "Flask-Testing makes its client from the Flask app, which finds no path of "
                    "the specification.",
                    location=Location(module.path, cls.node.lineno, module.location(cls.node).column),
                    fixes=fix(
                        "Derive from `unittest.TestCase`, and make `self.client` with `app.test_client()`, "
                        "`app` being the Connexion app.",
                        flask_testing.edits(sources, cls),
                        unsafe=True,
                        costs=["it is Starlette's client: arguments and responses are those of httpx"],
                    ),
                )


def _reads_redirects(sources: Sources) -> bool:
    """Whether a test may look at a redirect: Starlette's client follows them, Flask's gives them back."""
    return any(_REDIRECTS.search(module.source.text) for module in sources.modules if "test" in module.path)


@rule("CXD461", "test-client-arguments", Severity.ERROR)
def arguments(sources: Sources) -> Iterator[Finding]:
    """The test client is called with arguments of Flask's client.

    What happens: `TypeError: get() got an unexpected keyword argument 'query_string'`, or
        `AttributeError: 'TestClient' object has no attribute 'open'`.

    Why: The test client of Connexion 3 is the one of Starlette, which takes httpx's arguments.

    Fix: `query_string=` -> `params=`, `content_type="x"` -> `headers={"content-type": "x"}`,
        `delete(json=...)` -> `request("DELETE", ..., json=...)`, `open(path, method="GET")` ->
        `request("GET", path)`, `set_cookie("localhost", "name", "value")` ->
        `cookies.set("name", "value")`. Of a multipart request `data=` with its files becomes `files=` without
        any content type: httpx writes it, with the boundary. One that is set by hand has none, and the
        request ends in 500. Flask's `(stream, name, type)` of a file is `(name, stream, type)`.

    Before:
        import connexion

        app = connexion.FlaskApp(__name__)
        app.add_api("openapi.yaml")


        def test_hello():
            client = app.test_client()
            assert client.get("/v1/hello", query_string={"limit": 3}).status_code == 200

    After:
        import connexion

        app = connexion.FlaskApp(__name__)
        app.add_api("openapi.yaml")


        def test_hello():
            client = app.test_client()
            assert client.get("/v1/hello", params={"limit": 3}).status_code == 200

    Sources:
        https://github.com/apache/airflow/pull/39055
        https://connexion.readthedocs.io/en/latest/testing.html
        test: tests/rules/migration/scenarios.py
    """
    for use, name in sources.calls:
        match = _CALL.fullmatch(name)
        if match is None or use.guarded:
            continue
        call = ClientCall(sources, use, match["verb"])
        what = [*(["open"] if call.verb == "open" else []), *call.unknown, *call.bodies]
        if not what and not call.is_multipart:
            continue
        if what:
            only_bodies = call.bodies and not call.unknown
            told = f"Starlette's test client does not know {listed(what)}"
            told += f" of `{call.verb}`." if only_bodies else "."
        else:
            told = "A multipart content type that is set by hand has no boundary: the request ends in 500."
        yield finding(
            told,
            location=use.module.location(call.keywords[call.unknown[0]] if call.unknown else use.node),
            fixes=fix("Call it as httpx is called.", call.edits(), unsafe=match["inner"] is not None),
        )
    for attribute, base in sources.attributes:
        match = _MADE.fullmatch(base)
        if match is None or attribute.guarded or attribute.node.attr not in GONE:
            continue
        yield finding(
            f"Starlette's test client has no `{attribute.node.attr}`.",
            location=attribute.module.location(attribute.node),
            fixes=fix(GONE[attribute.node.attr], cookies_set(attribute), unsafe=match["inner"] is not None),
        )


@rule("CXD462", "test-response-attributes", Severity.ERROR)
def responses(sources: Sources) -> Iterator[Finding]:
    """A response of the test client is read as one of Flask's.

    What happens: `AttributeError: 'Response' object has no attribute 'get_json'`, or `response.json["x"]`
        raises `TypeError: 'method' object is not subscriptable`.

    Why: The test client of Connexion 3 returns responses of httpx.

    Fix: `.get_json()` and `.json` -> `.json()`, `.data` -> `.content`, `.get_data(as_text=True)` -> `.text`,
        `.mimetype` -> `.headers["content-type"]`, `.location` -> `.headers.get("location")`.

    Before:
        import connexion

        app = connexion.FlaskApp(__name__)
        app.add_api("openapi.yaml")


        def test_hello():
            response = app.test_client().get("/v1/hello")
            assert response.get_json() == {"hello": "you"}

    After:
        import connexion

        app = connexion.FlaskApp(__name__)
        app.add_api("openapi.yaml")


        def test_hello():
            response = app.test_client().get("/v1/hello")
            assert response.json() == {"hello": "you"}

    Sources:
        https://github.com/apache/airflow/pull/39055
        https://connexion.readthedocs.io/en/latest/testing.html
        test: tests/rules/migration/scenarios.py
    """
    called: dict[int, Use[ast.Call]] = {}
    for module in sources.modules:
        called |= {id(call.node.func): call for call in module.calls}
    for use, base in sources.attributes:
        match = _RESPONSE.fullmatch(base)
        if match is None or use.guarded:
            continue
        reading = client_responses.reading(use, called.get(id(use.node)), match["headers"] is not None)
        if reading is None:
            continue
        of = "The headers" if match["headers"] else "A response"
        yield finding(
            f"{of} of httpx {'have' if match['headers'] else 'has'} no `{use.node.attr}` as Flask's has.",
            location=use.module.location(use.node),
            fixes=fix(reading.title, reading.edits, unsafe=match["inner"] is not None),
        )
