"""How tests of Connexion 2 come by their client, what they ask of it and of its responses (CXD460 to 462)."""

from __future__ import annotations

import pytest

from tests.rules.migration.project import findings_of, fixed

SERVER = (
    "import connexion\n\n\ndef make():\n    return connexion.App(__name__)\n\n\ncnx = make()\napp = cnx.app\n"
)
# How a test imports the Flask app and makes a client -> the same of the Connexion app.
IMPORTED = {
    "alone": (
        "from server import app\n\nclient = app.test_client()\n",
        "from server import cnx\n\nclient = cnx.test_client()\n",
    ),
    "both": (
        "from server import (\n    app,\n    cnx,\n)\n\nclient = app.test_client()\n",
        "from server import (\n    app,\n    cnx,\n)\n\nclient = cnx.test_client()\n",
    ),
    "renamed, in a function": (
        "def test_a():\n    from server import app as flask_app\n    flask_app.test_client()\n",
        "def test_a():\n    from server import cnx\n    cnx.test_client()\n",
    ),
    "the module": (
        "import server\n\nwith server.app.test_client() as client:\n    pass\n",
        "import server\n\nwith server.cnx.test_client() as client:\n    pass\n",
    ),
    "the name is taken": (
        "from server import app\n\ncnx = 1\nclient = app.test_client()\n",
        "from server import app\n\ncnx = 1\nclient = app.test_client()\n",
    ),
    "a test case": (
        "import server\n\n\nclass TestA:\n    def setUp(self):\n        self.app = server.make().app\n"
        "        self.app.testing = True\n        self.client = self.app.test_client()\n",
        "import server\n\n\nclass TestA:\n    def setUp(self):\n        self.app = server.make()\n"
        "        self.app.app.testing = True\n        self.client = self.app.test_client()\n",
    ),
    "a test case that another derives from": (
        2
        * (
            "import server\n\n\nclass TestA:\n    def setUp(self):\n        self.app = server.make().app\n"
            "        self.client = self.app.test_client()\n\n\nclass TestB(TestA):\n    pass\n",
        )
    ),
    "a test that looks at redirects": (
        "from server import app, cnx\n\nclient = app.test_client()\n"
        "assert client.get('/').status_code == 302\n",
        "from server import app, cnx\n\nclient = cnx.test_client(follow_redirects=False)\n"
        "assert client.get('/').status_code == 302\n",
    ),
}


@pytest.mark.parametrize("what", IMPORTED)
def test_a_flask_app_of_another_module(what: str) -> None:
    before, after = IMPORTED[what]
    files = {"server.py": SERVER, "test_a.py": before}
    assert fixed(files, findings_of(files, "CXD460"))["test_a.py"] == after


HEAD = "import connexion\n\napp = connexion.App(__name__)\n\n\ndef test_a():\n    c = app.test_client()\n    "
# What a test says in Flask's words -> in httpx's; the same where that is left to a person.
SAID = {
    "c.set_cookie('localhost', 'a', 'b')": "c.cookies.set('a', 'b')",
    "c.set_cookie('a', 'b')": "c.cookies.set('a', 'b')",
    "c.set_cookie('localhost', key='a', value='b')": "c.cookies.set('a', 'b')",
    "c.set_cookie('a', value='b')": "c.cookies.set('a', 'b')",
    "c.set_cookie('localhost', 'a', 'b', httponly=True)": None,
    "c.session_transaction()": None,
    "c.get('/', buffered=True)": "c.get('/')",
    "c.get('/', base_url='http://a')": "c.get('http://a/')",
    "c.get(path, base_url='http://a')": None,
    "assert c.get('/').status == '201 CREATED'": "assert c.get('/').status_code == 201",
    "assertEqual('404 NOT FOUND', c.get('/').status)": "assertEqual(404, c.get('/').status_code)",
    "print(c.get('/').status)": None,
    "c.get('/').location": "c.get('/').headers.get(\"location\")",
    "c.get('/').headers.getlist('a')": "c.get('/').headers.get_list('a')",
    "c.get('/').is_json": 'c.get(\'/\').headers.get("content-type", "").partition(";")[0].endswith("json")',
    "c.get('/').cache_control": None,
    "c.post('/', data='a', content_type='b/c').get_json()['d']": (
        "c.post('/', content='a', headers={\"content-type\": 'b/c'}).json()['d']"
    ),
}


@pytest.mark.parametrize("said", SAID)
def test_in_httpxs_words(said: str) -> None:
    files = {"test_a.py": HEAD + said}
    found = findings_of(files)
    assert {one.code for one in found} <= {"CXD461", "CXD462"} and found
    assert fixed(files, found)["test_a.py"] == HEAD + (SAID[said] or said)


def test_what_httpx_has_is_not_found_fault_with() -> None:
    known = "assert r.status_code == 200 and r.headers.get('a') and r.is_success and r.url and r.text"
    assert not findings_of({"test_a.py": f"{HEAD}r = c.get('/')\n    {known}\n    c.cookies.set('a', 'b')"})


def test_a_handler_below_the_root_of_a_resolver_is_found() -> None:
    """CXD455: its types are several, and it names none."""
    produced = "{application/json: {}, text/plain: {}}"
    files = {
        "web.py": "import connexion\nfrom connexion.resolver import RelativeResolver\n\n"
        "app = connexion.App(__name__)\napp.add_api('openapi.yaml', resolver=RelativeResolver('api'))\n",
        "api/pets.py": "def show():\n    return {'a': 1}\n",
        "api/__init__.py": "",
        "openapi.yaml": "openapi: 3.0.0\npaths:\n  /pets:\n    get:\n      operationId: pets.show\n"
        f"      responses: {{'200': {{description: a, content: {produced}}}}}\n",
    }
    assert [one.location and one.location.path for one in findings_of(files, "CXD455")] == ["api/pets.py"]


def test_what_goes_on_with_a_factory_that_gives_the_connexion_app() -> None:
    """CXD471: it took the Flask app before a treatment changed the factory."""
    test = "from server import make\n\n\ndef test_a():\n    app = make()\n    app.{}config['A'] = 1\n"
    files = {"server.py": SERVER, "test_a.py": test.format("")}
    assert fixed(files, findings_of(files, "CXD471"))["test_a.py"] == test.format("app.")
