"""What a handler takes against what its operation gives (CXD131): predicted, and asked of the app itself."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.running import Done, diagnose, doctor, environ, project, target

QUERY = "      parameters: [{name: limit, in: query, schema: {type: integer}}]\n"
HEADER = "      parameters: [{name: x_trace, in: header, required: true, schema: {type: string}}]\n"
BODY = "      requestBody: {content: {application/json: {schema: {type: object}}}}\n"
PARTS = BODY.replace("type: object", "type: object, properties: {pet: {type: string}}")
NAMED_BODY = BODY.replace("{content", "{x-body-name: pet, content")
BESIDE = BODY.replace("{type: object}", "{x-body-name: pet, $ref: '#/components/schemas/Pet'}")
SECURED = "      security: [{key: []}]\n"

# What Connexion 2 answers where it differs, and whether the rule speaks up there.
OLD = {"context": 500, "beside": 200}
# name of the handler -> its code, route, more of its operation, the request that shows it, what it answers,
# what the rule says
HANDLERS: dict[str, tuple[str, str, str, str, int, str | None]] = {
    "fine": ("def fine(): return {}", "/fine", "", "/fine", 200, None),
    "path": ("def path(name): return {}", "/path/{name}", "", "/path/a", 200, None),
    "camel": ("def camel(petId): return {}", "/camel/{petId}", "", "/camel/a", 200, None),
    "everything": ("def everything(**more): return {}", "/everything/{a}", QUERY, "/everything/a", 200, None),
    "ignores": ("def ignores(): return {}", "/ignores", QUERY, "/ignores?limit=1", 200, None),
    "defaults": ("def defaults(limit=1): return {}", "/defaults", QUERY, "/defaults", 200, None),
    "body": ("def body(body): return {}", "/body", BODY, "POST /body", 200, None),
    "named": ("def named(pet): return {}", "/named", NAMED_BODY, "POST /named", 200, None),
    "beside": ("def beside(pet): return {}", "/beside", BESIDE, "POST /beside", 500, "requires pet"),
    "context": ("def context(context_): return {}", "/context", "", "/context", 200, None),
    "user": ("def user(user, token_info): return {}", "/user", SECURED, "/user", 200, None),
    "decorated": ("@given\ndef decorated(db): return {}", "/decorated", "", "/decorated", 200, None),
    "asked": ("def asked(request): return {}", "/asked", "", "/asked", 500, "requires request"),
    "header": ("def header(x_trace): return {}", "/header", HEADER, "/header", 500, "requires x_trace"),
    "stranger": ("def stranger(user): return {}", "/stranger", "", "/stranger", 500, "requires user"),
    "renamed": ("def renamed(pet_id): return {}", "/renam/{petId}", "", "/renam/a", 500, "requires pet_id"),
    "forgets": ("def forgets(): return {}", "/forgets/{name}", "", "/forgets/a", 500, "takes no name"),
    "old_body": ("def old_body(pet): return {}", "/old_body", BODY, "POST /old_body", 500, "requires pet"),
    "sometimes": ("def sometimes(limit): return {}", "/some", QUERY, "/some", 500, "requires limit"),
    "in_body": ("def in_body(pet): return {}", "/in_body", PARTS, "POST /in_body", 500, "requires pet"),
    "keyword": ("def keyword(*, other): return {}", "/keyword", "", "/keyword", 500, "requires other"),
}  # fmt: skip
HEAD = """\
import functools
import connexion
def key(apikey, required_scopes=None): return {"sub": "me"}
def given(f):
    @functools.wraps(f)
    def inner(*args, **kwargs): return f(*args, db=1, **kwargs)
    return inner
"""
APP = 'app = connexion.{kind}(__name__, specification_dir=".")\napp.add_api("openapi.yaml")\n'
ASK = """\
import json, warnings
warnings.simplefilter("ignore")
import app
new = hasattr(app.app, "middleware")
client = app.app.test_client(raise_server_exceptions=False) if new else app.app.app.test_client()
def ask(name):
    method, _, path = name.rpartition(" ")
    more = {"json": {}} if method else {}
    call = getattr(client, (method or "GET").lower())
    return call(path, headers={"x-key": "k", "x_trace": "t"}, **more).status_code
print(json.dumps([ask(name) for name in NAMES]))
"""


def specification(names: list[str]) -> str:
    head = 'openapi: 3.0.3\ninfo: {title: x, version: "1"}\ncomponents:\n  securitySchemes:\n'
    head += "    key: {type: apiKey, in: header, name: x-key, x-apikeyInfoFunc: app.key}\n"
    head += "  schemas: {Pet: {type: object}}\npaths:\n"
    for name in names:
        _, route, more, request, _, _ = HANDLERS[name]
        variables = [part.strip("{}") for part in route.split("/") if part.startswith("{")]
        inside = [f"{{name: {one}, in: path, required: true, schema: {{type: string}}}}" for one in variables]
        head += f"  {route}:\n    parameters: [{', '.join(inside)}]\n"
        head += f"    {'post' if request.startswith('POST') else 'get'}:\n      operationId: app.{name}\n"
        head += '      responses: {"200": {description: x}}\n' + more
    return head


def examined(
    folder: Path,
    names: list[str],
    kind: str = "FlaskApp",
    environment: str = "c3new",
    options: Sequence[str] = (),
) -> Done:
    code = HEAD + "".join(f"{HANDLERS[name][0]}\n" for name in names) + APP.format(kind=kind)
    project(folder, app__py=code, openapi__yaml=specification(names))
    words = ["gunicorn", "app:app"] if environment == "c2new" else ["uvicorn", "app:app"]
    return diagnose(environment, *options, "--", *words, cwd=folder)


@pytest.mark.parametrize(
    ("environment", "kind"),
    [("c3new", "FlaskApp"), ("c3new", "AsyncApp"), ("c3mid", "FlaskApp"), ("c2new", "FlaskApp")],
)
def test_what_is_said_is_what_is_answered(tmp_path: Path, environment: str, kind: str) -> None:
    done = examined(tmp_path, list(HANDLERS), kind, environment)
    assert done.verdicts == ["serves"]
    expected = {name: one[4] for name, one in HANDLERS.items()} | (OLD if environment == "c2new" else {})
    found = [one for one in done.report["findings"] if one["code"] == "CXD131"]
    said = {one["message"].split(" ")[0].removeprefix("app."): one for one in found}
    (tmp_path / "ask.py").write_text(ASK.replace("NAMES", repr([one[3] for one in HANDLERS.values()])))
    words = [str(target(environment).python), "ask.py"]
    asked = subprocess.run(words, cwd=tmp_path, env=environ(), capture_output=True, text=True, check=False)
    answers = dict(zip(HANDLERS, json.loads(asked.stdout.splitlines()[-1]), strict=True))
    assert answers == expected
    assert set(said) == {name for name, status in expected.items() if status == 500}
    for name, one in said.items():
        assert str(HANDLERS[name][5] or "requires context_") in one["message"]
        assert one["severity"] == "warning"
        assert one["location"]["path"] == "app.py"


# The handlers of an app, none of which can be called (or one of which can).
NONE = {
    "path and none": (["asked", "forgets"], "fails"),
    "bodies": (["old_body", "in_body"], "fails"),
    "a stranger": (["stranger"], "fails"),
    "one is fine": (["asked", "named"], "serves"),
    "secured": (["user"], "serves"),
    "sometimes": (["sometimes"], "serves"),
}


VIEWS = """
from flask.views import MethodView
class OpenView(MethodView):
    def get(self): return {}
class SecuredView(MethodView):
    def get(self): return {}
class KnowingView(MethodView):
    def get(self, user=None, token_info=None): return {}
class NamedView(MethodView):
    def get(self, name): return {}
class NamelessView(MethodView):
    def get(self): return {}
"""


def test_a_view_of_a_class_hands_everything_to_its_method(tmp_path: Path) -> None:
    """Its view takes any argument (``flask.views.View.as_view``), so Connexion gives it all there are."""
    made = APP.format(kind="FlaskApp").replace('.yaml"', '.yaml", resolver=MethodViewResolver("app")')
    text = specification(["user"]).partition("paths:")[0] + "paths:\n"
    for name, more in (("open", ""), ("secured", SECURED), ("knowing", SECURED)):
        text += f'  /{name}:\n    get:\n      responses: {{"200": {{description: x}}}}\n{more}'
    for name in ("named", "nameless"):
        text += f"  /{name}/{{name}}:\n    parameters: [{{name: name, in: path, required: true, schema: "
        text += '{type: string}}]\n    get:\n      responses: {"200": {description: x}}\n'
    head = HEAD + "from connexion.resolver import MethodViewResolver\n" + VIEWS
    project(tmp_path, app__py=head + made, openapi__yaml=text)
    done = diagnose("c3new", "--", "uvicorn", "app:app", cwd=tmp_path)
    said = {one["message"].split(" ")[0] for one in done.report["findings"] if one["code"] == "CXD131"}
    paths = {"open": "/open", "secured": "/secured", "knowing": "/knowing", "named": "/named/a"}
    paths["nameless"] = "/nameless/a"
    (tmp_path / "ask.py").write_text(ASK.replace("NAMES", repr(list(paths.values()))))
    words = [str(target("c3new").python), "ask.py"]
    asked = subprocess.run(words, cwd=tmp_path, env=environ(), capture_output=True, text=True, check=False)
    answers = dict(zip(paths, json.loads(asked.stdout.splitlines()[-1]), strict=True))
    assert answers == {"open": 200, "secured": 500, "knowing": 200, "named": 200, "nameless": 500}
    assert said == {"app.SecuredView.get", "app.NamelessView.get"}


@pytest.mark.parametrize("environment", ["c3new", "c2new"])
@pytest.mark.parametrize("name", NONE)
def test_an_app_of_which_no_operation_can_be_called_fails(
    tmp_path: Path, environment: str, name: str
) -> None:
    """Loaded as well as read."""
    names, verdict = NONE[name]
    for options in ([], ["--no-import"]):
        done = examined(tmp_path, names, environment=environment, options=options)
        assert done.verdicts == [verdict], options
        severities = {one["severity"] for one in done.report["findings"] if one["code"] == "CXD131"}
        assert verdict == "serves" or severities == {"error"}


def test_the_parameters_name_is_proposed(tmp_path: Path) -> None:
    done = examined(tmp_path, ["fine", "renamed"])
    assert done.fix("CXD131")["title"] == "Name the argument petId, as it is passed."


@pytest.mark.parametrize("environment", ["c3new", "c2new"])
def test_what_a_machine_writes_answers(tmp_path: Path, environment: str) -> None:
    done = examined(tmp_path, list(HANDLERS), environment=environment)
    found = [one for one in done.report["findings"] if one["code"] == "CXD131"]
    machine = [one for one in found if one["fixes"][0]["applicability"] != "manual"]
    assert len(machine) > len(found) / 2, [one["message"] for one in found if one not in machine]
    words = ["gunicorn", "app:app"] if environment == "c2new" else ["uvicorn", "app:app"]
    python = ("--python", str(target(environment).python))
    doctor(*python, "--fix", "--unsafe-fixes", "--", *words, cwd=tmp_path)
    again = diagnose(environment, "--", *words, cwd=tmp_path)
    left = {one["message"].split(" ")[0] for one in again.report["findings"] if one["code"] == "CXD131"}
    assert left == {one["message"].split(" ")[0] for one in found if one not in machine}
    (tmp_path / "ask.py").write_text(ASK.replace("NAMES", repr([one[3] for one in HANDLERS.values()])))
    asked = subprocess.run(
        [str(target(environment).python), "ask.py"],
        cwd=tmp_path,
        env=environ(),
        capture_output=True,
        text=True,
        check=False,
    )
    answers = dict(zip(HANDLERS, json.loads(asked.stdout.splitlines()[-1]), strict=True))
    assert {name for name, status in answers.items() if status == 500} == {
        one.removeprefix("app.") for one in left
    }


LIFESPAN = """\
import contextlib, connexion
def hello(name): return {"hello": name}
@contextlib.asynccontextmanager
async def lifespan(app):
    raise RuntimeError("no database")
    yield
app = connexion.FlaskApp(__name__, specification_dir=".", lifespan=lifespan)
app.add_api("openapi.yaml")
"""


def test_a_lifespan_handler_that_was_not_run_is_told(tmp_path: Path) -> None:
    project(tmp_path, app__py=LIFESPAN)
    launch = diagnose("c3new", "--", "uvicorn", "app:app", cwd=tmp_path).report["launches"][0]
    assert launch["verdict"] == "serves"
    assert "it serves if that starts (--lifespan runs it)" in launch["reason"]
    ran = diagnose("c3new", "--lifespan", "--", "uvicorn", "app:app", cwd=tmp_path)
    assert ran.verdicts == ["fails"]
    assert "CXD122" in ran.codes
