"""Faults behind faults: what ``--fix`` makes serves, judged again with the app loaded and called."""

# ruff: noqa: E501  # a row is a row

from __future__ import annotations

from pathlib import Path

import pytest

from tests.running import APP, doctor, project, target

PROXY = "\nfrom werkzeug.middleware.proxy_fix import ProxyFix\napp = ProxyFix(app)\n"
DISPATCHER = (
    "\nfrom werkzeug.middleware.dispatcher import DispatcherMiddleware\napp = DispatcherMiddleware(app)\n"
)
MOUNTED = (
    "\nfrom werkzeug.exceptions import NotFound\nfrom werkzeug.middleware.dispatcher import DispatcherMiddleware\n"
    "pages = flask.Flask('pages')\nshop = app\n{}app = DispatcherMiddleware({})\n"
)
HANDLER = "def hello(name):\n    return {'hello': name}\n\n\n"
LAZY = (
    f"import connexion\n\n\n{HANDLER}app = None\n\n\ndef setup():\n    global app\n"
    "    app = connexion.FlaskApp(__name__, specification_dir='.')\n    app.add_api('openapi.yaml')\n"
)
OVER_FLASK = (
    f"import connexion\nimport flask\n\n\n{HANDLER}inner = flask.Flask(__name__)\n"
    "app = connexion.ConnexionMiddleware(inner, specification_dir='.')\napp.add_api('openapi.yaml')\n"
)

# what is served, the start, what stands in app.py afterwards
CURED = {
    "a WSGI middleware around the app, on uvicorn": (
        APP + PROXY, "uvicorn app:app", "app.add_wsgi_middleware(ProxyFix)"),
    "a WSGI middleware around the app, on gunicorn": (
        APP + PROXY, "gunicorn app:app", "app.add_wsgi_middleware(ProxyFix)"),
    "and the interface was forced": (
        APP + DISPATCHER, "uvicorn --interface wsgi app:app", "app.add_wsgi_middleware(DispatcherMiddleware)"),
    "mounted in a WSGI dispatcher, on waitress": (
        "import flask\n" + APP + MOUNTED.format("", "pages, {'/api': shop}"), "waitress-serve app:app",
        "{'/api': ASGIMiddleware(shop)}"),
    "mounted under a name, behind nothing": (
        "import flask\n" + APP + MOUNTED.format("mounts = {'/x': pages, '/api': shop}\n", "NotFound(), mounts=mounts"),
        "gunicorn app:app", "'/api': ASGIMiddleware(shop)}"),
    "mounted in a WSGI dispatcher, on uvicorn": (
        "import flask\n" + APP + MOUNTED.format("", "NotFound(), {'/api': shop}"), "uvicorn app:app",
        "{'/api': ASGIMiddleware(shop)}"),
    "a name that a function fills": (LAZY, "uvicorn app:app", "\nsetup()\n"),
    "the same, on the wrong worker": (LAZY, "gunicorn app:app", "\nsetup()\n"),
    "Connexion in front of a Flask app": (OVER_FLASK, "gunicorn app:app", "WSGIMiddleware(inner)"),
    "the Flask app inside, as a server cannot read it": (APP, "gunicorn app:app.app", "app = connexion.FlaskApp"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "start", "afterwards"), CURED.values(), ids=list(CURED))
def test_it_serves_afterwards(tmp_path: Path, text: str, start: str, afterwards: str) -> None:
    root = project(tmp_path, app__py=text, Procfile=f"web: {start}\n")
    python = ("--python", str(target("c3new").python))
    first = doctor(*python, "--format", "json", "--fix", "--unsafe-fixes", cwd=root)
    assert first.verdicts == ["serves"], first.stdout
    assert afterwards in (root / "app.py").read_text()
    assert "__name__.add" not in (root / "app.py").read_text()


def test_a_function_that_returns_nothing_is_no_factory(tmp_path: Path) -> None:
    text = LAZY.replace("def setup():", "def setup(settings):")
    python = ("--python", str(target("c3new").python))
    done = doctor(
        *python, "--format", "json", "--", "uvicorn", "app:app", cwd=project(tmp_path, app__py=text)
    )
    assert "setup" not in str([fix["command"] for fix in done.finding("CXD022")["fixes"]])
