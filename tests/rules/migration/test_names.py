"""What a name stands for: imports, aliases, assignments, classes, factories, fixtures, other modules."""

from __future__ import annotations

import pytest

from tests.rules.migration.project import found, noop, sources_of, transformed

RUN = "app.run(debug=True)\n"


@pytest.mark.parametrize(
    "text",
    [
        "import connexion\nconnexion.App(__name__).run(debug=True)\n",
        "import connexion as c\napp = c.FlaskApp(__name__)\n" + RUN,
        "from connexion import FlaskApp as F\napp = F(__name__)\n" + RUN,
        "from connexion.apps.flask_app import FlaskApp\napp = FlaskApp(__name__)\n" + RUN,
        "import connexion\nclass My(connexion.FlaskApp):\n    pass\napp = My(__name__)\n" + RUN,
        "import connexion\ndef make():\n    app = connexion.FlaskApp(__name__)\n    return "
        "app\napp = make()\n" + RUN,
        "import connexion\ndef f(app: connexion.FlaskApp):\n    app.run(debug=True)\n",
        "import connexion\ndef f(app):\n    app.run(debug=True)\nf(connexion.FlaskApp(__name__))\n",
        "import connexion\ndef f(app):\n    app.run(debug=True)\n(f) (connexion.FlaskApp(__name__))\n",
        "import connexion\ndef für(app):\n    app.run(debug=True)\nfür(connexion.FlaskApp(__name__))\n",
        "import connexion\nclass S:\n    def __init__(self):\n        self.app = "
        "connexion.FlaskApp(__name__)\n"
        "    def go(self):\n        self.app.run(debug=True)\n",
        "import connexion\nOPTIONS = {'debug': True}\napp = "
        "connexion.FlaskApp(__name__)\napp.run(**OPTIONS)\n",
        "import connexion\nif (app := connexion.FlaskApp(__name__)):\n    app.run(debug=True)\n",
        "import connexion\ndef f():\n    global app\n    app = connexion.FlaskApp(__name__)\ndef "
        "g():\n    app.run(debug=True)\n",
    ],
)
def test_found(text: str) -> None:
    found(text, "CXD423")


@pytest.mark.parametrize(
    "text",
    [
        "import flask, connexion\napp = flask.Flask(__name__)\n" + RUN,
        "import connexion\napp = connexion.FlaskApp(__name__)\napp = other()\n" + RUN,
        "import connexion\ndef f(app):\n    app.run(debug=True)\n",
        "import connexion\ndef f(app):\n    "
        "app.run(debug=True)\nf(connexion.FlaskApp(__name__))\nf(None or x)\n",
        "import connexion\nclass S:\n    app = None\n    def go(self):\n        self.app.run(debug=True)\n",
        "import connexion\napp = connexion.FlaskApp(__name__)\ntry:\n    "
        "app.run(debug=True)\nexcept TypeError:\n    pass\n",
        "import connexion\napp = connexion.FlaskApp(__name__)\nif VERSION < 3:\n    app.run(debug=True)\n",
        "import connexion\napp = connexion.FlaskApp(__name__)\nfor app in x:\n    app.run(debug=True)\n",
    ],
)
def test_not_found(text: str) -> None:
    noop(text, "CXD423")


def test_other_modules_and_fixtures() -> None:
    files = {
        "shop/__init__.py": "",
        "shop/server.py": "import connexion\n\ndef create_app():\n    return connexion.FlaskApp(__name__)\n",
        "shop/wsgi.py": "from .server import create_app\n\napp = create_app()\nflask_app = app.app\n",
        "shop/more.py": "from shop import wsgi\n\nwsgi.flask_app.json_encoder = None\n",
        "tests/conftest.py": "import pytest\nfrom shop.wsgi import app\n\n@pytest.fixture\ndef client():\n"
        "    with app.test_client() as client:\n        yield client\n",
        "tests/test_it.py": "def test_it(client):\n    assert client.get('/').get_json()\n",
        "unrelated.py": "x = 1\n",
    }
    assert found(files, "CXD433")[0].location.path == "shop/more.py"  # type: ignore[union-attr]
    assert found(files, "CXD462")[0].location.path == "tests/test_it.py"  # type: ignore[union-attr]
    assert "unrelated.py" not in {module.path for module in sources_of(files).modules}


def test_a_module_of_the_project_does_not_hide_the_standard_library() -> None:
    files = {"app/__init__.py": "", "app/logging.py": "import connexion\nimport logging\nlogging.x.y()\n"}
    noop(files)


def test_modules_that_import_from_each_other() -> None:
    noop(
        {
            "a.py": "import connexion\nfrom b import x\n",
            "b.py": "import connexion\nfrom a import x\nx.run(debug=1)\n",
        }
    )


def test_columns_count_characters() -> None:
    text = "import connexion\n\nnäme = 'ü'; app = connexion.FlaskApp('ß', debug=True, port=näme)\n"
    place = found(text, "CXD410")[0].location
    assert place is not None and (place.line, place.column) == (3, 43)
    transformed(text, text.replace(", debug=True, port=näme", ""), "CXD410")


def test_what_cannot_be_parsed_is_recorded() -> None:
    sources = sources_of({"bad.py": "import connexion\ndef (:\n", "good.py": "import connexion\n"})
    assert [unread.path for unread in sources.unread] == ["bad.py"]
    assert [module.path for module in sources.modules] == ["good.py"]


def test_the_encoder_of_the_flask_app_cannot_be_read() -> None:
    text = "import connexion, flask, json\n\ndef f(x):\n    return json.dumps(x, cls=flask.current_app.{})\n"
    for name in ("json_encoder", "json_decoder"):
        found(text.format(name), "CXD406")
    noop(text.format("json_provider_class"))
