"""What only an environment, or the variables around the doctor, tell of a start that is read."""

# ruff: noqa: E501  (a row is a project in a line)

from __future__ import annotations

from pathlib import Path

import pytest

from tests.running import SPECIFICATION, diagnose, project

# files, command, variables -> the codes that make it fail; none: it serves
TABLE = {
    "handlers that nobody has": (
        {"openapi.yaml": SPECIFICATION.replace("app.hello", "nowhere.hello")}, "uvicorn app:app", {}, ["CXD110"],
    ),
    "a worker that nobody has": ({}, "gunicorn -k aiohttp.GunicornWebWorker app:app", {}, ["CXD203"]),
    "a worker of the project": (
        {"own.py": "from uvicorn_worker import UvicornWorker\n\n\nclass Own(UvicornWorker):\n    pass\n"},
        "gunicorn -k own.Own app:app", {}, [],
    ),
    "PYTHONPATH": ({"src/web.py": "from app import app\n"}, "uvicorn web:app", {"PYTHONPATH": "src"}, []),
    "a folder that is not on the path": ({"src/web.py": "from app import app\n"}, "uvicorn web:app", {}, ["CXD010"]),
}  # fmt: skip


@pytest.mark.parametrize("name", TABLE)
@pytest.mark.parametrize("way", [(), ("--no-import",)], ids=["loaded", "read"])
def test_both_witnesses_agree(way: tuple[str, ...], name: str, tmp_path: Path) -> None:
    files, command, variables, codes = TABLE[name]
    project(tmp_path, **files)
    done = diagnose("c3new", *way, "--", *command.split(), cwd=tmp_path, env=variables)
    assert done.verdicts == ["fails" if codes else "serves"]
    assert [one for one in done.codes if one in codes] == codes
