"""Whole services that nobody wrote: how operations find their functions, what the app is given, what is
around it, how it is started, and a fault in some. ``python -m tests.truth.random_launches --services``.

Each part is a function that changes what is written so far; the seed says which are taken.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from tests.truth.cells import APPS

R = TypeVar("R")

ENVIRONMENTS = {"c3new": 6, "c3mid": 1, "c3old": 1, "c2151": 2, "c2new": 1, "c3wrapped": 1, "c3noflask": 1}
TWO = ("c2151", "c2new")
MORE = {"c3wrapped", "c3noflask"}  # gunicorn and uvicorn are there, the other servers are not

KEY = (
    "components:\n  securitySchemes:\n    key: {type: apiKey, in: header, name: X-Api-Key, x-apikeyInfoFunc: "
)


@dataclass
class Service:
    """What is written so far: a project and how it is started."""

    dice: random.Random
    environment: str
    cls: str = "FlaskApp"
    arguments: list[str] = field(default_factory=list)  # of the class
    adding: list[str] = field(default_factory=list)  # further arguments of add_api
    named: str = "'openapi.yaml'"  # the specification, as add_api gets it
    imports: list[str] = field(default_factory=list)
    before: list[str] = field(default_factory=list)  # statements in front of the app
    after: list[str] = field(default_factory=list)  # statements behind add_api
    files: dict[str, str] = field(default_factory=dict)
    folder: str = ""  # of the module, with a slash
    module: str = "app"
    name: str = "app"
    factory: bool = False
    environ: dict[str, str] = field(default_factory=dict)
    what: list[str] = field(default_factory=list)

    @property
    def two(self) -> bool:
        """Whether it is Connexion 2."""
        return self.environment in TWO

    @property
    def flask(self) -> bool:
        return self.cls == "FlaskApp"

    def text(self) -> str:
        """The module."""
        given = ", ".join(["__name__", *self.arguments])
        lines = [f"{self.name} = connexion.{self.cls}({given})"]
        lines.append(f"{self.name}.add_api({', '.join([self.named, *self.adding])})")
        lines += self.after
        head = "\n".join(
            ["import os", "import sys", "", "import connexion", *self.imports, "", *self.before, ""]
        )
        if not self.factory:
            return head + "\n" + "\n".join(lines) + "\n"
        body = "\n".join(
            f"    {line}" for part in [*lines, f"return {self.name}"] for line in part.split("\n")
        )
        return f"{head}\n\ndef create_app():\n{body}\n"


Weighed = dict[Callable[[Service], None], int]


def specification() -> str:
    return (APPS / "c3" / "openapi.yaml").read_text("utf-8")


def handlers() -> str:
    return (APPS / "c3" / "handlers.py").read_text("utf-8")


# How the operations find their functions.


def by_name(made: Service) -> None:
    """As the specification stands."""


def by_controller(made: Service) -> None:
    text = made.files["openapi.yaml"]
    for name in ("hello", "secret"):
        text = text.replace(
            f"operationId: handlers.{name}",
            f"operationId: {name}\n      x-openapi-router-controller: handlers",
        )
    made.files["openapi.yaml"] = text


def by_relative_resolver(made: Service) -> None:
    made.imports.append("from connexion.resolver import RelativeResolver")
    made.files["openapi.yaml"] = re.sub(
        r"operationId: handlers\.", "operationId: ", made.files["openapi.yaml"]
    )
    made.adding.append("resolver=RelativeResolver('handlers')")


def by_resty_resolver(made: Service) -> None:
    made.imports.append("from connexion.resolver import RestyResolver")
    made.files["openapi.yaml"] = re.sub(r" *operationId: .*\n", "", made.files["openapi.yaml"])
    made.files |= {"api/__init__.py": "", "api/hello.py": "def search(name):\n    return {'hello': name}\n"}
    made.files["api/secret.py"] = "def search():\n    return {'secret': 42}\n"
    made.adding.append("resolver=RestyResolver('api')")


def by_method_view_resolver(made: Service) -> None:
    made.imports.append("from connexion.resolver import MethodViewResolver")
    made.files["openapi.yaml"] = re.sub(r" *operationId: .*\n", "", made.files["openapi.yaml"])
    base = "from flask.views import MethodView\n\n\n" if made.flask else ""
    inherits, get = ("(MethodView)", "search" if made.two else "get") if made.flask else ("", "search")
    made.files["views.py"] = (
        f"{base}class HelloView{inherits}:\n    def {get}(self, name):\n"
        "        return {'hello': name}\n\n\n"
        f"class SecretView{inherits}:\n    def {get}(self, **known):\n        return {{'secret': 42}}\n"
    )
    made.adding.append("resolver=MethodViewResolver('views')")


def by_function(made: Service) -> None:
    made.imports += ["from connexion.resolver import Resolver", "import handlers"]
    made.files["openapi.yaml"] = re.sub(
        r"operationId: handlers\.", "operationId: ", made.files["openapi.yaml"]
    )
    made.adding.append("resolver=Resolver(lambda name: getattr(handlers, name))")


def by_class(made: Service) -> None:
    text = made.files["handlers.py"].replace(
        'def hello(name):\n    return {"hello": name}\n',
        'class Greeter:\n    @classmethod\n    def hello(cls, name):\n        return {"hello": name}\n',
    )
    made.files["handlers.py"] = text
    made.files["openapi.yaml"] = made.files["openapi.yaml"].replace(
        "handlers.hello", "handlers.Greeter.hello"
    )


def by_package(made: Service) -> None:
    made.files["shop/__init__.py"] = ""
    made.files["shop/things.py"] = made.files.pop("handlers.py")
    made.files["openapi.yaml"] = made.files["openapi.yaml"].replace("handlers.", "shop.things.")
    made.files["handlers.py"] = ""  # the one that every project gets is not what is asked for


def by_own_module(made: Service) -> None:
    """The functions stand in the module of the app, above it."""
    made.before.append(made.files["handlers.py"].partition('"""\n')[2].strip())
    made.files["openapi.yaml"] = made.files["openapi.yaml"].replace("handlers.", f"{made.module}.")


FINDING: Weighed = {
    by_name: 6, by_controller: 2, by_relative_resolver: 2, by_resty_resolver: 2, by_method_view_resolver: 1,
    by_function: 1, by_class: 1, by_package: 2, by_own_module: 2,
}  # fmt: skip


# Where the specification is, and how it is given.


def as_file(made: Service) -> None:
    """By its name."""


def as_path(made: Service) -> None:
    made.imports.append("from pathlib import Path")
    made.named = "Path(__file__).resolve().parent / 'openapi.yaml'"


def as_dictionary(made: Service) -> None:
    made.imports.append("import yaml")
    made.before.append(
        "with open(os.path.join(os.path.dirname(__file__), 'openapi.yaml')) as stream:\n"
        "    SPEC = yaml.safe_load(stream)"
    )
    made.named = "SPEC"


def in_a_folder(made: Service) -> None:
    made.files["specs/openapi.yaml"] = made.files.pop("openapi.yaml")
    made.files["openapi.yaml"] = "openapi: 3.0.3\n"  # the one that every project gets
    made.arguments.append("specification_dir='specs/'")


def with_base_path(made: Service) -> None:
    made.files["openapi.yaml"] = made.files["openapi.yaml"].replace("servers:\n  - url: /v1\n", "")
    made.adding.append("base_path='/v1'")


def as_swagger(made: Service) -> None:
    text = made.files["openapi.yaml"]
    text = text.replace('openapi: "3.0.3"', 'swagger: "2.0"').replace(
        "servers:\n  - url: /v1\n", "basePath: /v1\n"
    )
    text = text.replace("schema: {type: string, minLength: 2}", "type: string, minLength: 2")
    text = text.replace(", content: {application/json: {schema: {type: object}}}", ", schema: {type: object}")
    text = text.replace(
        "components:\n  securitySchemes:\n    key:",
        "produces: [application/json]\nsecurityDefinitions:\n  key:",
    )
    made.files["openapi.yaml"] = text.replace("x-openapi-router", "x-swagger-router")


def with_a_reference(made: Service) -> None:
    old = "{name: name, in: query, required: true, schema: {type: string, minLength: 2}}"
    made.files["openapi.yaml"] = (
        made.files["openapi.yaml"]
        .replace(old, "{$ref: '#/components/parameters/name'}")
        .replace("components:\n", f"components:\n  parameters:\n    name: {old}\n")
    )


def with_a_template(made: Service) -> None:
    made.files["openapi.yaml"] = made.files["openapi.yaml"].replace("title: truth", "title: '{{ title }}'")
    made.adding.append("arguments={'title': 'shop'}")


def with_a_second(made: Service) -> None:
    made.files["more.yaml"] = made.files["openapi.yaml"].replace("/v1", "/v2")
    given = ", ".join(["'more.yaml'", *made.adding])
    made.after.append(f"{made.name}.add_api({given})")


SPECIFIED: Weighed = {
    as_file: 6, as_path: 2, as_dictionary: 2, in_a_folder: 2, with_base_path: 2, as_swagger: 2,
    with_a_reference: 1, with_a_template: 1, with_a_second: 1,
}  # fmt: skip


# What the app is given.


def nothing_more(made: Service) -> None:
    """As it is."""


def validation(made: Service) -> None:
    made.adding += ["strict_validation=True", "validate_responses=True"]


def cors_middleware(made: Service) -> None:
    made.imports.append("from starlette.middleware.cors import CORSMiddleware")
    made.after.append(f"{made.name}.add_middleware(CORSMiddleware, allow_origins=['*'])")


def positioned_middleware(made: Service) -> None:
    made.imports += [
        "from connexion.middleware import MiddlewarePosition",
        "from starlette.middleware.gzip import GZipMiddleware",
    ]
    made.after.append(
        f"{made.name}.add_middleware(GZipMiddleware, position=MiddlewarePosition.BEFORE_EXCEPTION)"
    )


def own_middleware(made: Service) -> None:
    made.before.append(
        "class Timed:\n    def __init__(self, app, name='x'):\n        self.app = app\n\n"
        "    async def __call__(self, scope, receive, send):\n        await self.app(scope, receive, send)\n"
    )
    made.after.append(f"{made.name}.add_middleware(Timed, name='y')")


def wsgi_middleware(made: Service) -> None:
    made.imports.append("from werkzeug.middleware.proxy_fix import ProxyFix")
    inner = f"{made.name}.app.wsgi_app = ProxyFix({made.name}.app.wsgi_app)"
    made.after.append(made.dice.choice([f"{made.name}.add_wsgi_middleware(ProxyFix)", inner]))


def lifespan(made: Service) -> None:
    made.imports.append("import contextlib")
    made.before.append("@contextlib.asynccontextmanager\nasync def life(app):\n    yield {'ready': True}\n")
    made.arguments.append("lifespan=life")


def error_handler(made: Service) -> None:
    taken = "error" if made.two else "request, error"
    made.before.append(f"def missing({taken}):\n    return connexion.problem(404, 'Not Found', 'nothing')\n")
    made.after.append(f"{made.name}.add_error_handler(404, missing)")


def ui_options(made: Service) -> None:
    made.imports.append("from connexion.options import SwaggerUIOptions")
    made.adding.append("swagger_ui_options=SwaggerUIOptions(swagger_ui_path='/docs')")


def old_ui_options(made: Service) -> None:
    made.arguments.append("options={'swagger_ui': False}")


def flask_hooks(made: Service) -> None:
    made.after.append(f"@{made.name}.app.before_request\ndef first():\n    pass\n")


def flask_route(made: Service) -> None:
    made.after.append(f"@{made.name}.route('/alive')\ndef alive():\n    return 'yes'\n")


def uri_parser(made: Service) -> None:
    made.imports.append("from connexion.uri_parsing import AlwaysMultiURIParser")
    if made.two:
        made.arguments.append("options={'uri_parser_class': AlwaysMultiURIParser}")
    else:
        made.arguments.append("uri_parser_class=AlwaysMultiURIParser")


def json_class(made: Service) -> None:
    if made.two:
        made.imports.append("from connexion.apps.flask_app import FlaskJSONEncoder")
        made.before.append("class Encoder(FlaskJSONEncoder):\n    pass\n")
        made.after.append(f"{made.name}.app.json_encoder = Encoder")
    else:
        made.imports.append("from connexion.jsonifier import Jsonifier")
        made.arguments.append("jsonifier=Jsonifier()")


GIVEN: Weighed = {
    nothing_more: 5, validation: 2, cors_middleware: 2, positioned_middleware: 1, own_middleware: 2,
    wsgi_middleware: 2, lifespan: 2, error_handler: 2, ui_options: 1, old_ui_options: 1, flask_hooks: 1,
    flask_route: 1, uri_parser: 1, json_class: 1,
}  # fmt: skip


# A fault, in some.


def no_fault(made: Service) -> None:
    """As it is."""


def near_operation(made: Service) -> None:
    made.files["openapi.yaml"] = re.sub(r"(operationId: \S*?)hello", r"\1helo", made.files["openapi.yaml"])


def no_specification(made: Service) -> None:
    made.named = made.named.replace("openapi.yaml", "openapi.yml")


def invalid_specification(made: Service) -> None:
    made.files["openapi.yaml"] = made.files["openapi.yaml"].replace("type: string", "type: strin")


def two_arguments(made: Service) -> None:
    """Arguments of Connexion 2."""
    made.arguments.append(
        made.dice.choice(["port=8080", "debug=True", "options={'swagger_url': '/docs'}", "server='tornado'"])
    )


def three_arguments(made: Service) -> None:
    """What there is in Connexion 3 alone."""
    made.after.append(f"{made.name}.add_middleware(object)")


def missing_module(made: Service) -> None:
    made.imports.append("import nowhere_to_be_found")


def needs_variable(made: Service) -> None:
    made.before.append("TOKEN = os.environ['SHOP_TOKEN']")


def runs_at_import(made: Service) -> None:
    made.after.append(f"{made.name}.run(host='127.0.0.1', port=int(os.environ.get('SHOP_PORT', '0')))")


def raises(made: Service) -> None:
    made.after.append("raise RuntimeError('not ready')")


def bad_lifespan(made: Service) -> None:
    made.imports.append("import contextlib")
    made.before.append(
        "@contextlib.asynccontextmanager\nasync def down(app):\n    raise OSError('no database')\n    yield\n"
    )
    made.arguments = [one for one in made.arguments if not one.startswith("lifespan")] + ["lifespan=down"]


def bad_error_handler(made: Service) -> None:
    made.before.append("def broken(error):\n    return 'no', 404\n")
    made.after.append(f"{made.name}.add_error_handler(404, broken)")


def bad_middleware(made: Service) -> None:
    made.before.append(
        "class Wrong:\n    def __init__(self, app):\n        self.app = app\n\n"
        "    def __call__(self, environ, start_response):\n        return self.app(environ, start_response)\n"
    )
    made.after.append(f"{made.name}.add_middleware(Wrong)")


def unknown_attribute(made: Service) -> None:
    made.after.append(f"{made.name}.config['DEBUG'] = True")


def unknown_name(made: Service) -> None:
    made.after.append("app2 = undefined_name")


def relative_import(made: Service) -> None:
    made.imports.append("from . import handlers")


FAULTS: Weighed = {
    no_fault: 14, near_operation: 2, no_specification: 1, invalid_specification: 1,
    two_arguments: 3, three_arguments: 1, missing_module: 1, needs_variable: 1, runs_at_import: 1, raises: 1,
    bad_lifespan: 1, bad_error_handler: 1, bad_middleware: 1, unknown_attribute: 2, unknown_name: 1,
    relative_import: 1,
}  # fmt: skip


# What stands around the app.


def bare(made: Service) -> str:
    return ""


def inner(made: Service) -> str:
    return f"served = {made.name}.app\n"


def mounted(made: Service) -> str:
    return (
        "from starlette.applications import Starlette\nfrom starlette.routing import Mount\n\n"
        f"served = Starlette(routes=[Mount('/', app={made.name})])\n"
    )


def adapted(made: Service) -> str:
    return f"from a2wsgi import ASGIMiddleware\n\nserved = ASGIMiddleware({made.name})\n"


def traced(made: Service) -> str:
    return (
        "def traced(app):\n    async def call(scope, receive, send):\n"
        "        await app(scope, receive, send)\n\n"
        f"    return call\n\n\nserved = traced({made.name})\n"
    )


def fixed(made: Service) -> str:
    return f"from werkzeug.middleware.proxy_fix import ProxyFix\n\nserved = ProxyFix({made.name})\n"


AROUND: dict[Callable[[Service], str], int] = {
    bare: 10,
    inner: 1,
    mounted: 1,
    adapted: 2,
    traced: 1,
    fixed: 1,
}


# How it is started.

GUNICORN = ("", "-k sync", "-k gthread --threads 2", "-k gevent", "-k asgi", "--preload", "-k tornado",
            "-k uvicorn.workers.UvicornWorker", "-k uvicorn_worker.UvicornWorker",
            "-k uvicorn.workers.UvicornH11Worker", "-k uvicorn_worker.UvicornWorker --preload",
            "-k aiohttp.GunicornWebWorker")  # fmt: skip
UVICORN = ("", "", "--interface wsgi", "--interface asgi3", "--lifespan on", "--lifespan off", "--factory",
           "--proxy-headers", "--root-path /x", "--loop asyncio", "--http h11", "--ws none",
           "--log-level debug")  # fmt: skip
OTHERS = {
    "hypercorn -b {bind}": 2, "daphne -b 127.0.0.1 -p {port}": 1, "waitress-serve --listen {bind}": 2,
    "granian --interface asgi --host 127.0.0.1 --port {port}": 1,
    "granian --interface wsgi --host 127.0.0.1 --port {port}": 1,
    "hypercorn -b {bind} -k asyncio -w 1": 1,
}  # fmt: skip


def command_of(made: Service, target: str) -> str:
    dice = made.dice
    shown = f"'{target}'" if "(" in target else target
    choice = dice.random()
    if choice < 0.45:
        return _gunicorn(made, shown)
    if choice < 0.75 or made.environment in MORE:
        program = dice.choice(["uvicorn", "uvicorn", "python -m uvicorn"])
        where = f"--app-dir {made.folder.rstrip('/')} " if made.folder else ""
        return f"{program} {where}--host 127.0.0.1 --port {{port}} {dice.choice(UVICORN)} {shown}"
    if choice < 0.85:
        made.environ["PYTHONPATH"] = made.folder.rstrip("/") or "."
        return f"{_weighed(dice, OTHERS)} {shown}"
    ends = ["uvicorn.run({name}, host='127.0.0.1', port=int(sys.argv[1]))",
            "{app}.run(host='127.0.0.1', port=int(sys.argv[1]))",
            "uvicorn.run('{target}', host='127.0.0.1', port=int(sys.argv[1]))"]  # fmt: skip
    name, _, called = target.partition(":")
    script = dice.choice(ends).format(
        name=called or made.name, app="create_app()" if made.factory else made.name, target=target
    )
    imported = "import uvicorn\n\n    " if script.startswith("uvicorn") else ""
    made.after.append(f"__main__:{imported}{script}")
    return f"python {made.folder}{made.module}.py {{port}}"


def _gunicorn(made: Service, shown: str) -> str:
    dice = made.dice
    options = dice.choice(GUNICORN)
    program = dice.choice(["gunicorn", "gunicorn", "python -m gunicorn"])
    folder = made.folder.rstrip("/")
    where = dice.choice([f"--chdir {folder}", f"--pythonpath {folder}"]) if folder else ""
    form = dice.choice(["words", "words", "conf", "variable"])
    worker = re.search(r"-k (\S+)", options)
    if form == "conf":
        lines = [f"worker_class = {worker[1]!r}"] if worker else []
        lines += ["preload_app = True"] if "--preload" in options else []
        lines += [f"wsgi_app = {shown.strip(chr(39))!r}"] if dice.random() < 0.4 else []
        made.files["gunicorn.conf.py"] = "\n".join([*lines, "workers = 1", ""])
        shown = "" if any(line.startswith("wsgi_app") for line in lines) else shown
        return f"{program} -c gunicorn.conf.py {where} -b {{bind}} {shown}"
    if form == "variable":
        made.environ["GUNICORN_CMD_ARGS"] = f"-w 1 {options}".strip()
        return f"{program} {where} -b {{bind}} {shown}"
    return f"{program} -w 1 {options} {where} -b {{bind}} {shown}"


def make(seed: int) -> tuple[Service, str]:
    """The service of a seed, and its command."""
    dice = random.Random(f"service/{seed}")
    made = Service(dice, _weighed(dice, ENVIRONMENTS))
    made.files = {"openapi.yaml": specification(), "handlers.py": handlers()}
    if (not made.two and dice.random() < 0.25) or made.environment == "c3noflask" and dice.random() < 0.6:
        made.cls = "AsyncApp"
    made.name = dice.choice(["app", "app", "application", "cx"])
    made.module = dice.choice(["app", "app", "main", "wsgi"])
    made.factory = dice.random() < 0.15
    parts: list[Callable[[Service], None]] = [
        _chosen(dice, table) for table in (FINDING, SPECIFIED, GIVEN, FAULTS)
    ]
    for part in parts:
        part(made)
    around = _chosen(dice, AROUND)
    if made.factory or around is fixed and made.two is False and dice.random() < 0.5:
        around = bare
    if dice.random() < 0.2:
        made.folder = "src/"
    written = around(made)
    target = f"{made.module}:{'served' if written else made.name}"
    if made.factory:
        target = f"{made.module}:create_app" + dice.choice(["()", "()", ""])
    command = " ".join(command_of(made, target).split())
    ends = [line.partition(":")[2] for line in made.after if line.startswith("__main__:")]
    made.after = [
        line for line in made.after if not line.startswith("__main__:") and not (ends and "SHOP_PORT" in line)
    ]
    text = made.text() + (f"\n{written}" if written else "")
    text += "".join(f"\nif __name__ == '__main__':\n    {one}\n" for one in ends)
    files = {path: body for path, body in made.files.items() if path != "gunicorn.conf.py"}
    files[f"{made.module}.py"] = text
    made.files = {f"{made.folder}{path}": body for path, body in files.items()} | {
        path: body for path, body in made.files.items() if path == "gunicorn.conf.py"
    }
    names = [one.__name__ for one in (*parts, around)]
    made.what = [made.cls, "factory" if made.factory else "module", *names]
    return made, command


def _chosen(dice: random.Random, weights: dict[Callable[[Service], R], int]) -> Callable[[Service], R]:
    return dice.choices(list(weights), list(weights.values()))[0]


def _weighed(dice: random.Random, weights: dict[str, int]) -> str:
    return dice.choices(list(weights), list(weights.values()))[0]
