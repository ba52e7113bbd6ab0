"""A factory given to an adapter uncalled, and a factory that the server calls behind an adapter: what happens
on the real server, and that the fix ends in an app that serves."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.running import diagnose, project

FACTORY = """\
import connexion


def create_app():
    made = connexion.{made}(__name__, specification_dir=".")
    made.add_api("openapi.yaml")
    return made
"""
WSGI = "\nfrom a2wsgi import ASGIMiddleware\n\nserved = ASGIMiddleware(create_app)\n"
ASGI = "\nimport a2wsgi\n\nserved = a2wsgi.WSGIMiddleware(create_app)\n"
HANDLER = "def hello(name):\n    return {'hello': name}\n"

CASES = {
    "a2wsgi under waitress": (
        "c3new",
        "FlaskApp",
        WSGI,
        "waitress-serve app:served",
    ),
    "a2wsgi under gunicorn": ("c3new", "AsyncApp", WSGI, "gunicorn app:served"),
    "the other way under uvicorn": ("c2151", "FlaskApp", ASGI, "uvicorn app:served"),
}


@pytest.mark.parametrize("name", CASES)
def test_a_function_in_an_adapter(name: str, tmp_path: Path) -> None:
    environment, made, more, command = CASES[name]
    _write(tmp_path, FACTORY.format(made=made) + more)
    words = ["--verify", "--", *command.split()]
    failing = diagnose(environment, *words, cwd=tmp_path)
    assert failing.verdicts == ["fails"]
    assert failing.codes == ["CXD104"]
    launch = failing.report["launches"][0]
    assert launch["verified"]["before"]["happened"] == "fails"
    assert launch["verified"]["after"]["happened"] == "serves"
    assert diagnose(environment, "--fix", "--unsafe-fixes", *words, cwd=tmp_path).verdicts == ["serves"]
    assert "(create_app())" in (tmp_path / "app.py").read_text()


def test_an_adapter_of_ours_is_given_what_the_factory_makes(tmp_path: Path) -> None:
    _write(tmp_path, FACTORY.format(made="AsyncApp"))
    words = ["--", "waitress-serve", "--call", "app:create_app"]
    found = diagnose("c3new", *words, cwd=tmp_path).finding("CXD101")
    bridge = next(fix for fix in found["fixes"] if "a2wsgi" in fix["title"])
    assert "wsgi_app = ASGIMiddleware(create_app())" in bridge["edits"][0]["replacement"]
    assert bridge["command"] == "waitress-serve app:wsgi_app"


def _write(folder: Path, app: str) -> None:
    project(folder)
    specification = (folder / "openapi.yaml").read_text().replace("app.hello", "handlers.hello")
    (folder / "openapi.yaml").write_text(specification)
    (folder / "handlers.py").write_text(HANDLER)
    (folder / "app.py").write_text(app)
