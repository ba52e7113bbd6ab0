"""An app that a coroutine builds while it is imported: uvicorn's own loop runs already in its workers, and
before 0.47 in the one process as well. Every row was booted."""

from __future__ import annotations

import pytest

from tests import together
from tests.running import project

APP = """\
import asyncio
import connexion


def hello():
    return {}


async def make():
    app = connexion.FlaskApp(__name__)
    app.add_api("openapi.yaml")
    return app


app = asyncio.run(make())
"""
START = 'import uvicorn\n\nif __name__ == "__main__":\n    uvicorn.run("app:app", workers=2)\n'
VERDICTS = {
    "uvicorn app:app": "serves",
    "uvicorn --reload app:app": "fails",
    "python run.py": "fails",
    "hypercorn app:app": "serves",
}
OF_OLD = {"uvicorn app:app": "fails", "hypercorn app:app": "serves"}


@pytest.mark.parametrize(("environment", "verdicts"), [("c3new", VERDICTS), ("c3mid", OF_OLD)])
def test_where_a_loop_runs_already(
    environment: str, verdicts: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    files = {"app__py": APP, "run__py": START}
    folder = project(tmp_path_factory.mktemp("loops"), **files)
    asked = together.ask(environment, verdicts, folder)
    assert {command: done.verdicts[0] for command, done in asked.items()} == verdicts
    for command in (one for one, verdict in verdicts.items() if verdict == "fails"):
        (launch,) = asked[command].report["launches"]
        assert "cannot be called from a running event loop" in launch["reason"]
