"""Small projects, each with one thing that the reading must get right: verdict, and a word of the reason."""

# ruff: noqa: E501  (a row is a project in a line or two)

from __future__ import annotations

from pathlib import Path

import pytest

from connexion_doctor.checkup.judge import judge
from connexion_doctor.checkup.read import read
from connexion_doctor.facts.case import Case
from connexion_doctor.launches.find import find
from connexion_doctor.model import Judgement
from connexion_doctor.model.question import Question
from connexion_doctor.reading.versions import Versions
from connexion_doctor.rules.catalogue import launch_rules
from tests.running import project

TWO = Versions(2, "requirements.txt:1", "", {"connexion": "2.14.2", "gunicorn": "23.0.0", "flask": "2.2.5"})
THREE = Versions(
    3, "requirements.txt:1", "", {"connexion": "3.3.0", "uvicorn": "", "gunicorn": "26.0.0", "waitress": "", "httptools": "", "flask-sqlalchemy": ""},
    extras=frozenset({"flask", "uvicorn"}),
)  # fmt: skip
APP = 'import connexion\napp = connexion.FlaskApp(__name__)\napp.add_api("openapi.yaml")\n'
OWN_CLASS = (
    "import connexion\n\n\nclass Api(connexion.AsyncApp):\n    def __init__(self, base='v1'):\n"
    "        super().__init__(__name__)\n        self.add_api('openapi.yaml', base_path=f'/{base}')\n"
)
UVICORN, SYNC, ASGI = "uvicorn app:app", "gunicorn app:app", "gunicorn -k asgi app:app"

SPECIFICATION = """\
openapi: 3.0.3
info: {title: t, version: "1"}
servers: [{url: /v1}]
paths:
  /hello:
    get:
      operationId: handlers.hello
      responses: {"200": {description: ok}}
"""
IN_PATH = SPECIFICATION.replace("/hello:", "/hello/{id}:").replace(
    "      responses",
    "      parameters: [{name: id, in: path, required: true, schema: {type: string}}]\n      responses",
)
SECURED = (
    SPECIFICATION
    + """\
components:
  securitySchemes:
    key: {type: apiKey, name: X-Key, in: header, x-apikeyInfoFunc: handlers.check_key}
security: [{key: []}]
"""
)

FRONT = "class Front:\n    def __init__(self{made}):\n        pass\n\n    {call}\n\n\n"
ADDED = FRONT + APP + "app.add_middleware(Front)\n"
CALLED = "async def __call__(self, scope, receive, send):\n        pass"
WSGI_CALL = "def __call__(self, environ, start_response):\n        pass"
MAKING = "import connexion\ndef make():\n    app = connexion.FlaskApp(__name__)\n    raise {error}('no')\n    return app\n"

HELLO = "def hello():\n    return {}\n"
CORS = (
    "from connexion.middleware import MiddlewarePosition\nfrom starlette.middleware.cors import CORSMiddleware\n"
    + APP
)
FACTORY = "import connexion\ndef make():\n    app = connexion.FlaskApp(__name__)\n    app.add_api('openapi.yaml')\n    return app\n"
TRIED = "try:\n    from web import app\nexcept ImportError:\n    from other import app\n"
TABLES = (
    APP
    + "from flask_sqlalchemy import SQLAlchemy\napp.app.config['SQLALCHEMY_DATABASE_URI'] = '{}'\ndb = SQLAlchemy(app.app)\n"
    "with app.app.app_context():\n    db.create_all()\n"
)
FOUND = (
    "import connexion, handlers\nfrom connexion.resolver import Resolver\nALL = {{'hello': handlers.hello}}\n"
    "def find(name):\n    return getattr(handlers, name)\napp = connexion.FlaskApp(__name__)\napp.add_api('openapi.yaml', resolver=Resolver({}))\n"
)

BUILT = FACTORY.replace("def make", "async def make")
CHOSEN = "import connexion, flask\nKIND = 'b'\n{}app.add_api('openapi.yaml')\n"
ARMS = "match KIND:\n    case 'a':\n        app = flask.Flask('a')\n    case {}:\n        app = connexion.FlaskApp('b')\n"
PRESET = "from functools import partial\n" + FACTORY.replace("def make()", "def make(base)").replace(
    "yaml'", "yaml', base_path=base"
)
PLUGINS = APP + "import importlib\nfor one in {}:\n    importlib.import_module(one)\n"
RAISING = "try:\n    import web\nexcept {}:\n    web = None\n" + APP
BY_STRING = "import uvicorn\nif __name__ == '__main__':\n    uvicorn.run('app:app'{})\n"
NAMELESS = SPECIFICATION.replace("      operationId: handlers.hello\n", "")
BY_RESOLVER = "import connexion\nfrom connexion.resolver import *\napp = connexion.FlaskApp(__name__{})\napp.add_api('openapi.yaml'{})\n"
TWICE = SPECIFICATION + SPECIFICATION.partition("paths:\n")[2].replace("/hello:", "/again:")
NODE = SPECIFICATION.replace(
    "{description: ok}", "{description: ok, content: {a/b: {schema: {$ref: 'HERE'}}}}"
)
ITSELF = (
    NODE.replace("HERE", "#/components/schemas/Node")
    + "components: {schemas: {Node: {$ref: '#/components/schemas/Next'}, Next: LEADS}}\n"
)
WEB = {
    "web/handlers.py": HELLO,
    "openapi.yaml": SPECIFICATION.replace("handlers.", "web.handlers."),
    "web/app.py": APP.replace("__name__", "__name__, specification_dir='..'"),
}

TABLE = {
    # what the app is given
    "middleware": ({"app.py": ADDED.format(made=", app", call=CALLED)}, UVICORN, "serves", "down to Connexion"),
    "middleware that is given what it does not take": ({"app.py": ADDED.format(made=", app", call=CALLED).replace("(Front)", "(Front, level=3)")}, UVICORN, "fails", "unexpected keyword argument 'level'"),
    "middleware that is given what it takes": ({"app.py": ADDED.format(made=", app, level", call=CALLED).replace("(Front)", "(Front, position=1, level=3)")}, UVICORN, "serves", ""),
    "CORS by names that it has not": ({"app.py": CORS + "app.add_middleware(CORSMiddleware, allow_method=['*'])\n"}, UVICORN, "fails", "unexpected keyword argument 'allow_method'"),
    "CORS by its names": ({"app.py": CORS + "app.add_middleware(CORSMiddleware, position=MiddlewarePosition.BEFORE_ROUTING, allow_methods=['*'])\n"}, UVICORN, "serves", ""),
    "a position that there is not": ({"app.py": CORS + "app.add_middleware(CORSMiddleware, position=MiddlewarePosition.BEFORE_EXCEPTIONS)\n"}, UVICORN, "fails", "BEFORE_EXCEPTIONS"),
    "an app that is given what it does not take": ({"app.py": APP.replace("__name__", "__name__, spec_dir='.'")}, UVICORN, "fails", "unexpected keyword argument 'spec_dir'"),
    "two APIs on one base path": ({"app.py": APP + "app.add_api('openapi.yaml')\n"}, UVICORN, "fails", "two APIs"),
    "two APIs on one base path, without Flask": ({"app.py": APP.replace("Flask", "Async") + "app.add_api('openapi.yaml')\n"}, UVICORN, "serves", ""),
    "middleware of WSGI": ({"app.py": ADDED.format(made=", app", call=WSGI_CALL)}, UVICORN, "fails", "Front is WSGI"),
    "middleware that takes no app": ({"app.py": ADDED.format(made="", call=CALLED)}, UVICORN, "fails", "Front.__init__() takes"),
    "middleware of nothing": ({"app.py": APP + "app.add_middleware(object)\n"}, UVICORN, "fails", "object() takes no arguments"),
    "middleware that says not how it is made": ({"app.py": ADDED.format(made="", call=CALLED).replace("    def __init__(self):\n        pass\n\n", "")}, UVICORN, "fails", "Front() takes no arguments"),
    # what is chosen, awaited, given beforehand
    "an app that a coroutine builds": ({"app.py": "import asyncio\n" + BUILT + "app = asyncio.run(make())\n"}, UVICORN, "serves", ""),
    "the same by a loop": ({"app.py": "import asyncio\n" + BUILT + "app = asyncio.get_event_loop().run_until_complete(make())\n"}, SYNC, "fails", "speaks WSGI"),
    "the same in a worker, whose loop runs already": ({"app.py": "import asyncio\n" + BUILT + "app = asyncio.run(make())\n"}, UVICORN + " --workers 2", "fails", "cannot be called from a running event loop"),
    "a coroutine that awaits another": ({"app.py": "import asyncio\n" + BUILT + "async def main():\n    app = await make()\n    return app\napp = asyncio.run(main())\n"}, UVICORN, "serves", ""),
    "a coroutine that raises": ({"app.py": "import asyncio, os\n" + BUILT.replace("    return app", "    os.environ['SHOP_KEY']\n    return app") + "app = asyncio.run(make())\n"}, UVICORN, "unknown", "SHOP_KEY"),
    "a coroutine in the place of an app": ({"app.py": BUILT + "app = make()\n"}, UVICORN, "fails", "is a coroutine"),
    "what a generator yields first": ({"app.py": FACTORY.replace("return app", "yield app") + "app = next(make())\n"}, SYNC, "fails", "speaks WSGI"),
    "a generator in the place of an app": ({"app.py": FACTORY.replace("return app", "yield app") + "app = make()\n"}, UVICORN, "fails", "is a generator"),
    "a branch that is known": ({"app.py": CHOSEN.format("if KIND == 'a':\n    app = flask.Flask('a')\nelse:\n    app = connexion.FlaskApp('b')\n")}, SYNC, "fails", "Connexion 3 apps"),
    "a case that is known": ({"app.py": CHOSEN.format(ARMS.format("'b' | 'c'"))}, SYNC, "fails", "Connexion 3 apps"),
    "the case that is left": ({"app.py": CHOSEN.format(ARMS.format("_"))}, UVICORN, "serves", ""),
    "a case that takes apart what it is given": ({"app.py": CHOSEN.format(ARMS.format("[*_]"))}, UVICORN, "unknown", "decided when it runs"),
    "one of two values that is known": ({"app.py": CHOSEN.format("app = flask.Flask('a') if KIND == 'a' else connexion.FlaskApp('b')\n")}, SYNC, "fails", "Connexion 3 apps"),
    "a factory that is given its arguments beforehand": ({"app.py": PRESET + "app = partial(make, '/v2')\n"}, UVICORN + " --factory", "serves", ""),
    "the same, called by the server": ({"app.py": PRESET + "app = partial(make, base='/v2')\n"}, "gunicorn app:app()", "fails", "speaks WSGI"),
    "the same, which lacks one": ({"app.py": PRESET.replace("(base)", "(base, name)") + "app = partial(make, '/v2')\n"}, UVICORN + " --factory", "fails", "name"),
    "a factory that is given another app": ({"app.py": "import flask\nfrom functools import partial\ndef make(app):\n    return app\ncreate = partial(make, flask.Flask('x'))\napp = create()\n"}, UVICORN, "fails", "flask.app.Flask is WSGI"),
    "what a Flask app has not": ({"app.py": APP + "app.app.nope()\n"}, UVICORN, "fails", "'Flask' object has no attribute 'nope'"),
    "what the project gives a Flask app": ({"app.py": APP + "def audit():\n    pass\napp.app.audit = audit\napp.app.audit()\n"}, UVICORN, "serves", ""),
    "get and post of one function": ({"app.py": APP, "openapi.yaml": SPECIFICATION + SPECIFICATION.partition("/hello:\n")[2].replace("get:", "post:")}, UVICORN, "fails", "overwriting an existing endpoint function"),
    # what is raised on the way
    "a relative import at the top": ({"app.py": "from . import handlers\n" + APP}, UVICORN, "fails", "no known parent package"),
    "a relative import out of the top": ({"a/__init__.py": "", "a/app.py": "from ..b import c\n" + APP}, "uvicorn a.app:app", "fails", "beyond top-level"),
    "a relative import of a package": ({"a/__init__.py": "", "a/b.py": "c = 1\n", "a/app.py": "from .b import c\n" + APP.replace("openapi", "../openapi")}, "uvicorn a.app:app", "serves", "down to Connexion"),
    "a relative import in a try": ({"app.py": "try:\n    from . import handlers\nexcept ImportError:\n    import handlers\n" + APP}, UVICORN, "serves", "down to Connexion"),
    "a guessed factory that raises": ({"app.py": MAKING.format(error="OSError")}, "uvicorn app:make", "fails", "OSError('no')"),
    # what is imported by its name, and what is caught
    "a module of a list that raises": ({"app.py": PLUGINS.format("('first', 'second')"), "first.py": "", "second.py": "raise OSError('no')\n"}, UVICORN, "fails", "OSError: no"),
    "a module of a list that is not there": ({"app.py": PLUGINS.format("['first', 'second']"), "first.py": ""}, UVICORN, "unknown", "imports second"),
    "modules of a list": ({"app.py": PLUGINS.format("['first']"), "first.py": ""}, UVICORN, "serves", ""),
    "one of a list that is left out": ({"app.py": PLUGINS.format("['first', 'second']").replace("    importlib", "    if one == 'second':\n        continue\n    importlib"), "first.py": ""}, UVICORN, "serves", ""),
    "modules of a list, tried": ({"app.py": PLUGINS.format("['first']").replace("    importlib.import_module(one)", "    try:\n        importlib.import_module(one)\n    except OSError:\n        pass"), "first.py": "raise OSError('no')\n"}, UVICORN, "serves", ""),
    "modules of a comprehension": ({"app.py": APP + "import importlib\nALL = [importlib.import_module(f'below.{one}') for one in ('a', 'b')]\n", "below/__init__.py": "", "below/a.py": ""}, UVICORN, "fails", "No module named 'below.b'"),
    "modules that may be imported": ({"app.py": APP + "import importlib\nOF = 1 or importlib.import_module('below.b')\n", "below/__init__.py": ""}, UVICORN, "serves", ""),
    "what a module raises and is caught": ({"app.py": RAISING.format("OSError"), "web.py": "raise OSError('no')\n"}, UVICORN, "serves", ""),
    "what it raises and is not caught": ({"app.py": RAISING.format("ValueError"), "web.py": "raise OSError('no')\n"}, UVICORN, "fails", "OSError: no"),
    "what it raises and is raised again": ({"app.py": RAISING.format("OSError").replace("web = None", "raise"), "web.py": "raise OSError('no')\n"}, UVICORN, "fails", "OSError: no"),
    "what it raises and is suppressed": ({"app.py": APP + "import contextlib\nwith contextlib.suppress(OSError):\n    import web\n", "web.py": "raise OSError('no')\n"}, UVICORN, "serves", ""),
    # what a script's server loads by its name
    "a module of an import string that raises": ({"app.py": APP + "raise OSError('no')\n", "main.py": BY_STRING.format("")}, "python main.py", "fails", "OSError: no"),
    "the same under a guard": ({"app.py": APP + "if __name__ == '__main__':\n    raise OSError('no')\n", "main.py": BY_STRING.format("")}, "python main.py", "serves", ""),
    "a guard of what a script imports": ({"app.py": APP + "if __name__ == '__main__':\n    raise OSError('no')\n", "main.py": "import uvicorn\nfrom app import app\nuvicorn.run(app)\n"}, "python main.py", "serves", ""),
    "a script that its server imports again": ({"main.py": APP + BY_STRING.format("").replace("'app:", "'main:") + "else:\n    raise OSError('no')\n"}, "python main.py", "fails", "OSError: no"),
    "a coroutine in a worker of a script": ({"app.py": "import asyncio\n" + BUILT + "app = asyncio.run(make())\n", "main.py": BY_STRING.format(", workers=2")}, "python main.py", "fails", "cannot be called from a running event loop"),
    "a coroutine in a script's one process": ({"app.py": "import asyncio\n" + BUILT + "app = asyncio.run(make())\n", "main.py": BY_STRING.format("")}, "python main.py", "serves", ""),
    # operations without a name of their own
    "an operation without a name": ({"app.py": APP, "openapi.yaml": NAMELESS}, UVICORN, "fails", "GET /hello of the specification has no operationId"),
    "one that is forgiven": ({"app.py": APP.replace("yaml\"", "yaml\", resolver_error=501"), "openapi.yaml": NAMELESS}, UVICORN, "serves", ""),
    "one behind a module": ({"app.py": BY_RESOLVER.format("", ", resolver=RelativeResolver('handlers')"), "openapi.yaml": NAMELESS}, UVICORN, "fails", "'handlers.None' leads to no function"),
    "a resolver that the app is given": ({"app.py": BY_RESOLVER.format(", resolver=RelativeResolver('handlers')", ""), "openapi.yaml": SPECIFICATION.replace("handlers.", "")}, UVICORN, "serves", ""),
    "the same, and the API another": ({"app.py": BY_RESOLVER.format(", resolver=RelativeResolver('handlers')", ", resolver=Resolver()"), "openapi.yaml": SPECIFICATION.replace("handlers.", "")}, UVICORN, "fails", "'hello' leads to no function"),
    "a name below a function": ({"app.py": APP, "openapi.yaml": SPECIFICATION.replace("hello\n      resp", "hello.get\n      resp")}, UVICORN, "fails", "'handlers.hello.get' leads to no function"),
    "a name that a function is given": ({"app.py": APP, "openapi.yaml": SPECIFICATION.replace("hello\n      resp", "hello.get\n      resp"), "handlers.py": HELLO + "hello.get = hello\n"}, UVICORN, "unknown", "whether handlers.hello has get"),
    "a specification that is run and not there": ({}, "connexion run missing.yaml", "fails", "No such file or directory: 'missing.yaml'"),
    "one of another machine": ({}, "connexion run http://localhost/a.yaml", "unknown", "comes from http://localhost/a.yaml"),
    # what the app is
    "plain": ({"app.py": APP}, UVICORN, "serves", "down to Connexion"),
    "sync worker": ({"app.py": APP}, SYNC, "fails", "speaks WSGI"),
    "re-exported": (
        {"app.py": "from shop.web import app\n", "shop/__init__.py": "", "shop/web.py": APP.replace(
            "__name__)", '__name__, specification_dir="..")')},
        UVICORN, "serves", "",
    ),
    "rebound": (
        {"app.py": APP + "from starlette.middleware.gzip import GZipMiddleware\napp = GZipMiddleware(app)\n"},
        UVICORN, "serves", "",
    ),
    "a class of the project's, called": (
        {"app.py": OWN_CLASS}, "gunicorn -k asgi app:Api('v1')", "serves", "down to Connexion",
    ),
    "a class of the project's as a factory": (
        {"app.py": OWN_CLASS}, "uvicorn --factory app:Api", "serves", "down to Connexion",
    ),
    "a class of the project's that uvicorn takes for a factory": (
        {"app.py": OWN_CLASS}, "uvicorn app:Api", "serves", "down to Connexion",
    ),
    "the same on a server that calls WSGI": ({"app.py": OWN_CLASS}, "gunicorn app:Api()", "fails", "speaks WSGI"),
    "factory with an argument": (
        {"app.py": "import connexion\ndef create_app(kind):\n    app = connexion.FlaskApp(kind)\n"
         "    app.add_api('openapi.yaml')\n    return app\napp = create_app('web')\n"},
        UVICORN, "serves", "",
    ),
    "made elsewhere": (
        {"app.py": "from acme_fw import create_app\napp = create_app()\n"},
        UVICORN, "unknown", "app.py:2: made by acme_fw.create_app, which is not in this project",
    ),
    "branches that agree": (
        {"app.py": "import os, connexion\nif os.environ.get('X'):\n    app = connexion.FlaskApp('a')\nelse:\n"
         "    app = connexion.FlaskApp('b')\napp.add_api('openapi.yaml')\n"},
        SYNC, "fails", "",
    ),
    "branches that do not": (
        {"app.py": "import os, connexion, flask\nif os.environ.get('X'):\n    app = connexion.FlaskApp('a')\n"
         "else:\n    app = flask.Flask('b')\n"},
        SYNC, "unknown", "decided when it runs",
    ),
    "an app in a dictionary": ({"app.py": APP + "apps = {'a': app, 'b': None}\napplication = apps['a']\n"}, "gunicorn app:application", "fails", "speaks WSGI"),
    "an app in a list": ({"app.py": APP + "AT = 1\napps = [None, app]\napplication = apps[AT]\n"}, "uvicorn app:application", "serves", ""),
    "a list that is changed": ({"app.py": APP + "apps = [None, app]\napps.reverse()\napplication = apps[1]\n"}, "uvicorn app:application", "unknown", "apps[1]"),
    "a factory in a dictionary": ({"app.py": FACTORY + "MAKE = {'web': make}\napp = MAKE['web']()\n"}, SYNC, "fails", "speaks WSGI"),
    "a class by its name": ({"app.py": APP.replace("connexion.FlaskApp(", "getattr(connexion, KIND)(").replace("import", "KIND = 'AsyncApp'\nimport", 1)}, UVICORN, "serves", ""),
    "an app by its name": ({"app.py": "import web\napp = getattr(web, 'a' + 'pp')\n", "web.py": APP}, SYNC, "fails", "speaks WSGI"),
    "an app of a module that is imported by its name": ({"app.py": "app = __import__('web').app\n", "web.py": APP}, SYNC, "fails", "speaks WSGI"),
    "the same, and it raises": ({"app.py": "import importlib\napp = importlib.import_module('web').app\n", "web.py": APP + "raise OSError('no')\n"}, UVICORN, "fails", "OSError"),
    "an import that is tried": ({"app.py": TRIED, "web.py": APP}, SYNC, "fails", "speaks WSGI"),
    "an import that is tried in vain": ({"app.py": TRIED, "other.py": APP, "web.py": ""}, SYNC, "fails", "speaks WSGI"),
    "an import that is tried, and may fail inside": ({"app.py": TRIED, "web.py": "import acme\n" + APP}, UVICORN, "unknown", "imports acme"),
    "a function that a function makes around the app": (
        {"app.py": APP + "def around(inner):\n    async def call(scope, receive, send):\n        await inner(scope, receive, send)\n    return call\napp = around(app)\n"},
        UVICORN, "serves", "down to Connexion",
    ),
    "a function that a function makes around the app, on another interface": (
        {"app.py": APP + "def around(inner):\n    def call(environ, start_response):\n        return inner(environ, start_response)\n    return call\napp = around(app)\n"},
        SYNC, "fails", "inside it is ASGI",
    ),
    "an adapter that is taken for a factory": (
        {"app.py": APP + "from a2wsgi import ASGIMiddleware\napp = ASGIMiddleware(app)\n"},
        "uvicorn --factory app:app", "fails", "is an app, not a factory",
    ),
    "Flask's app that is taken for a factory": (
        {"app.py": APP + "app = app.app\n"}, "uvicorn --factory app:app", "fails", "is an app, not a factory",
    ),
    "a decorator that hands on": (
        {"app.py": "import functools\ndef told(f):\n    @functools.wraps(f)\n    def inner(*a, **k):\n        made = f(*a, **k)\n        return made\n    return inner\n"
         + FACTORY.replace("def make", "@told\ndef make") + "app = make()\n"}, SYNC, "fails", "speaks WSGI",
    ),
    "a decorator that does not": ({"app.py": "def told(f):\n    def inner(*a, **k):\n        return 1\n    return inner\n" + FACTORY.replace("def make", "@told\ndef make") + "app = make()\n"}, UVICORN, "unknown", "decorators of make"),
    "a factory that returns nothing": ({"app.py": FACTORY.replace("    return app\n", "") + "app = make()\n"}, UVICORN, "fails", "None"),
    "tables that are made in a file": ({"app.py": TABLES.format("sqlite:///shop.db")}, UVICORN, "serves", ""),
    "tables that are made elsewhere": ({"app.py": TABLES.format("postgresql://db/shop")}, UVICORN, "unknown", "starts something while it is loaded"),
    "tables in a folder that is not there": ({"app.py": TABLES.format("sqlite:////nowhere/at/all/shop.db")}, UVICORN, "unknown", "starts something while it is loaded"),
    "another app's specification that is not there": ({"app.py": APP + "admin = connexion.FlaskApp('admin')\nadmin.add_api('nowhere.yaml')\n"}, UVICORN, "fails", "No such file"),
    "another app's operations, which nobody resolves": ({"app.py": APP + "admin = connexion.FlaskApp('admin')\nadmin.add_api('admin.yaml')\n", "admin.yaml": SPECIFICATION.replace("hello", "nope")}, UVICORN, "serves", ""),
    "a module that Python does not compile": ({"app.py": APP, "handlers.py": "def hello():\n    return {}\nreturn\n"}, UVICORN, "fails", "'return' outside function"),
    "own middleware": (
        {"app.py": APP + "class Log:\n    def __init__(self, app):\n        self.app = app\n"
         "    async def __call__(self, scope, receive, send):\n"
         "        await self.app(scope, receive, send)\napp = Log(app)\n"},
        UVICORN, "serves", "",
    ),
    "own middleware that answers": (
        {"app.py": APP + "class Log:\n    def __init__(self, app):\n        self.app = app\n"
         "    async def __call__(self, scope, receive, send):\n        await answer(send)\napp = Log(app)\n"},
        UVICORN, "unknown", "what an object of Log does with a request",
    ),
    # what loading it asks for
    "variable": (
        {"app.py": f"import os\nKEY = os.environ['SHOP_KEY']\n{APP}"},
        UVICORN, "unknown", "app.py:2: needs the variable SHOP_KEY",
    ),
    "variable of a factory's settings": (
        {"app.py": f"from settings import load\nload()\n{APP}",
         "settings.py": "import os\ndef load():\n    key = os.environ.get('KEY')\n    if not key:\n"
         "        raise ValueError('KEY must be set')\n"},
        UVICORN, "unknown", "may raise ValueError",
    ),
    "guard against misuse": (
        {"app.py": f"from tools import check\ncheck(3)\n{APP}",
         "tools.py": "def check(n):\n    if n > 5:\n        raise ValueError(n)\n"},
        UVICORN, "serves", "",
    ),
    "package nobody asks for": (
        {"app.py": f"import shop_secrets\n{APP}"},
        UVICORN, "unknown", "imports shop_secrets, which nothing that is asked for",
    ),
    "import of what this Python cannot read": (
        {"app.py": f"import newer\n{APP}", "newer.py": "x = \nlate = 1\n"},
        UVICORN, "unknown", "imports newer, which is no Python 3",
    ),
    "factory whose argument decides": (
        {"app.py": "import connexion\n_app = None\ndef get(again=False):\n    global _app\n    if again and _app is not None:\n"
         "        return _app\n    app = connexion.FlaskApp(__name__)\n    app.add_api('openapi.yaml')\n    _app = app\n    return app\n"
         "app = get()\n"},
        UVICORN, "serves", "",
    ),
    "an app that is called as a factory": ({"app.py": APP}, "uvicorn --factory app:app", "fails", "is an app, not a factory"),
    "an app of a module that importlib brings": (
        {"app.py": "import importlib\napp = importlib.import_module('web').app\n", "web.py": APP}, SYNC, "fails", "speaks WSGI",
    ),
    "settings of Flask that a variable names": (
        {"app.py": f"{APP}app.app.config.from_envvar('SHOP')\n"}, UVICORN, "unknown", "needs the variable SHOP",
    ),
    "settings of Flask in a file": (
        {"app.py": f"{APP}app.app.config.from_pyfile('shop.cfg')\n"}, UVICORN, "unknown", "reads the file shop.cfg",
    ),
    "the same where it may be away": (
        {"app.py": f"{APP}app.app.config.from_pyfile('shop.cfg', silent=True)\n"}, UVICORN, "serves", "",
    ),
    "a part of the specification in a file that is not there": (
        {"app.py": APP, "openapi.yaml": SPECIFICATION.replace("{description: ok}", "{$ref: 'parts.yaml#/ok'}")},
        UVICORN, "fails", "parts.yaml",
    ),
    "a part on another machine": (
        {"app.py": APP, "openapi.yaml": SPECIFICATION.replace("{description: ok}", "{$ref: 'https://api.example/ok.yaml'}")},
        UVICORN, "unknown", "asks another machine while it is loaded: https://api.example/ok.yaml",
    ),
    "a server's package that is there": ({"app.py": APP}, f"{UVICORN} --http httptools", "serves", ""),
    "one that may not be": ({"app.py": APP}, f"{UVICORN} --ws wsproto", "unknown", "what ws wsproto does"),
    "limits of HTTP/2": ({"app.py": APP}, f"{ASGI} --http2-max-concurrent-streams 9", "serves", ""),
    "forgiven import": (
        {"app.py": f"try:\n    import shop_secrets\nexcept ImportError:\n    shop_secrets = None\n{APP}"},
        UVICORN, "serves", "",
    ),
    "old import": (
        {"app.py": f"from connexion.apps.flask_app import FlaskJSONEncoder\n{APP}"},
        UVICORN, "fails", "Importing app raises",
    ),
    "raises": ({"app.py": f"raise RuntimeError('no')\n{APP}"}, UVICORN, "fails", "raises RuntimeError: no"),
    # the specification
    "no function": (
        {"app.py": APP, "handlers.py": ""}, UVICORN, "fails", "leads to no function",
    ),
    "no function, forgiven": (
        {"app.py": APP.replace('yaml"', 'yaml", resolver_error=501'), "handlers.py": ""},
        UVICORN, "serves", "",
    ),
    "no specification": (
        {"app.py": APP.replace("openapi.yaml", "nowhere.yaml")}, UVICORN, "fails", "No such file",
    ),
    "no specification, and a script that may make it": (
        {"app.py": APP.replace("openapi.yaml", "nowhere.yaml"), "make.sh": "bundle > nowhere.yaml\n"},
        UVICORN, "fails", "No such file",  # a command that was given: what is here counts
    ),
    "two operations of one function": ({"app.py": APP, "openapi.yaml": TWICE}, UVICORN, "fails", "overwriting an existing endpoint function: handlers_hello"),
    "the same where no Flask app gets them": ({"app.py": APP.replace("Flask", "Async"), "openapi.yaml": TWICE}, UVICORN, "serves", ""),
    "the same where none of them has one": ({"app.py": APP.replace('yaml"', 'yaml", resolver_error=501'), "openapi.yaml": TWICE.replace("hello\n", "nope\n")}, UVICORN, "serves", ""),
    "two operations of one function, which another finds": ({"app.py": FOUND.format("ALL.get").replace("{'hello': handlers.hello}", "{'hello': handlers.hello, 'again': handlers.hello}"), "openapi.yaml": TWICE.replace("handlers.hello", "again", 1).replace("handlers.", "")}, UVICORN, "serves", ""),
    "a schema in itself": ({"app.py": APP, "openapi.yaml": ITSELF.replace("LEADS", "{properties: {next: {$ref: '#/components/schemas/Node'}}}")}, UVICORN, "serves", ""),
    "a schema that leads to itself alone": ({"app.py": APP, "openapi.yaml": ITSELF.replace("LEADS", "{$ref: '#/components/schemas/Node'}")}, UVICORN, "fails", "RecursionError"),
    "a schema in itself, in another file": ({"app.py": APP, "openapi.yaml": NODE.replace("HERE", "node.yaml"), "node.yaml": "properties: {next: {$ref: 'node.yaml#'}}\n"}, UVICORN, "fails", "RecursionError"),
    "a schema in another file": ({"app.py": APP, "openapi.yaml": NODE.replace("HERE", "node.yaml"), "node.yaml": "properties: {a: {$ref: 'b.yaml'}, b: {$ref: 'b.yaml'}}\n", "b.yaml": "type: string\n"}, UVICORN, "serves", ""),
    "functions in the folder that it is started in": (WEB, "uvicorn --app-dir web app:app", "fails", "web.handlers.hello"),
    "the same, which a file puts on the path": ({**WEB, "web/app.py": "import sys\n" + WEB["web/app.py"] + "sys.path.append(sys.argv[0])\n"}, "uvicorn --app-dir web app:app", "unknown", "is not in this project"),
    "no API": ({"app.py": APP.partition("app.add")[0]}, UVICORN, "serves", ""),
    "no API, and somebody else is given the app": (
        {"app.py": "import acme_fw\n" + APP.partition("app.add")[0] + "acme_fw.register(app)\n"},
        UVICORN, "unknown", "acme_fw",
    ),
    "the API of a script": (
        {"app.py": APP.partition("app.add")[0] + "if __name__ == '__main__':\n    app.add_api('openapi.yaml')\n    app.run()\n",
         "handlers.py": ""},
        "python app.py", "fails", "leads to no function",
    ),
    "path by a constant of another module": (
        {"app.py": APP.replace('"openapi.yaml"', "settings.SPEC").replace("import", "import settings\nimport", 1),
         "settings.py": "import os\nHERE = os.path.dirname(os.path.abspath(__file__))\nSPEC = os.path.join(HERE, 'openapi' + '.yaml')\n"},
        UVICORN, "serves", "",
    ),
    "path by a package's resources": (
        {"app.py": APP.replace('"openapi.yaml"', "files('shop') / f'{NAME}.yaml'").replace(
            "import", "from importlib.resources import files\nNAME = 'api'\nimport", 1),
         "shop/__init__.py": "", "shop/api.yaml": SPECIFICATION},
        UVICORN, "serves", "",
    ),
    "an invalid specification": (
        {"app.py": APP, "openapi.yaml": SPECIFICATION.replace(', version: "1"', "")},
        UVICORN, "fails", "'version' is a required property",
    ),
    "a specification that is no YAML": (
        {"app.py": APP, "openapi.yaml": SPECIFICATION + "  a: [\n"}, UVICORN, "fails", "ParserError: while parsing a flow",
    ),
    "a specification with a tab": (
        {"app.py": APP, "openapi.yaml": SPECIFICATION.replace("paths:", "\tpaths:")}, UVICORN, "fails", "ScannerError: while scanning",
    ),
    "a template that the app is to fill in": (
        {"app.py": APP.replace("__name__", "__name__, arguments={'base': '/v2'}"), "openapi.yaml": SPECIFICATION.replace("/v1", "{{ base }}")},
        UVICORN, "fails", "None is not of type 'string'",
    ),
    "a template that the API fills in": (
        {"app.py": APP.replace('yaml"', 'yaml", arguments={"title": "t"}'), "openapi.yaml": SPECIFICATION.replace("title: t", "title: {{ title }}")},
        UVICORN, "serves", "",
    ),
    "an empty specification": ({"app.py": APP, "openapi.yaml": ""}, UVICORN, "fails", "Unable to get the spec version"),
    "a list in the place of a specification": (
        {"app.py": APP, "openapi.yaml": "- a\n"}, UVICORN, "fails", "Unable to get the spec version",
    ),
    "a specification that is a template": (
        {"app.py": APP, "openapi.yaml": SPECIFICATION + "{% if x %}\n  a: [\n{% endif %}\n"}, UVICORN, "unknown", "openapi.yaml cannot be read",
    ),
    "a specification that gives an anchor twice": (
        {"app.py": APP, "openapi.yaml": "a: &x 1\nc: &x 2\n" + SPECIFICATION}, UVICORN, "fails", "found duplicate anchor 'x'",
    ),
    "a specification that gives a key twice": (
        {"app.py": APP, "openapi.yaml": "x-a: 1\nx-a: &x yes\nx-b: *x\n" + SPECIFICATION}, UVICORN, "serves", "",
    ),
    "a specification with a tag that the app may know": (
        {"app.py": APP, "openapi.yaml": "a: !include b.yaml\n" + SPECIFICATION}, UVICORN, "unknown", "openapi.yaml cannot be read",
    ),
    "a function of security": ({"app.py": APP, "openapi.yaml": SECURED}, UVICORN, "serves", ""),
    "no function of security": (
        {"app.py": APP, "openapi.yaml": SECURED.replace("check_key", "chek")}, UVICORN, "fails", "has no attribute 'chek'",
    ),
    "security of nobody knows where": (
        {"app.py": APP, "openapi.yaml": SECURED.replace("handlers.check_key", "acme.check")}, UVICORN, "unknown", "acme.check",
    ),
    "security of a module that is not there": (
        {"app.py": APP, "openapi.yaml": SECURED.replace("handlers.check_key", "shop.security_.check"), "shop/__init__.py": "", "shop/security.py": ""},
        UVICORN, "fails", "No module named 'shop.security_'",
    ),
    "security of something that its module may make": (
        {"app.py": APP, "openapi.yaml": SECURED.replace("check_key", "Checks.check"), "handlers.py": "from acme import Checks\ndef hello():\n    return {}\n"},
        UVICORN, "unknown", "handlers.Checks.check leads to cannot be read",
    ),
    "security of a module that git ignores": (
        {"app.py": APP, "openapi.yaml": SECURED.replace("handlers.check_key", "shop.made.check"), "shop/__init__.py": "", ".gitignore": "made.py\n"},
        UVICORN, "unknown", "shop.made.check leads to cannot be read",
    ),
    "security that nothing asks for": (
        {"app.py": APP, "openapi.yaml": SECURED.replace("check_key", "chek").replace("security: [{key: []}]\n", "")},
        UVICORN, "serves", "",
    ),
    "a handler's argument that is never given": (
        {"app.py": APP, "handlers.py": "def hello(name, request):\n    return {}\n"}, UVICORN, "fails", "requires name and request",
    ),
    "an argument under its Pythonic name": (
        {"app.py": APP.replace('yaml"', 'yaml", pythonic_params=True'), "handlers.py": "def hello(id_, petName=1):\n    return {}\n", "openapi.yaml": IN_PATH},
        UVICORN, "serves", "",
    ),
    "an argument that is made Pythonic, and is not so in the handler": (
        {"app.py": APP.replace('yaml"', 'yaml", pythonic_params=True'), "handlers.py": "def hello(id):\n    return {}\n", "openapi.yaml": IN_PATH},
        UVICORN, "fails", "requires id, which GET /hello/{id} does not give",
    ),
    "a handler's argument, and the operation names its module": (
        {"app.py": APP, "handlers.py": "def hello(request):\n    return {}\n", "openapi.yaml": SPECIFICATION.replace(
            "operationId: handlers.hello", "operationId: hello\n      x-openapi-router-controller: handlers")},
        UVICORN, "fails", "handlers.hello requires request",
    ),
    "a decorator that may give what is wanted": (
        {"app.py": APP, "handlers.py": "from tools import given\n@given\ndef hello(request):\n    return {}\n", "tools.py": "def given(f):\n    return f\n"},
        UVICORN, "serves", "",
    ),
    "function that takes any call": (
        {"app.py": APP + "def anything(*args):\n    return app(*args)\n"}, "gunicorn -k asgi app:anything", "serves", "",
    ),
    "script in a folder": (  # Python puts that folder on its path, and not the one that it is started in
        {"bin/serve.py": APP.replace("__name__", "__name__, specification_dir='..'") + "app.run()\n"},
        "python bin/serve.py", "fails", "handlers.hello' leads to no function",
    ),
    # the server
    "computed worker": (
        {"app.py": APP, "gunicorn.conf.py": "import os\nworker_class = os.environ.get('W', 'asgi')\n"},
        SYNC, "serves", "",
    ),
    "a worker that a function tells": ({"app.py": APP, "gunicorn.conf.py": "def pick():\n    return 'asgi'\nworker_class = pick()\n"}, SYNC, "serves", ""),
    "a worker of another module": ({"app.py": APP, "gunicorn.conf.py": "from conf import KINDS\nworker_class = KINDS['web']\n", "conf.py": "KINDS = {'web': 'sync'}\n"}, SYNC, "fails", "speaks WSGI"),
    "a variable without a value": ({"app.py": APP, "gunicorn.conf.py": "worker_class = 'asgi'\nraw_env = ['A=1', 'B']\n"}, SYNC, "fails", "environment setting 'B' invalid"),
    "a function that finds functions": ({"app.py": FOUND.format("find"), "openapi.yaml": SPECIFICATION.replace("handlers.", "")}, UVICORN, "serves", ""),
    "a lambda that finds functions": ({"app.py": FOUND.format("lambda name: ALL[name]"), "openapi.yaml": SPECIFICATION.replace("handlers.", "")}, UVICORN, "serves", ""),
    "a table that has functions": ({"app.py": FOUND.format("ALL.get"), "openapi.yaml": SPECIFICATION.replace("handlers.", "")}, UVICORN, "serves", ""),
    "a table that has none of the name": ({"app.py": FOUND.format("ALL.__getitem__"), "openapi.yaml": SPECIFICATION.replace("handlers.hello", "hallo")}, UVICORN, "unknown", "how its resolver finds functions"),
    "a lambda that finds none": ({"app.py": FOUND.format("lambda name: ALL[name]"), "openapi.yaml": SPECIFICATION.replace("handlers.hello", "hallo")}, UVICORN, "unknown", "how its resolver finds functions"),
    "unreadable worker": (
        {"app.py": APP, "gunicorn.conf.py": "worker_class = pick()\n"}, SYNC, "unknown", "gunicorn",
    ),
    "workers that only the start knows": (
        {"app.py": APP}, "gunicorn -k asgi -w $WORKERS app:app", "serves", "",
    ),
    "unknown option": ({"app.py": APP}, "uvicorn --frobnicate 3 app:app", "unknown", "--frobnicate"),
    "certificate": (
        {"app.py": APP}, "uvicorn --ssl-certfile no.pem app:app", "unknown", "no.pem, which is not here",
    ),
    "own worker": (
        {"app.py": APP, "own.py": "from gunicorn.workers.sync import SyncWorker\n"
         "class Mine(SyncWorker):\n    pass\n"},
        "gunicorn -k own.Mine app:app", "fails", "",
    ),
    "script that hands the app on": (
        {"app.py": APP + "def main(app):\n    app.run()\nif __name__ == '__main__':\n    main(app)\n"},
        "python app.py", "serves", "",
    ),
    "script": (
        {"app.py": APP + "if __name__ == '__main__':\n    app.run(port=8080)\n"},
        "python app.py", "serves", "",
    ),
    "a server that a coroutine serves": (
        {"app.py": "import asyncio, uvicorn\n" + APP + "async def main():\n    config = uvicorn.Config(app, port=8080)\n    await uvicorn.Server(config).serve()\nif __name__ == '__main__':\n    asyncio.run(main())\n"},
        "python app.py", "serves", "",
    ),
    "uvicorn in a script, given what it does not take": (
        {"app.py": "import uvicorn\n" + APP + "uvicorn.run(app, threads=4)\n"}, "python app.py", "fails", "run() got an unexpected keyword argument 'threads'",
    ),
    "code of the other Connexion in a factory that is called": (
        {"app.py": FACTORY.replace("    return", "    app.config['A'] = 1\n    return") + "app = make()\n"}, UVICORN, "fails", "Importing app raises AttributeError",
    ),
    "code of the other Connexion in a factory that the server calls": (
        {"app.py": FACTORY.replace("    return", "    app.config['A'] = 1\n    return")}, "uvicorn --factory app:make", "fails", "`app:make` raises AttributeError",
    ),
    "code of the other Connexion in a function that nobody calls": (
        {"app.py": FACTORY + "app = make()\ndef more():\n    app.config['A'] = 1\n"}, UVICORN, "unknown", "`config`",
    ),
    "code of the other Connexion whose exception is caught": (
        {"app.py": FACTORY.replace("    return", "    try:\n        app.config['A'] = 1\n    except AttributeError:\n        pass\n    return") + "app = make()\n"}, UVICORN, "serves", "",
    ),
    "a script that imports what is not there": (
        {"app.py": "import uvicorn\nimport shop.nothing\n" + APP + "if __name__ == '__main__':\n    uvicorn.run(app)\n", "shop/__init__.py": ""}, "python app.py", "fails", "No module named 'shop.nothing'",
    ),
    "a script that imports it behind the call that serves": (
        {"app.py": "import uvicorn\n" + APP + "if __name__ == '__main__':\n    uvicorn.run(app)\n    import shop.nothing\n", "shop/__init__.py": ""}, "python app.py", "unknown", "imports shop.nothing",
    ),
    "a factory in a script": ({"app.py": FACTORY + "import uvicorn\nuvicorn.run(make, port=80)\n"}, "python app.py", "serves", ""),
    "a function around the app in a script": (
        {"app.py": APP + "import uvicorn\nasync def call(scope, receive, send):\n    await app(scope, receive, send)\nuvicorn.run(call, port=80)\n"}, "python app.py", "serves", "",
    ),
    "an attribute of a function": ({"app.py": APP + "async def call(scope, receive, send):\n    await app(scope, receive, send)\n"}, "uvicorn app:call.app", "fails", "`app:call` has no 'app'"),
    "an attribute that a function is given": ({"app.py": APP + "async def call(scope, receive, send):\n    await app(scope, receive, send)\ncall.app = app\n"}, "uvicorn app:call.app", "unknown", "its attribute app"),
    "Flask's app of an AsyncApp": ({"app.py": APP.replace("Flask", "Async") + "app = app.app\n"}, UVICORN, "fails", "AttributeError"),
    "Flask's app of an AsyncApp, by the target": ({"app.py": APP.replace("Flask", "Async")}, "uvicorn app:app.app", "fails", "`app:app` has no 'app'"),
    "uvicorn in a script": ({"app.py": "import uvicorn\n" + APP + "uvicorn.run(app, host='::', headers=[])\n"}, "python app.py", "serves", ""),
    "a machine that the configuration asks": ({"app.py": APP, "gunicorn.conf.py": "import socket\nworker_class = 'asgi'\nsocket.create_connection(('db', 1))\n"}, SYNC, "unknown", "asks another machine"),
    "a module of a package that git ignores": ({"app.py": "from conf.local import X\n" + APP, "conf/__init__.py": "", ".gitignore": "local.py\n"}, UVICORN, "fails", "No module named 'conf.local'"),
    "waitress in a script": (
        {"app.py": "from waitress import serve\n" + APP + "serve(app)\n"}, "python app.py", "fails", "",
    ),
}  # fmt: skip
HANDLERS = (
    "def hello(name=''):\n    return {'hello': name}\n\n\ndef secret():\n    return {}\n\n\n"
    "def check_key(token, required_scopes=None):\n    return {}\n"
)
# Connexion 2 looks for the functions of an API while it is added.
OWN = {"openapi.yaml": SPECIFICATION.replace("handlers.", "app.")}
OF_TWO = {
    "a handler's argument that is never given": (
        {"app.py": APP, "handlers.py": "def hello(request):\n    return {}\n"}, SYNC, "fails", "requires request",
    ),
    "an app of aiohttp": (
        {"app.py": APP.replace("FlaskApp", "AioHttpApp")}, SYNC, "unknown", "an AioHttpApp is served by aiohttp",
    ),
    "functions above": ({**OWN, "app.py": f"{HELLO}{APP}"}, SYNC, "serves", ""),
    "functions below": ({**OWN, "app.py": f"{APP}{HELLO}"}, SYNC, "fails", "partially initialized module 'app'"),
    "functions whose module needs what is below": (
        {"app.py": f"{APP}db = object()\n", "handlers.py": f"from app import db\n{HELLO}"},
        SYNC, "fails", "cannot import name 'db' from partially initialized module 'app'",
    ),
    "functions whose module needs what is above": (
        {"app.py": f"db = object()\n{APP}", "handlers.py": f"from app import db\n{HELLO}"}, SYNC, "serves", "",
    ),
    "functions below, and a factory": (
        {**OWN, "app.py": f"import connexion\ndef make():\n    app = connexion.FlaskApp(__name__)\n    app.add_api('openapi.yaml')\n    return app\n{HELLO}"},
        "gunicorn app:make()", "serves", "",
    ),
    "functions below a factory's call": (
        {**OWN, "app.py": f"import connexion\ndef make():\n    app = connexion.FlaskApp(__name__)\n    app.add_api('openapi.yaml')\n    return app\napp = make()\n{HELLO}"},
        SYNC, "fails", "partially initialized module 'app'",
    ),
    "two operations of one function": ({"app.py": APP, "openapi.yaml": TWICE}, SYNC, "fails", "overwriting an existing endpoint function"),
    "two APIs on one base path": ({"app.py": APP + "app.add_api('openapi.yaml')\n"}, SYNC, "fails", "already registered"),
    "a schema that leads to itself alone": ({"app.py": APP, "openapi.yaml": ITSELF.replace("LEADS", "{$ref: '#/components/schemas/Node'}")}, SYNC, "serves", ""),
    "a schema in another file": ({"app.py": APP, "openapi.yaml": NODE.replace("HERE", "node.yaml"), "node.yaml": "type: string\n"}, SYNC, "fails", "unknown url type: 'node.yaml'"),
    "an invalid specification": (
        {"app.py": APP, "openapi.yaml": SPECIFICATION.replace("description: ok", "x-a: b")}, SYNC, "fails", "'description' is a required property",
    ),
}  # fmt: skip
ALL = {**{(3, name): row for name, row in TABLE.items()}, **{(2, name): row for name, row in OF_TWO.items()}}


@pytest.mark.parametrize(("major", "name"), ALL)
def test_verdict_and_reason(major: int, name: str, tmp_path: Path) -> None:
    files, command, verdict, reason = ALL[major, name]
    judgement = verdict_of(
        {"openapi.yaml": SPECIFICATION, "handlers.py": HANDLERS, **files}, command, tmp_path, major
    )
    assert judgement.verdict.value == verdict, judgement.reason
    assert reason in judgement.reason


def verdict_of(files: dict[str, str], command: str, folder: Path, major: int = 3) -> Judgement:
    """What is said of a start of a project that has these files, read."""
    versions = THREE if major == 3 else TWO
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, "utf-8")
    question = Question(command=tuple(command.split()), directory=str(folder))
    (launch,) = find(question, folder).launches
    facts = read(launch, versions, folder, {})
    judgement, findings = judge(Case(launch, facts, versions.environment, folder), launch_rules())
    assert "CXD000" not in [one.code for one in findings]
    return judgement


def test_strict_makes_what_is_open_count(tmp_path: Path) -> None:
    from tests.running import doctor

    folder = project(tmp_path, app__py="from acme_fw import create_app\napp = create_app()\n")
    words = ["--no-import", "--", "uvicorn", "app:app"]
    lenient, strict = doctor(*words, cwd=folder), doctor("--strict", *words, cwd=folder)
    assert (lenient.code, strict.code) == (0, 1)
    assert "1 start could not be settled." in lenient.stdout and "Nothing to fix" not in lenient.stdout
