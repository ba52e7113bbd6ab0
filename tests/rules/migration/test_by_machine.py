"""What was left to a person once, and is certain: before and after."""

from __future__ import annotations

import pytest

from tests.rules.migration.project import found, transformed
from tests.rules.migration.scenarios import HEAD, operation

SHOP = {"shop.py": "import connexion\n\n\ndef create_app():\n    return connexion.FlaskApp(__name__)\n"}
FIXTURES = (
    "import pytest\nfrom shop import create_app\n\n\n@pytest.fixture\ndef app():\n{0}\n\n"
    "@pytest.fixture\ndef client(app):\n    return app.test_client()\n"
)
TESTS = "def test_it(client, app):\n    with {0}.app_context():\n        assert client.get('/').status_code\n"
LOCAL = (
    "from shop import create_app\n\n\ndef test_it():\n    app = {0}\n    {1}.config['A'] = 1\n"
    "    app.test_client()\n"
)
MADE = "import connexion\n\napp = connexion.FlaskApp(__name__)\n"
IMPORTED = {"shop.py": MADE.replace("app = ", "cx = ") + "app = cx.app\n"}
CONTEXT = {"openapi.yaml": HEAD + operation("/greet", "handlers.greet")}
ADDED = f"{MADE}NAME = 'ctx'\napp.add_api('openapi.yaml', pass_context_arg_name=NAME)\n"
GREET = "def greet({0}, limit=None):\n    {0} = dict({0})\n    return {{'user': {0}['user']}}\n"
TEST = (
    "import connexion\nfrom handlers import greet\n\n\ndef test_it():\n    assert greet({}={{'user': 1}})\n"
)
SECURED = {"run.py": MADE, "openapi.yaml": "openapi: 3.0.0\nx-bearerInfoFunc: sec.check\n"}


def refusing(*refused: str, head: str = "from connexion import ProblemException") -> dict[str, str]:
    """Functions that refuse in these ways."""
    made = [f"def f{number}(text):\n    {one}\n" for number, one in enumerate(refused)]
    return {"errors.py": "\n\n".join([f"{head}\n", *made])}


OF_2 = "from connexion import exceptions"
OWN = (
    "from connexion import ProblemException\n\n\n"
    "class Own(ProblemException):\n    def __init__(self, text):\n        super().__init__({0})\n\n\n"
    "class Further(Own):\n    def __init__(self, a, b):\n        super().__init__(a + b)\n\n\n"
    "class Plain(ProblemException):\n    pass\n\n\ndef f():\n    Own('a')\n    raise Plain({0})\n"
)


def security(head: str, refuses: str) -> dict[str, str]:
    """A security function that refuses in this way."""
    return SECURED | {"sec.py": f"{head}\n\n\ndef check(token):\n    if token:\n        {refuses}\n"}


NARROW = (
    "resources={r'/api/*': {'origins': ['https://a.example.org'], 'max_age': 5, 'methods': 'GET', "
    "'expose_headers': ['X-A'], 'supports_credentials': True}}"
)


def cors(options: str) -> dict[str, str]:
    """An app with Flask-CORS, whose operations lie below ``/api``."""
    app = "import connexion\nfrom flask_cors import CORS\n\napp = connexion.App(__name__)\n"
    app += f"CORS(app.app, {options})\n"
    return {"example.py": app, "openapi.yaml": "openapi: 3.0.3\nservers: [{url: /api/v1}]\npaths: {}\n"}


# code, what is special, before, after
EDITED: tuple[tuple[str, str, dict[str, str], dict[str, str]], ...] = (
    (
        "CXD432",
        "resources, and every option that CORSMiddleware has",
        cors(NARROW),
        cors("")
        | {
            "example.py": "import connexion\nfrom connexion.middleware import MiddlewarePosition\n"
            "from starlette.middleware.cors import CORSMiddleware\n\napp = connexion.App(__name__)\n"
            "app.add_middleware(\n    CORSMiddleware,\n    position=MiddlewarePosition.BEFORE_EXCEPTION,\n"
            "    allow_origins=['https://a.example.org'],\n    allow_methods=['GET'],\n"
            "    allow_headers=[\"*\"],\n    max_age=5,\n    expose_headers=['X-A'],\n"
            "    allow_credentials=True,\n)\n"
        },
    ),
    (
        "CXD412",
        "the name is a constant, the handler sets it, and a test gives it",
        CONTEXT | {"example.py": ADDED, "handlers.py": GREET.format("ctx"), "test_it.py": TEST.format("ctx")},
        CONTEXT
        | {
            "example.py": ADDED.replace(", pass_context_arg_name=NAME", ""),
            "handlers.py": GREET.format("context_"),
            "test_it.py": TEST.format("context_"),
        },
    ),
    (
        "CXD437",
        "the module goes on to use it",
        {
            "wsgi.py": f"{MADE}application = app.app\napplication.config['A'] = 1\n\n\n"
            "@application.route('/health')\ndef health():\n    application.logger.info('')\n"
            "    return ''\n\n\nif __name__ == '__main__':\n    application.run()\n"
        },
        {
            "wsgi.py": f"{MADE}application = app\napplication.app.config['A'] = 1\n\n\n"
            "@application.app.route('/health')\ndef health():\n    application.app.logger.info('')\n"
            "    return ''\n\n\nif __name__ == '__main__':\n    application.run()\n"
        },
    ),
    (
        "CXD437",
        "of a factory",
        {"wsgi.py": "from shop import create_app\n\napplication = create_app().app\n",
         "shop.py": "import connexion\n\n\ndef create_app():\n    return connexion.FlaskApp(__name__)\n"},
        {"wsgi.py": "from shop import create_app\n\napplication = create_app()\n",
         "shop.py": "import connexion\n\n\ndef create_app():\n    return connexion.FlaskApp(__name__)\n"},
    ),
    (
        "CXD437",
        "made by a factory that returns it",
        {"wsgi.py": "from shop import create_app\n\napplication = create_app()\n"
                    "application.config['A'] = 1\n",
         "shop.py": "import connexion\n\n\ndef create_app():\n    cx = connexion.FlaskApp(__name__)\n"
                    "    return cx.app\n"},
        {"wsgi.py": "from shop import create_app\n\napplication = create_app()\n"
                    "application.app.config['A'] = 1\n",
         "shop.py": "import connexion\n\n\ndef create_app():\n    cx = connexion.FlaskApp(__name__)\n"
                    "    return cx\n"},
    ),
    (
        "CXD437",
        "imported by that name",
        {"wsgi.py": "from shop import flask_app as application\n\napplication.config['A'] = 1\n",
         "shop.py": f"{MADE}flask_app = app.app\n"},
        {"wsgi.py": "from shop import app as application\n\napplication.app.config['A'] = 1\n",
         "shop.py": f"{MADE}flask_app = app.app\n"},
    ),
    (
        "CXD460",
        "of a fixture",
        SHOP | {"conftest.py": FIXTURES.format("    return create_app().app\n"),
                "test_it.py": TESTS.format("app")},
        SHOP | {"conftest.py": FIXTURES.format("    return create_app()\n"),
                "test_it.py": TESTS.format("app.app")},
    ),
    (
        "CXD460",
        "of a fixture that goes on with it",
        SHOP | {"conftest.py": FIXTURES.format(
            "    app = create_app().app\n    app.config['TESTING'] = True\n    yield app\n")},
        SHOP | {"conftest.py": FIXTURES.format(
            "    app = create_app()\n    app.app.config['TESTING'] = True\n    yield app\n")},
    ),
    (
        "CXD460",
        "of a variable",
        SHOP | {"test_it.py": LOCAL.format("create_app().app", "app")},
        SHOP | {"test_it.py": LOCAL.format("create_app()", "app.app")},
    ),
    (
        "CXD460",
        "imported, for the client alone",
        IMPORTED | {"test_it.py": "from shop import app\n\nclient = app.test_client()\n"},
        IMPORTED | {"test_it.py": "from shop import cx\n\nclient = cx.test_client()\n"},
    ),
    (
        "CXD460",
        "imported, and used by itself",
        IMPORTED | {"test_it.py": "from shop import app as it\n\n\ndef test_it():\n    it.config['A'] = 1\n"
                    "    it.test_client()\n"},
        IMPORTED | {"test_it.py": "from shop import app as it\nfrom shop import cx\n\n\ndef test_it():\n"
                    "    it.config['A'] = 1\n    cx.test_client()\n"},
    ),
    (
        "CXD444",
        "in the words of werkzeug",
        refusing(
            "raise exceptions.OAuthProblem(description=text)",
            "raise exceptions.Forbidden(description='no ' + text)",
            head=OF_2,
        ),
        refusing(
            "raise exceptions.OAuthProblem(text)", "raise exceptions.Forbidden('no ' + text)", head=OF_2
        ),
    ),
    (
        "CXD444",
        "a title that is the usual one, and one that is not",
        refusing(
            "raise exceptions.BadRequestProblem(title='Bad Request', detail=text)",
            "raise exceptions.BadRequestProblem('Short', text)",
            head=OF_2,
        ),
        refusing(
            "raise exceptions.BadRequestProblem(detail=text)",
            "raise ProblemException(status=400, title='Short', detail=text)",
            head=f"{OF_2}\nfrom connexion.exceptions import ProblemException",
        ),
    ),
    (
        "CXD444",
        "over lines, and in a name",
        refusing("raise ProblemException(\n        401,\n        'a'\n        'b',\n        text,\n    )",
                 "error = ProblemException(401, text)\n    raise error"),
        refusing("raise ProblemException(\n        status=401,\n        title='a'\n        'b',\n        "
                 "detail=text,\n    )", "error = ProblemException(status=401, title=text)\n    raise error"),
    ),
    (
        "CXD444",
        "by a class of one's own, and made by it",
        {"errors.py": OWN.format("400, text")},
        {"errors.py": OWN.format("status=400, title=text")},
    ),
    (
        "CXD458",
        "of a module, by keyword",
        security("import werkzeug.exceptions", "raise werkzeug.exceptions.Forbidden(description=token)"),
        security(
            "import werkzeug.exceptions\nfrom connexion.exceptions import ProblemException",
            "raise ProblemException(status=403, title=\"Forbidden\", detail=token)",
        ),
    ),
    (
        "CXD458",
        "without words, twice",
        security("from werkzeug.exceptions import TooManyRequests as Many", "raise Many\n    raise Many()"),
        security(
            "from connexion.exceptions import ProblemException\n"
            "from werkzeug.exceptions import TooManyRequests as Many",
            'raise ProblemException(status=429, title="Too Many Requests", detail=Many.description)\n'
            '    raise ProblemException(status=429, title="Too Many Requests", detail=Many.description)',
        ),
    ),
    (
        "CXD458",
        "abort",
        security("from flask import abort", "abort(401)"),
        security(
            "from connexion.exceptions import Unauthorized\nfrom flask import abort", "raise Unauthorized()"
        ),
    ),
    (
        "CXD458",
        "abort, whose words are werkzeug's",
        security("from flask import abort", "abort(429)"),
        security(
            "from connexion.exceptions import ProblemException\nfrom flask import abort\n"
            "from werkzeug.exceptions import TooManyRequests",
            "raise ProblemException("
            'status=429, title="Too Many Requests", detail=TooManyRequests.description)',
        ),
    ),
    (
        "CXD458",
        "abort with a name of the standard library, returned",
        security("from http import HTTPStatus\nfrom flask import abort",
                 "return abort(HTTPStatus.FORBIDDEN)"),
        security(
            "from http import HTTPStatus\nfrom flask import abort\n"
            "from connexion.exceptions import Forbidden",
            "raise Forbidden()",
        ),
    ),
    (
        "CXD405",
        "twice in a line",
        {"h.py": "import connexion\n\ndef f():\n    return connexion.context['a'], connexion.context['b']\n"},
        {"h.py": "import connexion\n\ndef f():\n"
                 "    return connexion.context.context['a'], connexion.context.context['b']\n"},
    ),
    (
        "CXD458",
        "abort with words",
        security("from flask import abort", "abort(400, 'no key')"),
        security(
            "from connexion.exceptions import ProblemException\nfrom flask import abort",
            'raise ProblemException(status=400, title="Bad Request", detail=\'no key\')',
        ),
    ),
)  # fmt: skip

# code, what makes it uncertain, the files
BY_HAND = (
    ("CXD432", "paths beside those that have CORS", cors(NARROW) | {"b.yaml": "openapi: 3.0.3\npaths: {}\n"}),
    ("CXD432", "paths with other options each", cors("resources={'/api/*': {}, '/b/*': {'origins': 'b'}}")),
    ("CXD432", "an option that there is not", cors("send_wildcard=True")),
    ("CXD432", "the app is configured",
     {"example.py": cors("")["example.py"] + "app.app.config.from_object('settings')\n"}),
    ("CXD432", "an origin that is a pattern",
     {"example.py": "import connexion\nfrom flask_cors import CORS\n\napp = connexion.App(__name__)\n"
      "CORS(app.app, origins=['https://a.example.org', r'https://.*\\.example\\.org'])\n"}),
    ("CXD444", "what it gets is not known", refusing("raise ProblemException(400, **text)")),
    ("CXD444", "in parentheses of its own", refusing("raise ProblemException(400, ('a'\n        'b'))")),
    ("CXD444", "the class is caught elsewhere",
     refusing("raise exceptions.BadRequestProblem('T', text)",
              "try:\n        f0(text)\n    except exceptions.BadRequestProblem:\n        pass", head=OF_2)),
    ("CXD444", "with an answer of its own",
     refusing("raise exceptions.Unauthorized('a', response=text)", head=OF_2)),
    ("CXD412", "a function in it has the name too",
     CONTEXT | {"example.py": ADDED, "handlers.py": "def greet(ctx):\n    return (lambda ctx: ctx)(ctx)\n"}),
    ("CXD412", "the other name is taken",
     CONTEXT | {"example.py": ADDED, "handlers.py": "def greet(ctx, context_=1):\n    return ctx\n"}),
    ("CXD460", "the app's name is another's there",
     IMPORTED | {"test_it.py": "from shop import app\n\ncx = 1\nclient = app.test_client()\n"}),
    ("CXD460", "a name that is given twice",
     SHOP | {"test_it.py": LOCAL.format("create_app().app", "app") + "    app = 1\n"}),
    ("CXD437", "another module uses it",
     {"wsgi.py": f"{MADE}application = app.app\n", "tool.py": "from wsgi import application\n"}),
    ("CXD458", "what is raised is a variable's status", security("import flask", "flask.abort(token)")),
    ("CXD458", "a status without an exception", security("from flask import abort", "abort(402)")),
    ("CXD458", "an answer of its own", security("import flask", "flask.abort(401, response=token)")),
    ("CXD458", "a status that the name is used for",
     security("from flask import abort\nUnauthorized = 1", "abort(401)")),
    ("CXD437", "it is given anew",
     {"wsgi.py": f"{MADE}application = app.app\napplication = wrap(application)\n"}),
)  # fmt: skip


@pytest.mark.parametrize(("code", "what", "before", "after"), EDITED, ids=[f"{e[0]}-{e[1]}" for e in EDITED])
def test_edited(code: str, what: str, before: dict[str, str], after: dict[str, str]) -> None:
    transformed(before, after, code)


@pytest.mark.parametrize(("code", "what", "files"), BY_HAND, ids=[f"{e[0]}-{e[1]}" for e in BY_HAND])
def test_left_to_a_person(code: str, what: str, files: dict[str, str]) -> None:
    assert not any(fix.edits for one in found(files, code) for fix in one.fixes)
