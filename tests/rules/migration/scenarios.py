"""How each page's Before and After is put to the test: the files around it and what must hold.

`check` holds for Before on Connexion 2 and for After on Connexion 3, and fails for Before on Connexion 3,
with `fails` in what it says. `only_three` says why there is no Before to run on Connexion 2.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

HANDLERS = """
import flask


class Price:
    def __str__(self):
        return "9.99 EUR"


def hello(limit=0):
    return {"hello": "you"}


def price():
    return {"price": Price()}


def where():
    return {"address": flask.request.remote_addr}


def fail():
    raise ValueError("failed")


def echo(body):
    return body


def create(pet):
    return pet


def check_key(key, required_scopes=None):
    return {"sub": "me", "uid": "me"}
"""

HEAD = """\
openapi: 3.0.3
info: {title: Examples, version: "1"}
servers: [{url: /v1}]
components:
  securitySchemes:
    key: {type: apiKey, in: header, name: x-api-key, x-apikeyInfoFunc: KEY}
paths:
"""
HELLO = """\
  /hello:
    get:
      operationId: handlers.hello
      parameters: [{name: limit, in: query, schema: {type: integer}}]
      responses: {"200": {description: fine}}
"""


def operation(path: str, function: str, *, method: str = "get", more: str = "") -> str:
    """One more operation of the specification."""
    return f"""\
  {path}:
    {method}:
      operationId: {function}
      responses: {{"200": {{description: fine}}}}
{more}"""


TEXT = "      requestBody: {content: {text/plain: {schema: {type: string}}}}\n"
EITHER = (
    "      requestBody: {content: {application/json: {schema: {type: object}}, text/plain: {schema: {}}}}\n"
)
TYPED = """\
  /typed:
    get:
      operationId: handlers.where
      responses: {"200": {description: fine, content: {application/json: {schema: {type: object}}}}}
"""
SECURED = "      security: [{key: []}]\n"
BODY = """\
      requestBody:
        content: {application/json: {schema: {type: object, required: [name]}}}
"""
SEVERAL_TYPES = """\
  /pets/{name}:
    get:
      operationId: example.show
      parameters: [{name: name, in: path, required: true, schema: {type: string}}]
      responses:
        "200": {description: a pet, content: {application/json: {schema: {type: object}}}}
        "400": {description: wrong, content: {application/problem+json: {schema: {type: object}}}}
"""
ONE_TYPE = """\
  /pets/{name}:
    get:
      operationId: example.show
      parameters: [{name: name, in: path, required: true, schema: {type: string}}]
      responses: {"200": {description: a pet, content: {application/xml: {schema: {type: object}}}}}
"""
ONE_JSON = ONE_TYPE.replace("/xml", "/json")


@dataclass(frozen=True)
class Scenario:
    check: str = "assert ask().status == 200, ask().text"
    fails: str = ""
    paths: str = ""
    hello: str = HELLO
    key: str = "handlers.check_key"
    files: Mapping[str, str] = field(default_factory=dict)
    only_three: str = ""
    packages: bool = False  # it needs Flask extensions
    fresh: bool = False
    around: Mapping[str, str] = field(default_factory=dict)  # what the rule must see beside the example

    def specification(self) -> str:
        return (HEAD + self.hello + self.paths).replace("KEY", self.key)


SERVE = "status = serve()\nassert status == 200, status"
PREFLIGHT = """
answer = ask(method="OPTIONS", headers={
    "Origin": "https://example.org", "Access-Control-Request-Method": "GET"})
assert answer.status == 200, answer.status
assert answer.headers.get("access-control-allow-origin"), answer.headers
"""
MINE = "found = ask('/v1/greet?name=Ann')\n"
BLOCKS = """
import subprocess, sys, socket
with socket.socket() as probe:
    probe.bind(("127.0.0.1", 0))
    port = probe.getsockname()[1]
text = open("example.py").read().replace("8080", str(port))
open("example.py", "w").write(text)
child = subprocess.Popen([sys.executable, "-c", "import example"])
try:
    assert child.wait(8) == 0
finally:
    if child.poll() is None:
        child.terminate()
        child.wait(10)
"""
HOST = """
if THREE:
    import uvicorn
    seen = {}
    uvicorn.run = lambda app, **options: seen.update(options)
else:
    import flask
    seen = {}
    flask.Flask.run = lambda self, host=None, port=None, **options: seen.update(host=host, port=port)
import runpy
runpy.run_path("example.py", run_name="__main__")
assert seen.get("host", "127.0.0.1") == "0.0.0.0", seen
"""
APPLICATION = """
application = load().application
if hasattr(application, "wsgi_app"):
    status = application.test_client().get("/v1/hello").status_code
else:
    from starlette.testclient import TestClient
    status = TestClient(application).get("/v1/hello").status_code
assert status == 200, status
"""
METRICS = """
import contextlib
timers = []


def initialize():
    pass


@contextlib.contextmanager
def timing(module, name):
    yield


def timer(module, name, delta_ms):
    timers.append((module, name))
"""
RESTY = """\
  /hello:
    get:
      responses: {"200": {description: fine}}
"""
PLAIN_VIEWS = """
class HelloView:
    def search(self):
        return {"by": "search"}

    def get(self):
        return {"by": "get"}
"""
FLASK_VIEWS = "import flask.views\n\n" + PLAIN_VIEWS.replace("HelloView", "HelloView(flask.views.MethodView)")
WIDE = "outside of Connexion 3 there is nothing of the kind"

SCENARIOS: dict[str, Scenario] = {
    "CXD401": Scenario(fails="No module named 'connexion.decorators.produces'"),
    "CXD402": Scenario(fails="cannot import name 'AuthenticationProblem'"),
    "CXD403": Scenario(fails="has no attribute 'AioHttpApp'", only_three="aiohttp is not installed there"),
    "CXD404": Scenario(fails="No module named 'connexion.apps.flask_app'"),
    "CXD405": Scenario(
        "found = ask('/v1/who', headers={'x-api-key': 'k'})\nassert found.status == 200, found.text",
        "'module' object is not subscriptable",
        operation("/who", "example.who", more=SECURED),
    ),
    "CXD406": Scenario(fails="cannot import name 'JSONEncoder' from 'flask.json'"),
    "CXD410": Scenario(SERVE, "unexpected keyword argument 'host'"),
    "CXD411": Scenario(fails="takes 2 positional arguments but 3 were given"),
    "CXD412": Scenario(
        "found = ask('/v1/greet', headers={'x-api-key': 'k'})\nassert found.status == 200, found.text",
        "missing 1 required positional argument: 'ctx'",
        operation("/greet", "example.greet", more=SECURED),
        around={"openapi.yaml": HEAD + operation("/greet", "example.greet", more=SECURED)},
    ),
    "CXD413": Scenario(fails="takes 2 positional arguments but 3 were given"),
    "CXD414": Scenario(
        "found = ask('/v1/echo', 'POST', json={'n': 1})\nassert found.status == 200, found.text",
        "is not subscriptable",
        operation("/echo", "handlers.echo", method="post", more=BODY),
    ),
    "CXD415": Scenario("assert 'HELLO' in ask().text, ask().text", "AssertionError"),
    "CXD416": Scenario(fails="has no attribute 'specification_dir'"),
    "CXD417": Scenario(
        fails="has no attribute 'as_view'",
        hello=RESTY,
        files={"api.py": PLAIN_VIEWS},
        around={"api.py": PLAIN_VIEWS},
    ),
    "CXD418": Scenario(
        "assert 'search' in ask().text, ask().text",
        "AssertionError",
        hello=RESTY,
        files={"api.py": FLASK_VIEWS},
        around={"api.py": FLASK_VIEWS},
    ),
    "CXD419": Scenario(
        "assert ask('/v1/ui/').status == 404, ask('/v1/ui/').status",
        "AssertionError: 200",
        only_three="`add_api` refuses the keyword there",
    ),
    "CXD420": Scenario("assert ask('/v1/docs/').status == 200", "unexpected keyword argument 'options'"),
    "CXD421": Scenario("assert ask('/v1/ui/').status == 404, ask('/v1/ui/').status", "AssertionError: 200"),
    "CXD422": Scenario(
        "assert ask('/v1/docs/').status == 200", "should be of type `SwaggerUIOptions`", only_three=WIDE
    ),
    "CXD423": Scenario(SERVE, "unexpected keyword argument"),
    "CXD424": Scenario(SERVE, "the process ended with"),
    "CXD425": Scenario(
        HOST, "AssertionError", around={"Dockerfile": 'FROM python:3.12\nCMD ["python", "example.py"]\n'}
    ),
    "CXD426": Scenario(BLOCKS, "timed out", only_three="it is wrong there too"),
    "CXD427": Scenario(SERVE, "the process ended with", only_three=WIDE),
    "CXD428": Scenario(SERVE, "AssertionError: 500"),
    "CXD429": Scenario(SERVE, "AssertionError: 500"),
    "CXD430": Scenario(
        "found = ask('/v1/hello?limit=x')\nassert found.headers.get('x-served-by') == 'hello', found.status",
        "AssertionError: 400",
    ),
    "CXD431": Scenario(fails="has no attribute 'before_first_request'"),
    "CXD432": Scenario(PREFLIGHT, "AssertionError: 405", packages=True),
    "CXD433": Scenario(
        "found = ask('/v1/price')\nassert '9.99' in found.text, found.status",
        "AssertionError: 500",
        operation("/price", "handlers.price"),
    ),
    "CXD434": Scenario(
        "found = ask('/v1/where', headers={'x-forwarded-for': '9.9.9.9'})\nassert '9.9.9.9' in "
        "found.text, found.text",
        "AssertionError",
        operation("/where", "handlers.where"),
    ),
    "CXD435": Scenario(PREFLIGHT, "AssertionError: 405", only_three=WIDE),
    "CXD436": Scenario(
        "found = ask('/v1/hello?limit=x')\nassert found.headers.get('x-frame-options'), found.status",
        "AssertionError: 400",
        packages=True,
    ),
    "CXD437": Scenario(APPLICATION, "404"),
    "CXD438": Scenario(
        "found = ask('/v1/name')\nassert 'Zo\u00eb' in found.text, found.text",
        "AssertionError",
        operation("/name", "names.show"),
        files={"names.py": "def show():\n    return {'name': 'Zo\u00eb'}\n"},
    ),
    "CXD440": Scenario(
        "found = ask('/v1/fail')\nassert found.status == 418, found.status",
        "AssertionError: 500",
        operation("/fail", "handlers.fail"),
    ),
    "CXD441": Scenario(
        "found = ask('/v1/hello?limit=x')\nassert found.status == 418, found.status", "AssertionError: 400"
    ),
    "CXD442": Scenario(
        MINE + "assert found.status == 418, found.status",
        "has no attribute 'get_response'",
        operation("/greet", "example.greet"),
    ),
    "CXD443": Scenario(
        "found = ask('/v1/fail')\nassert found.status == 418, found.status",
        "AssertionError: 500",
        operation("/fail", "handlers.fail"),
    ),
    "CXD444": Scenario(
        "found = ask('/v1/refused')\nassert found.status == 418 and 'short' in found.text, found.text",
        "takes 1 positional argument but 4",
        operation("/refused", "example.refuse"),
    ),
    "CXD445": Scenario(
        "found = ask('/v1/refused')\nassert found.status == 400 and 'no such pet' in found.text, found.text",
        "AssertionError",
        operation("/refused", "example.refuse"),
    ),
    "CXD446": Scenario(
        "found = ask('/v1/clash')\nassert found.status == 418, found.status",
        "AssertionError: 409",
        operation("/clash", "clashes.clash"),
        files={
            "clashes.py": "import werkzeug.exceptions\ndef clash(): raise werkzeug.exceptions.Conflict()\n"
        },
        only_three="handlers take one argument there",
    ),
    "CXD450": Scenario(
        MINE + "assert 'Ann' in found.text, found.text",
        "has no attribute 'args'",
        operation(
            "/greet",
            "example.greet",
            more="      parameters: [{name: name, in: query, schema: {type: string}}]\n",
        ),
    ),
    "CXD451": Scenario(
        "found = ask('/v1/secret', headers={'x-api-key': 'k'})\nassert found.status == 200, found.text",
        "outside of operation context",
        operation("/secret", "handlers.where", more=SECURED),
        key="example.check",
        around={"openapi.yaml": "openapi: 3.0.3\nx-apikeyInfoFunc: example.check\n"},
    ),
    "CXD458": Scenario(
        "found = ask('/v1/secret', headers={'x-api-key': 'wrong'})\nassert found.status == 401, found.text\n"
        "assert 'no such key' in found.text",
        "AssertionError",
        operation("/secret", "handlers.where", more=SECURED),
        key="example.check",
        around={"openapi.yaml": "openapi: 3.0.3\nx-apikeyInfoFunc: example.check\n"},
    ),
    "CXD452": Scenario(
        "import uwsgi_metrics\nask()\nassert uwsgi_metrics.timers or 'uwsgi' not in "
        "open('example.py').read()",
        "AssertionError",
        files={"uwsgi_metrics.py": METRICS},
        fresh=True,
    ),
    "CXD453": Scenario(
        "found = ask('/agent', headers={'user-agent': 'Ann'})\nassert found.text == 'Ann', found.text",
        "outside of operation context",
    ),
    "CXD454": Scenario(
        "found = ask('/v1/pets', 'POST', json={'n': 1})\nassert found.status == 200, found.text",
        "missing 1 required positional argument: 'pet'",
    ),
    "CXD455": Scenario(
        "found = ask('/v1/pets/Tom')\nassert found.status == 200, found.text",
        "Multiple response content types",
        paths=SEVERAL_TYPES,
        around={"openapi.yaml": HEAD + SEVERAL_TYPES},
    ),
    "CXD456": Scenario(
        "found = ask('/v1/pets/Tom')\nassert 'Tom' in found.text and found.status == 200, found.text",
        "AssertionError: name",
        paths=ONE_TYPE,
        around={"openapi.yaml": HEAD + ONE_TYPE},
    ),
    "CXD457": Scenario(
        "found = ask('/v1/pets', 'POST')\nassert found.status == 200, found.text",
        "Request body must not be empty",
    ),
    "CXD459": Scenario(
        "found = ask('/v1/pets', 'POST', data={'age': '-1'})\nassert found.status == 400, found.text",
        "AssertionError",
    ),
    "CXD472": Scenario(
        "found = ask('/v1/notes', 'POST')\nassert found.status == 200, found.text",
        "AssertionError",
        operation("/notes", "example.note", method="post", more=TEXT),
        around={"openapi.yaml": HEAD + operation("/notes", "example.note", method="post", more=TEXT)},
    ),
    "CXD473": Scenario(
        "assert ask('/v1/typed').status == 200\nfound = ask('/v1/typed', 'HEAD')\n"
        "assert found.status == 200, found.status",
        "AssertionError: 500",
        TYPED,
        around={"openapi.yaml": HEAD + TYPED},
    ),
    "CXD474": Scenario(
        "found = ask('/v1/pets', headers={'X-Level': '5'})\nassert found.status == 200, found.text",
        "is not of type 'integer'",
    ),
    "CXD476": Scenario(
        "found = ask('/v1/pets', 'POST', json={'name': 'Tom'})\nassert found.status == 200, found.text",
        "'id' is a required property",
    ),
    "CXD477": Scenario(
        "found = ask('/v1/pets')\nassert found.status == 200, found.text",
        "'secret' is a required property",
    ),
    "CXD478": Scenario(
        "found = ask('/v1/pets', 'POST', json={'id': 3, 'name': 'Tom'})\nassert found.status == 400",
        "AssertionError",
    ),
    "CXD479": Scenario(
        "found = ask('/v1/pets/Tom')\nassert 'Tom' in found.text and found.status == 200, found.text",
        "AssertionError: name",
        paths=ONE_JSON,
        around={"openapi.yaml": HEAD + ONE_JSON},
    ),
    "CXD480": Scenario(
        "found = ask('/v1/pets/Tom')\nassert 'Tom' in found.text and found.status == 200, found.text",
        "is not defined in operation spec",
        paths=ONE_JSON,
        around={"openapi.yaml": HEAD + ONE_JSON},
    ),
    "CXD475": Scenario(
        "found = ask('/v1/notes', 'POST', json={'text': 'a'})\nassert found.status == 200, found.text",
        "AssertionError",
        operation("/notes", "example.note", method="post", more=EITHER),
        around={"openapi.yaml": HEAD + operation("/notes", "example.note", method="post", more=EITHER)},
    ),
    "CXD460": Scenario("load().test_hello()", "404"),
    "CXD461": Scenario(
        "load().test_hello()",
        "unexpected keyword argument 'query_string'",
        only_three="its client is app.app's",
    ),
    "CXD462": Scenario(
        "load().test_hello()", "has no attribute 'get_json'", only_three="its client is app.app's"
    ),
}
