"""What the library's resolvers look for, read as it is loaded."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.running import diagnose, project

SPECIFICATION = """\
openapi: 3.0.3
info: {title: Pets, version: "1"}
paths:
  /pets:
    get: {responses: {"200": {description: all}}}
    post: {responses: {"200": {description: one more}}}
  /pets/{id}/big-toys:
    parameters: [{name: id, in: path, required: true, schema: {type: string}}]
    get: {responses: {"200": {description: its toys}}}
"""
PETS = "def search(): return []\ndef post(): return {}\n"
PETS_VIEW = "class PetsView:\n    def search(self): return []\n    def post(self): return {}\n"
TOYS = "def search(id): return []\n"
TOYS_VIEW = "class BigToysView:\n    def search(self, id): return []\n"
FLASK_VIEW = """from flask.views import MethodView
class {}(MethodView):
    def get(self, id=0): return []
    def post(self): return []
"""
CONTROLLERS = {
    # where the module of the handler is named, and whether Connexion finds it there
    "openapi, at the operation": ("openapi: 3.0.3", "operation", "x-openapi-router-controller", "serves"),
    "openapi, at the path": ("openapi: 3.0.3", "path", "x-openapi-router-controller", "fails"),
    "openapi, the key of Swagger": ("openapi: 3.0.3", "operation", "x-swagger-router-controller", "fails"),
    "swagger, at the operation": ("swagger: '2.0'", "operation", "x-swagger-router-controller", "serves"),
    "swagger, the key of OpenAPI": ("swagger: '2.0'", "operation", "x-openapi-router-controller", "fails"),
}
SHAPES: dict[str, tuple[str, dict[str, str], str]] = {
    # the resolver, the modules of the handlers, the verdict
    "by path": (
        "RestyResolver('api')",
        {"api/pets/__init__.py": PETS, "api/pets/big_toys.py": TOYS},
        "serves",
    ),
    "by path, one is missing": ("RestyResolver('api')", {"api/pets/__init__.py": PETS}, "fails"),
    "another name for collections": (
        "RestyResolver('api', collection_endpoint_name='list')",
        {
            "api/pets/__init__.py": PETS.replace("search", "list"),
            "api/pets/big_toys.py": TOYS.replace("search", "list"),
        },
        "serves",
    ),
    "by name, which none has": ("Resolver()", {}, "fails"),
    "methods": (
        "MethodResolver('api')",
        {"api/__init__.py": PETS_VIEW, "api/pets.py": TOYS_VIEW},
        "serves",
    ),
    "methods, one is missing": (
        "MethodResolver('api')",
        {"api/__init__.py": PETS_VIEW.replace("post", "put"), "api/pets.py": TOYS_VIEW},
        "fails",
    ),
    "Flask's views": (
        "MethodViewResolver('api')",
        {"api/__init__.py": FLASK_VIEW.format("PetsView"), "api/pets.py": FLASK_VIEW.format("BigToysView")},
        "serves",
    ),
    "plain classes as Flask's views": (
        "MethodViewResolver('api')",
        {"api/__init__.py": f"{PETS_VIEW}    get = search\n", "api/pets.py": TOYS_VIEW},
        "fails",
    ),
}


NAMED = SPECIFICATION.partition("  /pets/{id}")[0]
NAMED = NAMED.replace("get: {", "get: {operationId: all, ").replace("post: {", "post: {operationId: make, ")
BELOW = "def all(**given): return []\ndef make(body=None): return {}\n"
OWN: dict[str, tuple[str, str, dict[str, str], str]] = {
    # a class of the project, how it is made, the modules of the handlers, the verdict
    "a name before": (
        "    def resolve_operation_id(self, operation):\n"
        "        return 'api.pets.' + operation.operation_id\n",
        "Own()",
        {"api/pets.py": BELOW},
        "serves",
    ),
    "a name before, which is another": (
        "    def resolve_operation_id(self, operation):\n"
        "        return f'api.toys.{operation.operation_id}'\n",
        "Own()",
        {"api/pets.py": BELOW},
        "fails",
    ),
    "a name that it is given": (
        "    def __init__(self, prefix):\n        super().__init__()\n        self.prefix = prefix\n"
        "    def resolve_operation_id(self, operation):\n"
        "        return '%s.%s' % (self.prefix, super().resolve_operation_id(operation))\n",
        "Own('api.pets')",
        {"api/pets.py": BELOW},
        "serves",
    ),
    "a name in another spelling": (
        "    def resolve_operation_id(self, operation):\n"
        "        name = operation.operation_id.title()\n"
        "        return 'api.pets.' + ''.join(one.lower() if one.isupper() else one for one in name)\n",
        "Own()",
        {"api/pets.py": BELOW},
        "serves",
    ),
    "by the method, with a condition": (
        "    def resolve_operation_id(self, operation):\n"
        "        name = Resolver.resolve_operation_id(self, operation)\n"
        "        if operation.method == 'post':\n            return f'api.writing.{name}'\n"
        "        return f'api.reading.{name}'\n",
        "Own()",
        {"api/reading.py": "def all(**given): return []\n", "api/writing.py": "def make(): return {}\n"},
        "serves",
    ),
}


@pytest.mark.parametrize("name", OWN)
def test_a_resolver_of_the_project_is_followed(name: str, tmp_path: Path) -> None:
    body, made, modules, verdict = OWN[name]
    app = "import connexion\nfrom connexion.resolver import Resolver\n\n\nclass Own(Resolver):\n" + body
    app += f"\n\napp = connexion.FlaskApp(__name__)\napp.add_api('openapi.yaml', resolver={made})\n"
    project(tmp_path, app__py=app, openapi__yaml=NAMED)
    (tmp_path / "api").mkdir()
    for path, text in {"api/__init__.py": "", **modules}.items():
        (tmp_path / path).write_text(text)
    asked = ("--", "uvicorn", "app:app")
    assert diagnose("c3new", *asked, cwd=tmp_path).verdicts == [verdict]
    assert diagnose("c3new", "--no-import", *asked, cwd=tmp_path).verdicts == [verdict]


@pytest.mark.parametrize("name", SHAPES)
def test_it_is_read_as_it_is_loaded(name: str, tmp_path: Path) -> None:
    resolver, modules, verdict = SHAPES[name]
    app = f"import connexion\nfrom connexion.resolver import {resolver.partition('(')[0]}\n"
    app += f"app = connexion.FlaskApp(__name__)\napp.add_api('openapi.yaml', resolver={resolver})\n"
    project(tmp_path, app__py=app, openapi__yaml=SPECIFICATION)
    for path, text in modules.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    asked = ("--", "uvicorn", "app:app")
    for read in ((), ("--no-import",)):
        done = diagnose("c3new", *read, *asked, cwd=tmp_path)
        assert done.verdicts == [verdict]
        if "plain classes" in name:
            assert done.report["launches"][0]["treatment"]["cures"] == ["CXD417"]
            assert done.report["launches"][0]["treatment"]["predicted"] == "serves"


@pytest.mark.parametrize("name", CONTROLLERS)
def test_the_module_of_a_handler_is_named_at_the_operation(name: str, tmp_path: Path) -> None:
    version, where, key, verdict = CONTROLLERS[name]
    lines = [version, "info: {title: Pets, version: '1'}", "paths:", "  /pets:"]
    lines += [f"    {key}: pets"] if where == "path" else []
    lines += ["    get:", "      operationId: search", "      responses: {'200': {description: all}}"]
    lines += [f"      {key}: pets"] if where == "operation" else []
    app = "import connexion\napp = connexion.FlaskApp(__name__)\napp.add_api('openapi.yaml')\n"
    project(tmp_path, app__py=app, openapi__yaml="\n".join(lines) + "\n", pets__py=PETS)
    asked = ("--", "uvicorn", "app:app")
    assert diagnose("c3new", *asked, cwd=tmp_path).verdicts == [verdict]
    assert diagnose("c3new", "--no-import", *asked, cwd=tmp_path).verdicts == [verdict]
