"""Objects that hold a Connexion 3 app, called as WSGI: those that never call it, and those that do in a way
of their own."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.running import diagnose, project

HOLDS = """\
import connexion


class Server:
    def __init__(self):
        self.app = connexion.{made}(__name__, specification_dir=".")
        self.app.add_api("openapi.yaml")

    def __call__(self, environ, start_response):
{body}


application = Server()
"""
CALLS = {
    "the Flask app inside": ("FlaskApp", "return self.app.app(environ, start_response)", "CXD302", "fails"),
    "an app of its own": (
        "AsyncApp",
        "start_response('404 Not Found', [])\nreturn [b'no page']",
        "CXD121",
        "unknown",  # every path of the specification answers 404
    ),
    "an adapter made for each call": (
        "FlaskApp",
        "from a2wsgi import ASGIMiddleware\nreturn ASGIMiddleware(self.app)(environ, start_response)",
        "",
        "serves",
    ),
    "nothing where nobody is known": (
        "FlaskApp",
        "if 'HTTP_AUTHORIZATION' not in environ:\n"
        "    start_response('401 Unauthorized', [])\n    return [b'']\n"
        "from a2wsgi import ASGIMiddleware\nreturn ASGIMiddleware(self.app)(environ, start_response)",
        "",
        None,  # it asks for what the doctor does not have
    ),
}
HANDLER = "def hello(name):\n    return {'hello': name}\n"


@pytest.mark.parametrize("name", CALLS)
def test_what_an_object_calls(name: str, tmp_path: Path) -> None:
    made, body, code, happened = CALLS[name]
    indented = "\n".join(f"        {line}" for line in body.splitlines())
    project(tmp_path, app__py=HOLDS.format(made=made, body=indented), handlers__py=HANDLER)
    specification = (tmp_path / "openapi.yaml").read_text().replace("app.hello", "handlers.hello")
    (tmp_path / "openapi.yaml").write_text(specification)
    done = diagnose("c3new", "--verify", "--", "gunicorn", "app:application", cwd=tmp_path)
    launch = done.report["launches"][0]
    assert launch["verdict"] == ("fails" if code else "serves")
    assert done.codes[:1] == ([code] if code else done.codes[:1])
    if happened is not None:
        assert launch["verified"]["before"]["happened"] == happened
