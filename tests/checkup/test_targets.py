"""Targets, by the servers' own grammars: each fault is its own finding with its own fix."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from tests import together
from tests.running import APP, Done, diagnose, project

MODULES = {
    "app__py": APP
    + "\n\napplication = app.app\nnothing = None\nnumber = 3\n\n\ndef create_app():\n    return app\n\n\n"
    "def create_named(name):\n    return app\n\n\ndef create_nothing():\n    pass\n\n\n"
    "def create_broken():\n    return 1 / 0\n\n\n"
    "def create_default(name='x'):\n    return create_named(name)\n\n\n"
    "async def create_later():\n    return app\n\n\n"
    "class Early:\n    def __init__(self, scope):\n        self.scope = scope\n\n"
    "    async def __call__(self, receive, send):\n        await app(self.scope, receive, send)\n\n\n"
    "class Around:\n    def __init__(self, inner):\n        self.inner = inner\n\n"
    "    async def __call__(self, scope, receive, send):\n"
    "        await self.inner(scope, receive, send)\n\n\n"
    "around = Around(app)\nAppClass = connexion.FlaskApp\n",
    "pkg/__init____py": "",
    "pkg/service__py": "from app import app\n",
}

# command -> code (None: no error), a piece of the recommended fix's command
CASES: dict[str, tuple[str | None, str]] = {
    "gunicorn -k asgi app:app": (None, ""),
    "gunicorn -k asgi app": ("CXD105", "app:app"),
    "gunicorn -k asgi ap:app": ("CXD010", "app:app"),
    "gunicorn -k asgi pkg.servic:app": ("CXD010", "pkg.service:app"),
    "gunicorn -k asgi app:aap": ("CXD020", "app:app"),
    "gunicorn -k asgi app:app.app": ("CXD021", "app:app"),
    "gunicorn -k asgi pkg.service": ("CXD020", "pkg.service:app"),
    "gunicorn -k asgi app:nothing": ("CXD022", "app:app"),
    "gunicorn -k asgi app:number": ("CXD023", "app:app"),
    "gunicorn -k asgi app:create_app": ("CXD024", "'app:create_app()'"),
    "gunicorn -k asgi app:create_app()": (None, ""),
    "gunicorn -k asgi app:create_named()": ("CXD025", "'app:create_default()'"),
    "gunicorn -k asgi app:Early": ("CXD025", "app:call_early"),
    "gunicorn -k asgi app:Around": ("CXD025", "app:around"),
    "gunicorn -k asgi app:create_named('x')": (None, ""),
    "gunicorn -k asgi app:create_nothing()": ("CXD022", ""),
    "gunicorn -k asgi app:create_broken()": ("CXD026", ""),
    "gunicorn -k asgi": ("CXD004", ""),
    "uvicorn app:app": (None, ""),
    "uvicorn app": ("CXD021", "app:app"),
    "uvicorn ap:app": ("CXD010", "app:app"),
    "uvicorn app:aap": ("CXD020", "app:app"),
    "uvicorn app:create_app()": ("CXD021", "--factory app:create_app"),
    "uvicorn --factory app:create_app": (None, ""),
    "uvicorn --factory app:create_named": ("CXD025", "--factory app:create_default"),
    "uvicorn app:AppClass": ("CXD025", "app:app"),
    "uvicorn --factory app:create_broken": ("CXD026", ""),
    "uvicorn --factory app:create_later": ("CXD023", "Make create_later a plain function"),
    "uvicorn app:create_later": ("CXD104", "Make create_later a plain function"),
    "uvicorn app:nothing": ("CXD022", "app:app"),
    "uvicorn app:number": ("CXD023", "app:app"),
    "uvicorn app:app.app": ("CXD105", "app:app"),
    "hypercorn app": (None, ""),
    "hypercorn app:create_app()": (None, ""),
    "hypercorn app:nope": ("CXD020", "app:app"),
    "daphne ap:app": ("CXD010", "app:app"),
    "waitress-serve ap:app": ("CXD010", "app:app"),
    "daphne app:aap": ("CXD020", "app:app"),
    "granian --interface asgi app": (None, ""),
    "granian --interface asgi app:aap": ("CXD020", "app:app"),
    "granian app:app": ("CXD103", "--interface asgi"),
}


TOLD_ONCE = "uvicorn --factory app:create_broken"
"""What stands in the code itself is told once in a run, so this one is asked alone."""


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Done]:
    folder = project(tmp_path_factory.mktemp("targets"), **MODULES)
    quoted = {command: shlex.join(command.split()) for command in CASES if command != TOLD_ONCE}
    said = together.ask("c3new", quoted.values(), folder)
    alone = diagnose("c3new", "--", *TOLD_ONCE.split(), cwd=folder)
    return {TOLD_ONCE: alone, **{command: said[words] for command, words in quoted.items()}}


@pytest.mark.parametrize("command", CASES)
def test_target(command: str, asked: dict[str, Done]) -> None:
    code, piece = CASES[command]
    done = asked[command]
    errors = [finding["code"] for finding in done.report["findings"] if finding["severity"] == "error"]
    assert errors == ([code] if code else [])
    assert done.verdicts == ["fails" if code else "serves"]
    assert done.code == (1 if code else 0)
    if code:
        fix = done.fix(code)
        assert piece in (fix["command"] or fix["title"])


def test_a_missing_package_is_named(tmp_path: Path) -> None:
    folder = project(tmp_path, app__py="import sqlalchemy_that_is_not_there\n" + APP)
    done = diagnose("c3new", "--", "gunicorn", "app:app", cwd=folder)
    assert done.codes == ["CXD012"]
    assert done.finding("CXD012")["location"]["line"] == 1


@pytest.mark.parametrize(
    ("environment", "text", "install"),
    [
        ("c3noflask", APP, "connexion[flask]==3.3.0"),
        (
            "c3noflask",
            "import connexion\n\n\nclass App(connexion.FlaskApp):\n    pass\n",
            "connexion[flask]==3.3.0",
        ),
        ("c2new", "import connexion\n\napp = connexion.AioHttpApp('app')\n", "connexion[aiohttp]==2.14.2"),
    ],
    ids=["FlaskApp called", "FlaskApp subclassed", "AioHttpApp called"],
)
def test_a_missing_extra_is_named(environment: str, text: str, install: str, tmp_path: Path) -> None:
    done = diagnose(
        environment, "--", "gunicorn", "-k", "sync", "app:app", cwd=project(tmp_path, app__py=text)
    )
    assert done.codes == ["CXD013"]
    assert done.fix("CXD013")["install"] == [install]


RUNS = APP + "\n\napp.run(host='127.0.0.1', port=8099)\n"


def test_a_run_that_lacks_uvicorn_is_not_to_be_called_by_another_server(tmp_path: Path) -> None:
    """With the extra it would serve until it is stopped, and the server would never come up."""
    folder = project(tmp_path, app__py=RUNS)
    done = diagnose("c3nouv", "--", "gunicorn", "-k", "sync", "app:app", cwd=folder)
    assert done.codes == ["CXD013"]
    fix = done.fix("CXD013")
    assert 'if __name__ == "__main__":' in "".join(edit["replacement"] for edit in fix["edits"])
    assert fix["install"] == []


def test_a_script_that_lacks_uvicorn_is_to_install_it(tmp_path: Path) -> None:
    done = diagnose("c3nouv", "--", "python", "app.py", cwd=project(tmp_path, app__py=RUNS))
    assert done.fix("CXD013")["install"] == ["connexion[uvicorn]==3.3.0"]


# start commands without an app that is there -> that of the module with a usual name
NOTHING_NAMED = {
    "gunicorn -k asgi": "gunicorn -k asgi app:app",
    "gunicorn -k asgi somewhere.quite_else:app": "gunicorn -k asgi app:app",
    "uvicorn --port 1": "uvicorn --port 1 app:app",
}


def test_the_app_of_the_usual_module(tmp_path: Path) -> None:
    """It is taken where it serves, and a person is told what it is: a guess."""
    asked = together.ask("c3new", NOTHING_NAMED, project(tmp_path))
    for command, cured in NOTHING_NAMED.items():
        (treatment,) = [one["treatment"] for one in asked[command].report["launches"]]
        assert (treatment["command"], treatment["predicted"]) == (cured, "serves"), command
        assert treatment["costs"][0] == "that app:app was meant is a guess from its name"
    (tmp_path / "wsgi.py").write_text("from app import app\n")
    assert diagnose("c3new", "--", *"gunicorn -k asgi".split(), cwd=tmp_path).fix("CXD004")["command"] is None
