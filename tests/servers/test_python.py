"""Python that starts a server itself: judged as what it starts, and nothing ever listens."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from tests import together
from tests.running import APP, diagnose, project
from tests.together import Asked

BRIDGE = "from a2wsgi import ASGIMiddleware\n"

# what the script says -> verdict, code of the first finding, a piece of its recommended fix
CASES: dict[str, tuple[str, str | None, str]] = {
    "from app import app\napp.run(host='127.0.0.1', port=PORT)\n": ("serves", None, ""),
    "import uvicorn\nuvicorn.run('app:app', port=PORT)\n": ("serves", None, ""),
    "import uvicorn\nuvicorn.run('app:nope', port=PORT)\n": ("fails", "CXD020", "app:app"),
    "import uvicorn\nuvicorn.run('nope:app', port=PORT)\n": ("fails", "CXD010", ""),
    "import uvicorn\nuvicorn.run('ap:app', port=PORT)\n": ("fails", "CXD010", "app:app"),
    "import uvicorn\nfrom app import app\nuvicorn.run(app, port=PORT, reload=True)\n": (
        "fails",
        "CXD028",
        "",
    ),
    "import uvicorn\nfrom app import app\nuvicorn.run(app, prt=PORT)\n": ("fails", "CXD011", "port"),
    "import uvicorn\nfrom app import app\nuvicorn.run(app.app, port=PORT)\n": (
        "fails",
        "CXD105",
        "Serve the Connexion app",
    ),
    "import uvicorn\nfrom app import app\nuvicorn.run(app, port=PORT, interface='wsgi')\n": (
        "fails",
        "CXD101",
        '"asgi3"',
    ),
    "from waitress import serve\nfrom app import app\nserve(app, host='127.0.0.1', port=PORT)\n": (
        "fails",
        "CXD101",
        "uvicorn.run(app, host='127.0.0.1', port=PORT)",
    ),
    f"{BRIDGE}from waitress import serve\nfrom app import app\nserve(ASGIMiddleware(app), port=PORT)\n": (
        "serves",
        None,
        "",
    ),
    "from werkzeug.serving import run_simple\nfrom app import app\nrun_simple('127.0.0.1', PORT, app)\n": (
        "fails",
        "CXD101",
        "uvicorn.run(app, host='127.0.0.1', port=PORT)",
    ),
    "from app import app\napp.app.run(port=PORT, debug=True)\n": ("fails", "CXD105", "app.run(host="),
    "from app import app\napp.run(port=PORT, server='gevent')\n": ("fails", "CXD423", "Remove `server`"),
    "from app import app\n": ("unknown", None, ""),
    "import subprocess, sys\nsubprocess.run(['gunicorn', 'app:app', '-b', '127.0.0.1:PORT'])\n": (
        "unknown",
        None,
        "",
    ),
    "import os\nos.execvp('gunicorn', ['gunicorn', 'app:app', '-b', '127.0.0.1:PORT'])\n": (
        "unknown",
        None,
        "",
    ),
    "import socket\nlistener = socket.socket()\nlistener.bind(('127.0.0.1', PORT))\nlistener.listen()\n": (
        "unknown",
        None,
        "",
    ),
    "import sys\nsys.exit('no settings')\n": ("fails", "CXD014", ""),
    "raise LookupError('no settings')\n": ("fails", "CXD011", "line 1"),
}


@pytest.mark.parametrize("script", CASES, ids=lambda script: " ".join(script.split())[:70])
def test_script(script: str, tmp_path: Path) -> None:
    verdict, code, piece = CASES[script]
    port = free_port()
    folder = project(tmp_path, serve__py=script.replace("PORT", str(port)))
    done = diagnose("c3new", "--", "python", "serve.py", cwd=folder)
    assert done.verdicts == [verdict]
    assert not listens(port)
    if code is None:
        assert done.codes == []
        return
    assert done.codes[0] == code
    fix = done.fix(code)
    texts = [fix["title"], fix["command"] or "", *(edit["replacement"] for edit in fix["edits"])]
    assert any(piece.replace("PORT", str(port)) in text for text in texts)


# the words of the command -> verdict
COMMANDS = {
    "python -m app": "serves",
    "python -m pkg": "serves",
    "python -m pkg.missing": "fails",
    "python app.py": "serves",
    "python -u -X dev -W ignore app.py": "serves",
    "python missing.py": "fails",
    "env PORT=8000 python app.py": "serves",
}


RUN = "app.run(host='127.0.0.1', port=8000)\n"


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Asked:
    start = f"{APP}\n\nif __name__ == '__main__':\n    {RUN}"
    folder = project(tmp_path_factory.mktemp("commands"), app__py=start)
    (folder / "pkg").mkdir()
    (folder / "pkg" / "__main__.py").write_text(f"from app import app\n{RUN}")
    return together.ask("c3new", COMMANDS, folder)


@pytest.mark.parametrize("command", COMMANDS)
def test_command(command: str, asked: Asked) -> None:
    assert asked[command].verdicts == [COMMANDS[command]]


def test_a_missing_extra_is_named(tmp_path: Path) -> None:
    folder = project(tmp_path, serve__py="from app import app\napp.run(port=8000)\n")
    done = diagnose("c3nouv", "--", "python", "serve.py", cwd=folder)
    assert done.codes == ["CXD013"]
    assert done.fix("CXD013")["install"] == ["connexion[uvicorn]==3.3.0"]


def test_nothing_listens_under_connexion_2(tmp_path: Path) -> None:
    """Connexion 2 binds every address when it is not told one, Flask's reloader starts the script again."""
    port = free_port()
    script = f"from app import app\napp.run(port={port}, debug=True)\n"
    done = diagnose("c2new", "--", "python", "serve.py", cwd=project(tmp_path, serve__py=script))
    assert done.verdicts == ["serves"]
    assert not listens(port)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def listens(port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0
