"""The agent's bytecode is kept beside it, the project's is not written."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.running import PACKAGE, environ

REQUEST = {
    "launches": [
        {
            "id": "one",
            "server": "waitress",
            "program": "waitress-serve",
            "argv": [],
            "static": {"target": "app:app", "calls": "wsgi"},
        }
    ],
    "call": False,
    "call_timeout": 1.0,
    "timeout": 30.0,
}


@pytest.mark.parametrize(
    ("variables", "kept"),
    [({}, True), ({"PYTHONDONTWRITEBYTECODE": ""}, True), ({"PYTHONDONTWRITEBYTECODE": "1"}, False)],
)
def test_what_bytecode_is_written(variables: dict[str, str], kept: bool, tmp_path: Path) -> None:
    agent, answers, folder = tmp_path / "agent", tmp_path / "answers", tmp_path / "project"
    shutil.copytree(PACKAGE / "probe" / "agent", agent, ignore=shutil.ignore_patterns("__pycache__"))
    folder.mkdir()
    (folder / "app.py").write_text("import beside\n\n\ndef app(environ, start_response): ...\n")
    (folder / "beside.py").write_text("")
    given = environ()
    given.pop("PYTHONDONTWRITEBYTECODE", None)
    subprocess.run(
        [sys.executable, "-B", str(agent / "__main__.py"), str(answers)],
        input=json.dumps({**REQUEST, "sent": time.time()}).encode(),
        cwd=folder,
        env={**given, **variables},
        timeout=60,
        check=True,
    )
    told = [json.loads(line) for line in answers.read_text().splitlines()]
    assert next(one for one in told if one["event"] == "load")["facts"]["stage"] == "loaded"
    assert sorted(path.name for path in folder.iterdir()) == ["app.py", "beside.py"]
    for place in (agent, agent / "hosts"):
        assert (place / "__pycache__").is_dir() is kept
