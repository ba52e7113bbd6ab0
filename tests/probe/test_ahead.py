"""A server that comes up while the request is made, and fails: told as where it comes up when it is asked."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.running import diagnose, environ, project

FAILS = "fails"
BROKEN = {
    "raises": ("raise RuntimeError('no')", "CXD002", "RuntimeError: no"),
    "ends": ("import sys\nprint('words ' * 1000)\nsys.exit('bye')", "CXD002", "SystemExit: bye"),
    "exits": ("import os\nos._exit(3)", "CXD202", "ended with exit code 3"),
    "crashes": ("import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)", "CXD202", "killed by SIGSEGV"),
    "hangs": ("import time\ntime.sleep(100)", "CXD202", "did not come back within 2 s"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_server_that_breaks_while_it_comes_up(name: str, tmp_path: Path) -> None:
    source, code, said = BROKEN[name]
    project(tmp_path)
    (tmp_path / "uvicorn").mkdir()
    (tmp_path / "uvicorn" / "__init__.py").write_text(source)
    asked = ("--timeout", "2", "--", "uvicorn", "app:app")
    done = diagnose("c3new", *asked, cwd=tmp_path, env=environ(PYTHONPATH="."))
    found = {one["code"]: one["message"] for one in done.report["findings"]}
    assert done.report["launches"][0]["verdict"] == FAILS
    assert said in found[code]
