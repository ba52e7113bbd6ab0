"""CXD218: headers with an underscore, which gunicorn's own parser and waitress drop."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.running import SPECIFICATION, diagnose, project

PARAMETER = SPECIFICATION.replace(
    "parameters:\n", "parameters:\n        - {name: X_Level, in: header, schema: {type: string}}\n"
)
KEY = SPECIFICATION + "components: {securitySchemes: {key: {type: apiKey, in: header, name: api_key}}}\n"
HYPHEN = PARAMETER.replace("X_Level", "X-Level")
# environment, command, specification -> the header that is named; None: nothing is said
TABLE = {
    ("c3new", "gunicorn -k asgi app:app", PARAMETER): "X_Level",
    ("c3new", "gunicorn -k asgi app:app", KEY): "api_key",
    ("c3new", "gunicorn -k asgi app:app", HYPHEN): None,
    ("c3new", "gunicorn -k asgi --header-map dangerous app:app", PARAMETER): None,
    ("c3new", "gunicorn -k uvicorn_worker.UvicornWorker app:app", PARAMETER): None,
    ("c3new", "uvicorn app:app", PARAMETER): None,
    ("c2new", "gunicorn app:app", KEY): "api_key",
    ("c2new", "waitress-serve app:app", KEY): "api_key",
    ("c2g21", "gunicorn app:app", KEY): None,
}  # fmt: skip


@pytest.mark.parametrize("case", TABLE, ids=lambda case: f"{case[0]}-{case[1]}")
def test_it_is_named_where_the_server_drops_it(case: tuple[str, str, str], tmp_path: Path) -> None:
    environment, command, specification = case
    project(tmp_path, openapi__yaml=specification)
    for read in ((), ("--no-import",)):
        done = diagnose(environment, *read, "--", *command.split(), cwd=tmp_path)
        assert done.verdicts == ["serves"]
        told = [one["message"] for one in done.report["findings"] if one["code"] == "CXD218"]
        assert bool(told) is (TABLE[case] is not None), told
        assert all(f"`{TABLE[case]}`" in message for message in told)
