"""What the report says of the Connexion app inside, and what the rules make of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.running import SPECIFICATION, Done, diagnose, doctor, project, target

UVICORN = ("--", "uvicorn", "app:app")

SPECIFICATION_2 = """\
swagger: "2.0"
info: {title: Old greetings, version: "7"}
basePath: /old
securityDefinitions: {key: {type: apiKey, name: X-Key, in: header, x-apikeyInfoFunc: app.key}}
security: [{key: []}]
paths:
  /hello:
    get: {operationId: app.hello, responses: {"200": {description: A greeting}}}
    post: {operationId: app.slow, responses: {"200": {description: A greeting}}}
  /free:
    get: {operationId: app.free, security: [], responses: {"200": {description: A greeting}}}
"""

TOP = """\
import contextlib
import connexion
from connexion.middleware import MiddlewarePosition
from starlette.middleware.cors import CORSMiddleware
from werkzeug.middleware.proxy_fix import ProxyFix


def key(value, required_scopes=None):
    return {"sub": value}


def hello(name=None):
    return {"hello": name}


async def slow():
    return {}


def free():
    return {}


@contextlib.asynccontextmanager
async def lifespan(app):
    yield


def one(exc):
    return {}, 400


def two(request, exc):
    return {}, 400


"""
FLASK = TOP + 'app = connexion.FlaskApp(__name__, specification_dir=".")\napp.add_api("openapi.yaml")\n'
TWO_APIS = FLASK + 'app.add_api("old.yaml")\n'
ASYNC = TOP + (
    'app = connexion.AsyncApp(__name__, specification_dir=".", lifespan=lifespan)\napp.add_api("old.yaml")\n'
)


def inside(done: Done) -> dict[str, Any]:
    found: dict[str, Any] = done.report["launches"][0]["app"]["connexion"]
    return found


def checked(folder: Path, app: str, *options: str, environment: str = "c3new") -> Done:
    written = project(folder, app__py=app)
    (written / "old.yaml").write_text(SPECIFICATION_2, "utf-8")
    return diagnose(environment, *options, *UVICORN, cwd=written)


def test_specifications(tmp_path: Path) -> None:
    known = inside(checked(tmp_path, TWO_APIS))
    names = ("version", "title", "operations", "secured", "folder")
    found = {spec["base_path"]: tuple(spec[name] for name in names) for spec in known["specifications"]}
    assert found == {
        "/v1": ("3.0.3", "Greetings", 1, 0, "."),
        "/old": ("2.0", "Old greetings", 3, 2, "."),
    }
    assert sorted(known["base_paths"]) == ["/old", "/v1"]
    assert (known["handlers"], known["async_handlers"]) == (4, ["app.slow"])
    assert known["swagger_ui"] == "served"
    assert known["middleware"][0].endswith("ServerErrorMiddleware")


@pytest.mark.parametrize("call", [(), ("--no-call",)])
def test_what_needs_asgi(call: tuple[str, ...], tmp_path: Path) -> None:
    """Known without a built stack too."""
    known = inside(checked(tmp_path, ASYNC, *call))
    assert known["needs_asgi"] == ["a lifespan handler", "1 async handler"]


def test_the_text_says_what_needs_asgi(tmp_path: Path) -> None:
    folder = project(tmp_path, app__py=ASYNC)
    (folder / "old.yaml").write_text(SPECIFICATION_2, "utf-8")
    python = str(target("c3new").python)
    said = doctor("-v", "--python", python, "--", "gunicorn", "app:app", cwd=folder).stdout
    said = " ".join(said.split())
    assert said.count("The app needs ASGI: a lifespan handler, 1 async handler") == 1
    assert "this is no way to stay" in said  # the adapter, listed last


def test_no_adapter_is_recommended(tmp_path: Path) -> None:
    folder = project(tmp_path, app__py=ASYNC)
    (folder / "old.yaml").write_text(SPECIFICATION_2, "utf-8")
    for command in ("gunicorn app:app", "waitress-serve app:app"):
        done = diagnose("c3new", "--", *command.split(), cwd=folder)
        assert not any("wsgi_app = ASGIMiddleware" in str(done.fix(code)["edits"]) for code in done.codes)


CORS = 'app.add_middleware(CORSMiddleware, allow_origins=["*"]{})\n'
LEFT = "app.add_error_handler(ValueError, {})\n"
FLASK_CORS = "import flask_cors\nflask_cors.CORS(app.app)\n"
RULES = {
    "healthy": (FLASK, []),
    "async handlers": (TWO_APIS, ["CXD127"]),
    "async app": (ASYNC, []),
    "cors late": (FLASK + CORS.format(""), ["CXD123"]),
    "cors before routing": (
        FLASK + CORS.format(", position=MiddlewarePosition.BEFORE_ROUTING"),
        ["CXD123"],
    ),
    "cors in front": (FLASK + CORS.format(", position=MiddlewarePosition.BEFORE_EXCEPTION"), []),
    "proxy fix replaced": (FLASK + "app.app.wsgi_app = ProxyFix(app.app.wsgi_app)\n", ["CXD125"]),
    "proxy fix": (FLASK + "app.add_wsgi_middleware(ProxyFix, x_proto=1)\n", []),
    "handler of 2": (FLASK + LEFT.format("one"), ["CXD126"]),
    "handler of 3": (FLASK + LEFT.format("two"), []),
    "handler of any": (FLASK + LEFT.format("lambda *args: None"), []),
}


@pytest.mark.parametrize("name", RULES)
def test_rules(name: str, tmp_path: Path) -> None:
    app, codes = RULES[name]
    done = checked(tmp_path, app)
    assert (done.codes, done.verdicts) == (codes, ["serves"])


def test_flask_cors(tmp_path: Path) -> None:
    done = checked(tmp_path, FLASK + FLASK_CORS, environment="c3wrapped")
    assert done.codes == ["CXD124"]
    assert inside(done)["flask_cors"] is True


def test_the_handler_s_line(tmp_path: Path) -> None:
    place = checked(tmp_path, FLASK + LEFT.format("one")).finding("CXD126")["location"]
    assert (place["path"], place["line"]) == ("app.py", FLASK[: FLASK.index("def one")].count("\n") + 1)


def test_a_handler_that_meets_the_trial_call(tmp_path: Path) -> None:
    """The reason is said once, by the rule that knows it."""
    done = checked(tmp_path, FLASK + "app.add_error_handler(404, one)\n")
    assert done.codes == ["CXD126"]


def test_without_swagger_ui(tmp_path: Path) -> None:
    done = checked(tmp_path, FLASK, environment="c3nouv")  # connexion[flask] only
    assert inside(done)["swagger_ui"] == "missing"
    finding = done.finding("CXD128")
    assert (finding["severity"], done.fix("CXD128")["install"]) == ("info", ["connexion[swagger-ui]"])


def test_swagger_ui_turned_off(tmp_path: Path) -> None:
    options = ", swagger_ui_options=connexion.options.SwaggerUIOptions(swagger_ui=False))"
    app = FLASK.replace('app.add_api("openapi.yaml")', 'app.add_api("openapi.yaml"' + options)
    done = checked(tmp_path, "import connexion.options\n" + app, environment="c3nouv")
    assert (inside(done)["swagger_ui"], "CXD128" in done.codes) == ("off", False)


def test_the_project_says_it_once(tmp_path: Path) -> None:
    """Two launches of one app, and the rule that reads the source has the place and the edit."""
    folder = project(
        tmp_path,
        app__py=FLASK + CORS.format("") + LEFT.format("one"),
        Procfile="web: uvicorn app:app\nother: gunicorn -k uvicorn_worker.UvicornWorker app:app\n",
        requirements__txt="connexion[flask]>=3\n",
    )
    codes = diagnose("c3new", cwd=folder).codes
    assert (codes.count("CXD435"), codes.count("CXD123")) == (1, 0)
    assert codes.count("CXD440") + codes.count("CXD126") == 1


def test_the_specification_is_not_in_the_report(tmp_path: Path) -> None:
    """Names and counts only: no default, example or secret of a specification."""
    text = SPECIFICATION.replace("minLength: 2", "minLength: 2, default: hunter2")
    done = diagnose("c3new", *UVICORN, cwd=project(tmp_path, openapi__yaml=text))
    assert done.verdicts == ["serves"]
    assert "hunter2" not in done.stdout
