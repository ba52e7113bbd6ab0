"""Options that a server does not know, and values that it does not take: taken out where that is certain."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import together
from tests.running import diagnose, project
from tests.together import Asked

CLI = "import argparse\nfrom app import app\nargparse.ArgumentParser().parse_args()\napp.run(port=8080)\n"

# start command -> the command of the recommended fix; None: a person has to look
COMMANDS: dict[str, str | None] = {
    "uvicorn --log-lvel info app:app": "uvicorn --log-level info app:app",
    "uvicorn --no-such app:app": "uvicorn app:app",
    "uvicorn --no-such 3 app:app": None,
    "uvicorn --log-config no.ini app:app": "uvicorn app:app",
    "uvicorn --port many app:app": None,
    "uvicorn --ssl-keyfile no.key --ssl-certfile no.pem app:app": None,
    "hypercorn --foo 3 app:app": None,
    "hypercorn --log-config no.ini app:app": "hypercorn app:app",
    "daphne --foo app:app": "daphne app:app",
    "gunicorn -k asgi app:app --foo /x": "gunicorn -k asgi app:app",
    "gunicorn -k asgi --workers many app:app": "gunicorn -k asgi app:app",
    "gunicorn -k asgi --statsd-host a:none app:app": "gunicorn -k asgi app:app",
    "connexion run openapi.yaml --debug": "connexion run openapi.yaml",
    "connexion run openapi.yaml --port many": None,
    "uvicorn --env-file no.env app:app": None,
    "python cli.py --debug": "python cli.py",
    "granian --interface asgi --workrs 2 app:app": None,
    "granian --interface asgi --blocking-threads 4 app:app": "granian --interface asgi app:app",
}


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Asked:
    return together.ask("c3new", COMMANDS, project(tmp_path_factory.mktemp("out"), cli__py=CLI))


@pytest.mark.parametrize("command", COMMANDS)
def test_taken_out(command: str, asked: Asked) -> None:
    done = asked[command]
    (finding,) = [one for one in done.report["findings"] if one["severity"] == "error"]
    assert finding["code"] in ("CXD201", "CXD202")
    (fix,) = [one for one in finding["fixes"] if one["recommended"]]
    assert fix["command"] == COMMANDS[command]
    assert fix["applicability"] == ("manual" if fix["command"] is None else "unsafe")


@pytest.mark.parametrize("options", [[], ["--no-import"]], ids=["trio is not there", "read"])
def test_trio_is_taken_out_under_a_flask_app(options: list[str], tmp_path: Path) -> None:
    """With trio installed it was seen: every operation answers 500, an AsyncApp's does not."""
    done = diagnose("c3new", *options, "--", "hypercorn", "-k", "trio", "app:app", cwd=project(tmp_path))
    code = "CXD107" if options else "CXD202"
    assert (done.verdicts, done.codes) == (["fails"], [code])
    assert done.fix(code)["command"] == "hypercorn app:app"
