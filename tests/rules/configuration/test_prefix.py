"""CXD219: a root path that uvicorn puts in front and an older Starlette leaves there."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.running import diagnose, project

# environment, command -> whether every operation is hidden
TABLE = {
    ("c3old", "uvicorn --root-path /x app:app"): True,
    ("c3old", "uvicorn --root-path / app:app"): False,
    ("c3old", "hypercorn --root-path /x app:app"): False,
    ("c3new", "uvicorn --root-path /x app:app"): False,
}


@pytest.mark.parametrize("case", TABLE, ids=" ".join)
def test_it_fails_where_nobody_takes_the_prefix_off(case: tuple[str, str], tmp_path: Path) -> None:
    environment, command = case
    project(tmp_path)
    for read in ((), ("--no-import",)):
        done = diagnose(environment, *read, "--", *command.split(), cwd=tmp_path)
        assert done.verdicts == ["fails" if TABLE[case] else "serves"]
        assert ("CXD219" in done.codes) is TABLE[case]
    if TABLE[case]:
        (launch,) = done.report["launches"]
        assert launch["treatment"]["command"] == "uvicorn app:app"
