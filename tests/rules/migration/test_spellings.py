"""The same fault in the spellings that real projects use, and what only looks like it: one row each."""

# ruff: noqa: E501  (a row is a file in one line)

from __future__ import annotations

import pytest

from tests.rules.migration.project import Files, findings_of

C = "import connexion\n"
A = C + "\napp = connexion.FlaskApp(__name__)\n"
R = "from connexion import request\n\ndef f():\n    "
FACTORY = {"shop/__init__.py": "", "shop/web.py": C + "\ndef create_app():\n    app = connexion.App(__name__)\n"
           "    return app\n"}  # fmt: skip
INNER = {"shop/__init__.py": "", "shop/web.py": A + "flask_app = app.app\n"}
TESTS = "import pytest\nfrom shop.web import create_app\n\n\n@pytest.fixture\ndef client():\n"
CLIENT = "    return create_app().app.test_client()\n"


def shop(name: str, text: str, base: dict[str, str] = FACTORY) -> dict[str, str]:
    return {**base, name: text}


# code, what is special about the spelling, the files
FOUND: tuple[tuple[str, str, Files], ...] = (
    # options= and its keys
    ("CXD420", "App is an alias of FlaskApp", C + "app = connexion.App(__name__, options={'swagger_ui': 0})\n"),
    ("CXD420", "a dictionary behind a name", C + "O = {'swagger_ui': False}\nconnexion.App('x', options=O)\n"),
    ("CXD420", "dict()", C + "app = connexion.App('x', options=dict(swagger_ui=False))\n"),
    ("CXD420", "through ** of a known dictionary",
     C + "KW = {'options': {'swagger_ui': False}}\napp = connexion.App('x', **KW)\n"),
    ("CXD420", "through ** of a literal", C + "app = connexion.App('x', **{'options': {}})\n"),
    ("CXD420", "in a subclass through super()",
     C + "class My(connexion.FlaskApp):\n    def __init__(self):\n        "
     "super().__init__('x', options={'swagger_ui': False})\n"),
    ("CXD420", "in a subclass by the name of its base",
     C + "class My(connexion.FlaskApp):\n    def __init__(self):\n        "
     "connexion.FlaskApp.__init__(self, 'x', options={'swagger_ui': False})\n"),
    ("CXD420", "functools.partial", C + "import functools\n"
     "make = functools.partial(connexion.App, options={'swagger_ui': False})\napp = make('x')\n"),
    ("CXD421", "a factory of another module",
     shop("shop/api.py", "from .web import create_app\n\ncreate_app().add_api('a.yaml', options={'swagger_ui': False})\n")),
    ("CXD421", "the result of a factory behind a name", shop(
        "run.py", "from shop.web import create_app\n\napplication = create_app()\n"
        "application.add_api('a.yaml', options={'swagger_ui': False})\n")),
    ("CXD421", "a keyword set later in the dictionary", A + "o = {}\no['swagger_ui'] = False\n"
     "app.add_api('a.yaml', options=o)\n"),
    ("CXD421", "in a function that gets the app",
     A + "\ndef add(target):\n    target.add_api('a.yaml', options={'swagger_ui': False})\n\nadd(app)\n"),
    ("CXD421", "annotated parameter",
     "from connexion import FlaskApp\n\ndef add(app: FlaskApp) -> None:\n    app.add_api('a', options={'swagger_ui': False})\n"),
    ("CXD421", "annotated with a text",
     "from connexion import FlaskApp\n\ndef add(app: 'FlaskApp') -> None:\n    app.add_api('a', options={'swagger_ui': False})\n"),
    ("CXD421", "annotated as an optional",
     "from connexion import FlaskApp\n\ndef add(app: FlaskApp | None) -> None:\n    app.add_api('a', options={'swagger_ui': False})\n"),
    ("CXD421", "annotated variable",
     "import connexion\napp: connexion.FlaskApp = connexion.FlaskApp(__name__)\napp.add_api('a', options={'swagger_ui': False})\n"),
    ("CXD421", "serve_spec", A + "app.add_api('a.yaml', options={'serve_spec': False})\n"),
    ("CXD422", "a dictionary as swagger_ui_options", A + "app.add_api('a', swagger_ui_options={'swagger_ui': False})\n"),
    ("CXD419", "swagger_ui as a keyword", A + "app.add_api('a.yaml', swagger_ui=False)\n"),
    ("CXD419", "another address", A + "app.add_api('a.yaml', swagger_url='/docs')\n"),
    # constructor
    ("CXD410", "port", C + "connexion.FlaskApp('x', port=8080)\n"),
    ("CXD410", "AsyncApp has none of them either", C + "connexion.AsyncApp('x', debug=True)\n"),
    ("CXD410", "import in a function", "def f():\n    from connexion import App\n    return App('x', debug=True)\n"),
    ("CXD411", "server by position", C + "connexion.FlaskApp('x', 'tornado')\n"),
    ("CXD412", "to add_api", A + "app.add_api('a.yaml', pass_context_arg_name='request')\n"),
    ("CXD412", "pass_context_arg_name in a ** dictionary",
     A + "KW = dict(pass_context_arg_name='request')\napp.add_api('a.yaml', **KW)\n"),
    ("CXD414", "validator_map with a class", C + "from connexion.decorators.validation import RequestBodyValidator\n\n"
     "class V(RequestBodyValidator):\n    pass\n\nconnexion.App('x').add_api('a', validator_map={'body': V})\n"),
    ("CXD414", "validator_map behind a name", C + "class V:\n    pass\n\nM = {'response': V}\n"
     "app = connexion.App('x')\napp.add_api('a', validator_map=M)\n"),
    ("CXD415", "class attribute of FlaskApi", "from connexion import FlaskApi\nFlaskApi.jsonifier = object()\n"),
    ("CXD416", "specification_dir", A + "print(app.specification_dir)\n"),
    ("CXD417", "views of a package", {"api/__init__.py": "", "api/pets.py": "class PetsView:\n    def get(self):\n        pass\n",
     "run.py": A + "from connexion.resolver import MethodViewResolver\napp.add_api('a', resolver=MethodViewResolver('api'))\n"}),
    # run
    ("CXD423", "debug=True", A + "app.run(debug=True)\n"),
    ("CXD423", "server= of the constructor's time", A + "app.run(server='gevent')\n"),
    ("CXD423", "debug from a setting", A + "import os\napp.run(debug=os.environ.get('D'))\n"),
    ("CXD423", "in main() of another module",
     shop("shop/__main__.py", "from shop.web import create_app\n\ndef main():\n    create_app().run(port=1, use_reloader=False)\n\nmain()\n")),
    ("CXD423", "through an attribute of a module",
     {"web.py": A, "run.py": "import web\n\nweb.app.run(threaded=True)\n"}),
    ("CXD423", "a star import", {"web.py": A, "run.py": "from web import *\n\napp.run(threaded=True)\n"}),
    ("CXD423", "re-exported by a package",
     {"shop/__init__.py": "from .web import app\n", "shop/web.py": A, "run.py": "from shop import app\napp.run(debug=1)\n"}),
    ("CXD423", "a class attribute", C + "class S:\n    app = connexion.App('x')\n\nS.app.run(debug=True)\n"),
    ("CXD423", "a subclass of a subclass",
     C + "class A(connexion.FlaskApp):\n    pass\n\nclass B(A):\n    pass\n\nB('x').run(debug=True)\n"),
    ("CXD423", "a method of a subclass",
     C + "class A(connexion.FlaskApp):\n    def start(self):\n        self.run(debug=True)\n"),
    ("CXD423", "a property", C + "class S:\n    def __init__(self):\n        self._a = connexion.App('x')\n\n"
     "    @property\n    def app(self):\n        return self._a\n\nS().app.run(debug=True)\n"),
    ("CXD423", "a name for the class", C + "Base = connexion.FlaskApp\napp = Base('x')\napp.run(debug=True)\n"),
    ("CXD423", "both branches make an app", C + "if x:\n    app = connexion.App('a')\nelse:\n    app = connexion.App('b')\n"
     "app.run(debug=True)\n"),
    ("CXD423", "a tuple of two", C + "app, other = connexion.App('x'), 1\napp.run(debug=True)\n"),
    ("CXD423", "a factory that returns two", C + "def make():\n    app = connexion.App('x')\n    return app, app.app\n\n"
     "app, flask_app = make()\napp.run(debug=True)\n"),
    ("CXD423", "with a walrus", C + "(app := connexion.App('x')).run(debug=True)\n"),
    ("CXD423", "chained assignment", C + "app = application = connexion.App('x')\napplication.run(debug=True)\n"),
    ("CXD423", "lru_cache on the factory", C + "import functools\n\n@functools.lru_cache\ndef make():\n    return connexion.App('x')\n\n"
     "make().run(debug=True)\n"),
    ("CXD424", "the port first", A + "PORT = 8080\napp.run(PORT)\n"),
    ("CXD424", "int() first", A + "import os\napp.run(int(os.environ['PORT']))\n"),
    ("CXD425", "in a container", {"run.py": A + "if __name__ == '__main__':\n    app.run(port=8080)\n",
     "Dockerfile": "FROM python:3.12\nCMD python run.py\n"}),
    ("CXD426", "not guarded", A + "app.run()\n"),
    ("CXD426", "in a function that is called at the top", A + "def main():\n    app.run()\n\nmain()\n"),
    ("CXD428", "flask's own run", A + "app.app.run()\n"),
    ("CXD428", "the flask app of another module", shop("run.py", "from shop.web import flask_app\nflask_app.run()\n", INNER)),
    ("CXD429", "waitress", A + "from waitress import serve\nserve(app)\n"),
    ("CXD429", "gevent", A + "from gevent.pywsgi import WSGIServer\nWSGIServer(('', 1), app).serve_forever()\n"),
    ("CXD429", "gevent with the inner app", A + "from gevent import pywsgi\npywsgi.WSGIServer(('', 1), app.app)\n"),
    ("CXD429", "make_server", A + "from wsgiref.simple_server import make_server\nmake_server('', 1, app)\n"),
    ("CXD429", "DispatcherMiddleware around it", A + "from werkzeug.middleware.dispatcher import DispatcherMiddleware\n"
     "from werkzeug.serving import run_simple\nrun_simple('', 1, DispatcherMiddleware(app, {}))\n"),
    # the Flask app inside
    ("CXD430", "before_request as a decorator", A + "\n@app.app.before_request\ndef f():\n    check()\n"),
    ("CXD430", "before_request as a call", A + "app.app.before_request(print)\n"),
    ("CXD430", "after_request of a name", A + "f = app.app\n\n@f.after_request\ndef g(r):\n    return r\n"),
    ("CXD430", "before_request_funcs", A + "app.app.before_request_funcs.setdefault(None, []).append(print)\n"),
    ("CXD430", "getattr chain of a factory's Flask app",
     {"web.py": C + "def make():\n    c = connexion.App('x')\n    return c.app\n\napp = make()\n\n@app.after_request\ndef g(r):\n    return r\n"}),
    ("CXD431", "before_first_request", A + "\n@app.app.before_first_request\ndef f():\n    pass\n"),
    ("CXD432", "CORS(app.app)", A + "from flask_cors import CORS\nCORS(app.app)\n"),
    ("CXD432", "flask_cors as a module", A + "import flask_cors\nflask_cors.CORS(app.app, resources='/*')\n"),
    ("CXD432", "init_app", A + "from flask_cors import CORS\ncors = CORS()\ncors.init_app(app.app)\n"),
    ("CXD432", "the flask app of another module", shop("x.py", "from shop.web import flask_app\nfrom flask_cors import CORS\nCORS(flask_app)\n", INNER)),
    ("CXD433", "json_encoder", A + "app.app.json_encoder = X\n"),
    ("CXD434", "ProxyFix", A + "from werkzeug.middleware.proxy_fix import ProxyFix\napp.app.wsgi_app = ProxyFix(app.app.wsgi_app)\n"),
    ("CXD434", "ProxyFix from its old place", A + "from werkzeug.contrib.fixers import ProxyFix\nf = app.app\nf.wsgi_app = ProxyFix(f.wsgi_app)\n"),
    ("CXD434", "of one's own", A + "class P:\n    pass\n\napp.app.wsgi_app = P(app.app.wsgi_app)\n"),
    ("CXD435", "CORSMiddleware of FastAPI", A + "from fastapi.middleware.cors import CORSMiddleware\napp.add_middleware(CORSMiddleware)\n"),
    ("CXD436", "Limiter", A + "from flask_limiter import Limiter\nLimiter(app=app.app)\n"),
    ("CXD436", "PrometheusMetrics", A + "from prometheus_flask_exporter import PrometheusMetrics\nPrometheusMetrics(app.app)\n"),
    ("CXD436", "ConnexionPrometheusMetrics", A + "from prometheus_flask_exporter import ConnexionPrometheusMetrics\nConnexionPrometheusMetrics(app)\n"),
    ("CXD437", "application", A + "application = app.app\n"),
    ("CXD437", "application from another module", shop("wsgi.py", "from shop.web import flask_app as application\n", INNER)),
    # errors
    ("CXD440", "one argument", A + "def f(e):\n    return 1\n\napp.add_error_handler(404, f)\n"),
    ("CXD440", "a lambda", A + "app.add_error_handler(404, lambda e: None)\n"),
    ("CXD440", "a method", A + "class H:\n    def f(self, e):\n        pass\n\napp.add_error_handler(404, H().f)\n"),
    ("CXD440", "of another module", {"h.py": "def f(e):\n    pass\n", "run.py": A + "from h import f\napp.add_error_handler(Exception, f)\n"}),
    ("CXD440", "by keyword", A + "def f(e):\n    pass\n\napp.add_error_handler(code_or_exception=404, function=f)\n"),
    ("CXD440", "in a loop over a tuple", A + "def f(e):\n    pass\n\nfor code in (404, 500):\n    app.add_error_handler(code, f)\n"),
    ("CXD441", "errorhandler(401)", A + "\n@app.app.errorhandler(401)\ndef f(e):\n    return 'x'\n"),
    ("CXD441", "405", A + "app.app.register_error_handler(405, print)\n"),
    ("CXD441", "ProblemException of connexion.exceptions", A + "from connexion.exceptions import ProblemException\n"
     "app.app.register_error_handler(ProblemException, print)\n"),
    ("CXD441", "OAuthProblem", A + "from connexion import exceptions as e\napp.app.register_error_handler(e.OAuthProblem, print)\n"),
    ("CXD441", "Unauthorized of werkzeug", A + "from werkzeug.exceptions import Unauthorized\napp.app.register_error_handler(Unauthorized, print)\n"),
    ("CXD442", "get_response", A + "from connexion import FlaskApi, problem\n\ndef f(r, e):\n    return FlaskApi.get_response(problem(1, '', ''))\n"),
    ("CXD443", "a tuple", A + "def f(r, e):\n    return {}, 404\n\napp.add_error_handler(404, f)\n"),
    ("CXD443", "jsonify", A + "from flask import jsonify\n\ndef f(r, e):\n    return jsonify(a=1)\n\napp.add_error_handler(404, f)\n"),
    # requests
    ("CXD450", "request.args", "from connexion import request\n\ndef f():\n    return request.args['a']\n"),
    ("CXD450", "connexion.request.json", C + "\ndef f():\n    return connexion.request.json['a']\n"),
    ("CXD450", "what is named by nobody", R + "return request.accept_languages.best"),
    ("CXD450", "base_url with a path", R + 'return f"{request.base_url}/1"'),
    ("CXD450", "base_url as it is", R + 'return {"self": request.base_url}'),
    ("CXD450", "url and text", R + 'return request.url + "/1"'),
    ("CXD450", "url as text", R + 'return request.url.rstrip("/")'),
    ("CXD450", "renamed", "from connexion import request as r\n\ndef f():\n    return r.get_json()\n"),
    ("CXD450", "of the context module", "from connexion.context import request\n\ndef f():\n    return request.form['x']\n"),
    ("CXD450", "imported in a function", "def f():\n    from connexion import request\n    return request.values\n"),
    ("CXD451", "flask.g in a security function", {"sec.py": "import flask\n\ndef check(t):\n    flask.g.user = t\n    return {}\n",
     "run.py": A, "openapi.yaml": "openapi: 3.0.0\nx-bearerInfoFunc: sec.check\n"}),
    ("CXD451", "in JSON", {"sec.py": "from flask import current_app\n\ndef check(t):\n    return current_app.config\n",
     "run.py": A, "openapi.json": '{"openapi": "3.0.0", "x-tokenInfoFunc": "sec.check"}'}),
    ("CXD458", "flask.abort in a security function", {"sec.py": "import flask\n\ndef check(t):\n    flask.abort(403)\n",
     "run.py": A, "openapi.yaml": "openapi: 3.0.0\nx-bearerInfoFunc: sec.check\n"}),
    ("CXD452", "uwsgi_metrics", C + "import uwsgi_metrics\nuwsgi_metrics.initialize()\n"),
    ("CXD453", "in a route", A + "from connexion import request\n\n@app.route('/x')\ndef f():\n    return request.headers['x']\n"),
    ("CXD453", "in before_request", A + "from connexion import request\n\n@app.app.before_request\ndef f():\n    request.headers['x']\n"),
    # imports
    ("CXD401", "import a.b", "import connexion.decorators.security\n"),
    ("CXD401", "import a.b as c", "import connexion.apis.flask_api as api\napi.FlaskApi\n"),
    ("CXD401", "a package and its module", "from connexion.decorators import uri_parsing\nuri_parsing.OpenAPIURIParser\n"),
    ("CXD401", "from connexion import apis", "from connexion import apis\napis.FlaskApi\n"),
    ("CXD401", "validators", "from connexion.decorators.validation import ParameterValidator\n"),
    ("CXD401", "importlib", C + "import importlib\nimportlib.import_module('connexion.apis.flask_api')\n"),
    ("CXD402", "AuthErrorHandler", "from connexion.handlers import AuthErrorHandler\n"),
    ("CXD403", "AioHttpApp", "from connexion import AioHttpApp\n"),
    ("CXD401", "aiohttp from its module", "from connexion.apps.aiohttp_app import AioHttpApp\n"),
    ("CXD404", "FlaskJSONEncoder", "from connexion.apps.flask_app import FlaskJSONEncoder\n"),
    ("CXD401", "the module in between", "import connexion.apps.flask_app as f\n\nclass E(f.FlaskJSONEncoder):\n    pass\n"),
    ("CXD405", "connexion.context['user']", C + "\ndef f():\n    return connexion.context['user']\n"),
    ("CXD405", "connexion.context.get", C + "\ndef f():\n    return connexion.context.get('user')\n"),
    ("CXD405", "in connexion.context", C + "\ndef f():\n    return 'user' in connexion.context\n"),
    ("CXD405", "dict of connexion.context", C + "\ndef f():\n    return dict(connexion.context)\n"),
    ("CXD405", "context.get", "from connexion import context\n\ndef f():\n    return context.get('user')\n"),
    ("CXD406", "Markup", C + "from flask import Markup\n"),
    ("CXD406", "flask.json.JSONEncoder as an attribute", C + "import flask.json\n\nclass E(flask.json.JSONEncoder):\n    pass\n"),
    ("CXD402", "a name of json_schema", "from connexion.json_schema import validate_required\n"),
    ("CXD406", "url_quote of Werkzeug", C + "from werkzeug.urls import url_quote\n"),
    ("CXD406", "an attribute of the module", C + "from werkzeug import urls\nurls.url_parse('x')\n"),
    ("CXD406", "charset of the request", C + "from flask import request\n\ndef f():\n    return request.charset\n"),
    ("CXD406", "env of the inner app", A + "print(app.app.env)\n"),
    ("CXD406", "env of current_app", C + "import flask\n\ndef f():\n    return flask.current_app.env\n"),
    ("CXD416", "get_root_path", A + "print(app.get_root_path())\n"),
    # tests
    ("CXD460", "app.app.test_client()", A + "c = app.app.test_client()\n"),
    ("CXD460", "in a fixture", shop("tests/conftest.py", TESTS + CLIENT)),
    ("CXD461", "query_string", A + "def test_x():\n    app.test_client().get('/', query_string='a')\n"),
    ("CXD461", "in a test with a fixture", {**shop("tests/conftest.py", TESTS + CLIENT),
     "tests/test_x.py": "def test_x(client):\n    client.get('/', query_string={'a': 1})\n"}),
    ("CXD461", "with ... as client", A + "def test_x():\n    with app.app.test_client() as c:\n        c.post('/', content_type='x')\n"),
    ("CXD461", "client of unittest", A + "import unittest\n\nclass T(unittest.TestCase):\n    def setUp(self):\n        self.c = app.app.test_client()\n\n"
     "    def test_x(self):\n        self.c.get('/', query_string={})\n"),
    ("CXD462", "get_json", A + "def test_x():\n    r = app.test_client().get('/')\n    assert r.get_json()\n"),
    ("CXD462", ".data", A + "def test_x():\n    assert app.test_client().get('/').data\n"),
    ("CXD462", ".json without a call", A + "def test_x():\n    assert app.test_client().get('/').json == {}\n"),
    ("CXD462", "a response of a fixture", {**shop("tests/conftest.py", TESTS + CLIENT),
     "tests/test_x.py": "def test_x(client):\n    r = client.post('/', json={})\n    assert r.json['a']\n"}),
)  # fmt: skip


@pytest.mark.parametrize(
    ("code", "files"),
    [pytest.param(code, files, id=f"{code}-{what}") for code, what, files in FOUND],
)
def test_found(code: str, files: Files) -> None:
    findings = findings_of(files)
    assert code in {found.code for found in findings}, [found.message for found in findings]


RUN = "app.run(debug=True)\n"
# what is special about it, the files. Nothing at all is found.
QUIET: tuple[tuple[str, Files], ...] = (
    ("the context of Connexion 3", C + "\ndef f():\n    return connexion.context.context, connexion.context.scope['path']\n"),
    ("a security function raises what Connexion knows, catches what it raises, and a view what Flask knows",
     {"sec.py": "from connexion.exceptions import Unauthorized\nfrom werkzeug.exceptions import NotFound\n\n\n"
      "def check(t):\n    try:\n        raise NotFound()\n    except NotFound:\n        raise Unauthorized('no')\n\n\n"
      "def view():\n    raise NotFound()\n", "run.py": A, "openapi.yaml": "openapi: 3.0.0\nx-bearerInfoFunc: sec.check\n"}),
    ("Flask's own app", "import connexion\nimport flask\napp = flask.Flask('x')\n" + RUN),
    ("a class of the same name", "import connexion\n\nclass FlaskApp:\n    def run(self, debug):\n        pass\n\napp = FlaskApp()\n" + RUN),
    ("another package with the name", "import connexion\nfrom other import FlaskApp\napp = FlaskApp('x')\n" + RUN),
    ("an app of FastAPI", "import connexion\nfrom fastapi import FastAPI\nfrom fastapi.middleware.cors import CORSMiddleware\n"
     "app = FastAPI()\napp.add_middleware(CORSMiddleware)\n"),
    ("the name is bound again", A + "app = make_other()\n" + RUN),
    ("the parameter hides the name", A + "\ndef f(app):\n    app.run(debug=True)\n"),
    ("a local name hides the module", "import connexion\n\ndef f():\n    connexion = other()\n    connexion.App('x', debug=True)\n"),
    ("a comprehension hides the name", A + "[app.run(debug=True) for app in others]\n"),
    ("a package called connexion_x", "import connexion\nimport connexion_x\nconnexion_x.App('x', debug=True)\n"),
    ("relative import of a module called connexion",
     {"p/__init__.py": "", "p/connexion.py": "def App(n, debug):\n    pass\n", "p/a.py": "from . import connexion\nconnexion.App('x', debug=True)\n"}),
    ("under a test of the version", A + "if version('connexion').startswith('2'):\n    app.run(debug=True)\n"),
    ("in the else of a test of the version", A + "if version('connexion') >= '3':\n    pass\nelse:\n    app.run(debug=True)\n"),
    ("a flag made from the version",
     A + "from importlib.metadata import version\nTHREE = version('connexion') >= '3'\nif not THREE:\n    app.run(debug=True)\n"),
    ("a flag of try and except",
     A + "try:\n    from connexion import AsyncApp\n    NEW = True\nexcept ImportError:\n    NEW = False\nif not NEW:\n    app.run(debug=True)\n"),
    ("hasattr", A + "if hasattr(connexion, 'AioHttpApp'):\n    connexion.AioHttpApp('x')\n"),
    ("try and except ImportError", "try:\n    from connexion.jsonifier import JSONEncoder\nexcept ImportError:\n    from connexion.apps.flask_app import FlaskJSONEncoder as JSONEncoder\n"),
    ("contextlib.suppress", "import contextlib\nimport connexion\nwith contextlib.suppress(ImportError):\n    from connexion.apis import AbstractAPI\n"),
    ("return early for the old version",
     C + "def make():\n    if version('connexion') < '3':\n        return connexion.App('x', options={'swagger_ui': False})\n    return connexion.App('x')\n"),
    ("the rest after an early return for the new one",
     C + "def make():\n    if version('connexion') >= '3':\n        return connexion.App('x')\n    return connexion.App('x', options={'swagger_ui': False})\n"),
    ("typing only", "from typing import TYPE_CHECKING\nimport connexion\nif TYPE_CHECKING:\n    from connexion.apis import AbstractAPI\n"),
    ("options that are None", A + "app.add_api('a.yaml', options=None)\n"),
    ("pass_context_arg_name is None", A + "app.add_api('a.yaml', pass_context_arg_name=None)\n"),
    ("options with the new object", C + "from connexion.options import SwaggerUIOptions\napp = connexion.App('x', swagger_ui_options=SwaggerUIOptions(swagger_ui=False))\n"),
    ("validator_map of 3", A + "app.add_api('a', validator_map={'body': {'application/json': X}})\n"),
    ("request of Flask", "import connexion\nfrom flask import request\n\ndef f():\n    return request.args, request.json['a']\n"),
    ("request as a parameter", "from connexion import request\n\ndef f(request):\n    return request.args\n"),
    ("what both requests have", "from connexion import request\n\ndef f():\n    return request.headers, request.method, request.cookies, str(request.url)\n"),
    ("what only the new request has", R + "return request.get('path'), request.url_for('a'), request.stream()"),
    ("an address of the new request", R + 'return f"{request.url} {request.base_url}pets", request.url.path, request.base_url.hostname'),
    ("query_params", "from connexion import request\n\ndef f():\n    return request.query_params['a']\n"),
    ("awaited", "from connexion import request\n\nasync def f():\n    return (await request.json())['a'], await request.form()\n"),
    ("config of Flask's", A + "app.app.config['ENV'] = 'x'\n"),
    ("what is left of werkzeug.urls", C + "from werkzeug.urls import iri_to_uri, uri_to_iri\n"),
    ("swagger_ui_options", A + "app.add_api('a', swagger_ui_options=make())\n"),
    ("two arguments", A + "def f(request, e):\n    return connexion.problem(1, '', '')\n\napp.add_error_handler(404, f)\n"),
    ("any number of arguments", A + "def f(*args):\n    return connexion.problem(1, '', '')\n\napp.add_error_handler(404, f)\n"),
    ("an optional second argument", A + "def f(request, e=None):\n    return connexion.problem(1, '', '')\n\napp.add_error_handler(404, f)\n"),
    ("an error handler for what views raise", A + "\n@app.app.errorhandler(ValueError)\ndef f(e):\n    return 'x', 500\n"),
    # Measured: on Connexion 2 these were not called for errors of validation either.
    ("errorhandler(400)", A + "\n@app.app.errorhandler(400)\ndef f(e):\n    return 'x', 400\n"),
    ("415 and 404", A + "app.app.register_error_handler(415, print)\napp.app.register_error_handler(404, print)\n"),
    ("BadRequest of werkzeug", A + "from werkzeug.exceptions import BadRequest\napp.app.register_error_handler(BadRequest, print)\n"),
    ("run with what both know", A + "if __name__ == '__main__':\n    app.run(host='0.0.0.0', port=1)\n"),
    ("what uvicorn takes", A + "if __name__ == '__main__':\n    app.run(log_level='info', ssl_keyfile='k')\n"),
    ("a blueprint", A + "from flask import Blueprint\nb = Blueprint('b', 'b')\n\n@b.before_request\ndef f():\n    pass\n\napp.app.register_blueprint(b)\n"),
    ("teardown", A + "\n@app.app.teardown_request\ndef f(e):\n    db.close()\n"),
    ("extensions that only need config", A + "from flask_sqlalchemy import SQLAlchemy\nfrom flask_migrate import Migrate\ndb = SQLAlchemy(app.app)\nMigrate(app.app, db)\n"),
    ("CORS of a Flask app beside", A + "import flask\nfrom flask_cors import CORS\nCORS(flask.Flask('y'))\n"),
    ("cross_origin on a route", A + "from flask_cors import cross_origin\n\n@app.route('/x')\n@cross_origin()\ndef f():\n    return ''\n"),
    ("CORSMiddleware in its place", A + "from connexion.middleware import MiddlewarePosition\nfrom starlette.middleware.cors import CORSMiddleware\n"
     "app.add_middleware(CORSMiddleware, MiddlewarePosition.BEFORE_EXCEPTION)\n"),
    ("Starlette's CORSMiddleware around the app", A + "from starlette.middleware.cors import CORSMiddleware\nasgi = CORSMiddleware(app, allow_origins=['*'])\n"),
    ("a2wsgi around it under a WSGI server", A + "from a2wsgi import ASGIMiddleware\nfrom waitress import serve\nif __name__ == '__main__':\n    serve(ASGIMiddleware(app))\n"),
    ("a WSGI server with another app", A + "import flask\nfrom waitress import serve\nserve(flask.Flask('y'))\n"),
    ("Flask's test client for another app", A + "import flask\n\ndef test_x():\n    c = flask.Flask('y').test_client()\n    assert c.get('/', query_string={}).get_json()\n"),
    ("the test client in httpx's words", A + "def test_x():\n    with app.test_client() as c:\n        r = c.get('/', params={'a': 1})\n        assert r.json()['a'] and r.content\n"),
    ("requests in a test", A + "import requests\n\ndef test_x():\n    assert requests.get('/').json()['a']\n"),
    ("MethodViewResolver with Flask's views", {"api.py": "import flask.views\n\nclass PetsView(flask.views.MethodView):\n    def get(self):\n        pass\n",
     "run.py": A + "from connexion.resolver import MethodViewResolver\napp.add_api('a', resolver=MethodViewResolver('api'))\n"}),
    ("a security function with a context of its own", {"sec.py": "from run import app\nimport flask\n\ndef check(t):\n    with app.app.app_context():\n        return flask.current_app.config\n",
     "run.py": A, "openapi.yaml": "openapi: 3.0.0\nx-bearerInfoFunc: sec.check\n"}),
    ("a security function with a request of its own", {"sec.py": "def check(t, request):\n    return request.headers\n",
     "run.py": A, "openapi.yaml": "openapi: 3.0.0\nx-bearerInfoFunc: sec.check\n"}),
    ("flask run for commands", A + "flask_app = app.app\n\n@flask_app.cli.command('init')\ndef f():\n    pass\n"),
    ("text that only looks like it", C + "HELP = 'app.run(debug=True); from connexion.apis import x'\n"),
)  # fmt: skip


@pytest.mark.parametrize("files", [pytest.param(files, id=what) for what, files in QUIET])
def test_nothing_is_found(files: Files) -> None:
    assert [(found.code, found.message) for found in findings_of(files)] == []
