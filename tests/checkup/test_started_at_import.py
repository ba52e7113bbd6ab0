"""A server that a module starts while it is imported is seen at the call (CXD015): nothing listens, nobody
waits, and the edit puts the call behind the guard."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.environments import environment
from tests.running import APP, Done, doctor, project

LIMIT = 100  # seconds: whoever waits for the module spends them, however slow the machine is
GUNICORN_COMMAND = ("gunicorn", "-k", "uvicorn_worker.UvicornWorker", "app:app")
GUNICORN = """\
import gunicorn.app.base
class Own(gunicorn.app.base.BaseApplication):
    def load_config(self): self.cfg.set('bind', '127.0.0.1:8765')
    def load(self): return app
Own().run()
"""
ASYNCIO = """\
import asyncio, uvicorn
async def main():
    await uvicorn.Server(uvicorn.Config(app, port=8765)).serve()
asyncio.run(main())
"""
# what the module does behind the app -> what it ends in, the line that the edit guards
STARTS = {
    "app.run": ("app.run(port=8765)", "uvicorn.run", "app.run"),
    "app.run, in a function": ("def main():\n    app.run(port=8765)\nmain()", "uvicorn.run", "main()"),
    "uvicorn.run, over lines": (
        "import uvicorn\nuvicorn.run(\n    app,\n    port=8765,\n)",
        "uvicorn.run",
        "uvicorn.run(",
    ),
    "asyncio.run": (ASYNCIO, "uvicorn.run", "asyncio.run"),
    "waitress": ("from waitress import serve\nserve(app, port=8765)", "waitress.serve", "serve("),
    "werkzeug": (
        "from werkzeug.serving import run_simple\nrun_simple('127.0.0.1', 8765, app)",
        "werkzeug's run_simple",
        "run_s",
    ),
    "wsgiref": (
        "from wsgiref.simple_server import make_server\n"
        "with make_server('127.0.0.1', 8765, app) as server:\n    server.serve_forever()",
        "serve_forever",
        "server.serve",
    ),
    "gunicorn": (GUNICORN, "gunicorn's Application.run", "Own()"),
    "gevent": (
        "from gevent.pywsgi import WSGIServer\nWSGIServer(('127.0.0.1', 8765), app).serve_forever()",
        "gevent's serve_forever",
        "WSGIServer(",
    ),
    "whatever it raises": (
        "try:\n    app.run(port=8765)\nexcept BaseException:\n    pass",
        "uvicorn.run",
        "app.run",
    ),
}
# what is beside the app and comes back -> no fault
BESIDE = {
    "metrics in a thread": (
        "import threading\nfrom http.server import HTTPServer, BaseHTTPRequestHandler\n"
        "server = HTTPServer(('127.0.0.1', 0), BaseHTTPRequestHandler)\n"
        "threading.Thread(target=server.serve_forever, daemon=True).start()"
    ),
    "guarded": "if __name__ == '__main__':\n    app.run()",
    "made and not run": "import uvicorn\nserver = uvicorn.Server(uvicorn.Config(app))",
    "a program": "import subprocess\nsubprocess.run(['true'], check=True)",
}


def examined(tmp_path: Path, code: str, *words: str) -> tuple[float, Done]:
    project(tmp_path, app__py=APP + code + "\n")
    began = time.monotonic()
    python = str(environment("c3new").python)
    done = doctor("--format", "json", "--python", python, "--timeout", str(LIMIT), *words, cwd=tmp_path)
    return time.monotonic() - began, done


@pytest.mark.parametrize("name", STARTS)
def test_a_start_at_import_is_seen_at_the_call(tmp_path: Path, name: str) -> None:
    code, entry, guarded = STARTS[name]
    seconds, done = examined(tmp_path, code, "--", *GUNICORN_COMMAND)
    assert done.verdicts == ["fails"]
    assert seconds < LIMIT  # it is not spent
    found = done.finding("CXD015")
    assert entry in found["message"]
    fix = done.fix("CXD015")
    assert fix["applicability"] == "safe"
    (edit,) = fix["edits"]
    lines = (tmp_path / "app.py").read_text().splitlines()
    assert guarded in lines[edit["line"] - 1]
    assert found["location"]["line"] == edit["line"]
    assert edit["replacement"].startswith('if __name__ == "__main__":\n')
    doctor("--python", str(environment("c3new").python), "--fix", "--", *GUNICORN_COMMAND, cwd=tmp_path)
    code = (tmp_path / "app.py").read_text().removeprefix(APP)
    assert examined(tmp_path, code, "--", *GUNICORN_COMMAND)[1].verdicts == ["serves"]


@pytest.mark.parametrize("name", BESIDE)
def test_what_comes_back_is_no_start(tmp_path: Path, name: str) -> None:
    _, done = examined(tmp_path, BESIDE[name], "--", "uvicorn", "app:app")
    assert done.verdicts == ["serves"]
    assert "CXD015" not in done.codes


def test_a_factory_that_runs_the_app(tmp_path: Path) -> None:
    code = "def create():\n    app.run(port=8765)\n    return app"
    _, done = examined(tmp_path, code, "--", "uvicorn", "--factory", "app:create")
    assert done.verdicts == ["fails"]
    assert done.fix("CXD015")["applicability"] == "manual"  # the line stands in a function


def test_the_whole_project_says_it_once(tmp_path: Path) -> None:
    (tmp_path / "Procfile").write_text("web: uvicorn app:app\n")
    _, done = examined(tmp_path, "app.run(port=8765)")
    assert [code for code in done.codes if code in ("CXD015", "CXD426")] == ["CXD015"]


MAKE = "\ndef make():\n    app.run(port=8765)\n    return app\n"
CALLED = {
    "told": ("uvicorn", "--factory", "app:make"),
    "guessed": ("uvicorn", "app:make"),
    "guessed by the worker": ("gunicorn", "-k", "uvicorn_worker.UvicornWorker", "app:make"),
    "with a request": ("gunicorn", "-k", "asgi", "app:make"),
}


@pytest.mark.parametrize("how", CALLED)
def test_so_is_one_of_a_factory_however_it_is_called(tmp_path: Path, how: str) -> None:
    """And what is read of a factory is not forgotten, for it was looked through before."""
    seconds, done = examined(tmp_path, MAKE, "--", *CALLED[how])
    assert (done.verdicts, seconds < LIMIT) == (["fails"], True)
    treatment = done.report["launches"][0]["treatment"]
    assert treatment is None or treatment["predicted"] == "fails"
    _, read = examined(tmp_path, MAKE, "--no-import", "--", *CALLED[how])
    assert read.verdicts == ["fails" if how == "with a request" else "unknown"]
