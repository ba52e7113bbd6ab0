"""What a configuration or a script works out when it runs is not the same where the app is deployed: a start
that says it once and for all changes behaviour, and tells so."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.running import diagnose, project

WORKS_OUT = """\
import os
from multiprocessing import cpu_count

port = os.environ.get("PORT", "8080")
bind = f"0.0.0.0:{port}"
workers = cpu_count()
timeout = 60
"""
WRITTEN = 'port = 8080\nbind = f"0.0.0.0:{port}"\nworkers = 2\n'
SCRIPT = """\
import os

from waitress import serve
from app import app

serve(app, port=int(os.environ.get("PORT", "8080")))
"""
# files, command, whether it is loaded -> the cost of another server
SERVED = "gunicorn app:app"
TABLE: dict[str, tuple[dict[str, str], str, bool, str | None]] = {
    "configuration": ({"gunicorn__conf__py": WORKS_OUT}, SERVED, True, "bind, workers: as it is here"),
    "read": ({"gunicorn__conf__py": WORKS_OUT}, SERVED, False, "left out: workers"),
    "written": ({"gunicorn__conf__py": WRITTEN}, SERVED, True, None),
    "script": ({"run__py": SCRIPT}, "python run.py", True, "port: as it is here"),
}  # fmt: skip


@pytest.mark.parametrize("name", TABLE)
def test_another_server_costs_what_is_worked_out(name: str, tmp_path: Path) -> None:
    files, command, loaded, cost = TABLE[name]
    read = () if loaded else ("--no-import",)
    done = diagnose("c3new", *read, "--", *command.split(), cwd=project(tmp_path, **files))
    (fix,) = [
        one for one in done.finding("CXD101")["fixes"] if one["title"].startswith("Start it with uvicorn")
    ]
    assert fix["applicability"] == ("safe" if cost is None else "unsafe")
    assert (cost is None) is not any(cost in one for one in fix["costs"] if cost)


def test_the_script_goes_on_working_it_out(tmp_path: Path) -> None:
    """Also where nothing is run; waitress listens on every interface, uvicorn does not by itself."""
    folder = project(tmp_path, run__py=SCRIPT)
    done = diagnose("c3new", "--no-import", "--", "python", "run.py", cwd=folder)
    (launch,) = done.report["launches"]
    assert launch["treatment"]["predicted"] == "serves"
    diagnose("c3new", "--no-import", "--fix", "--", "python", "run.py", cwd=folder)
    after = 'uvicorn.run(app, host="0.0.0.0", port=int(os.environ.get("PORT", "8080")))'
    assert after in (folder / "run.py").read_text()
