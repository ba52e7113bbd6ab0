"""An app under a path of its own: requests go there, and what stands beside it is kept."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.running import diagnose, doctor, project, target

MODULES = {
    "routed.py": (
        "from starlette.applications import Starlette\n"
        "from starlette.routing import Mount\n"
        "from app import app as cx\n"
        "app = Starlette(routes=[Mount('/shop', app=cx)])\n"
    ),
    "beside.py": (
        "from a2wsgi import ASGIMiddleware\n"
        "from flask import Flask\n"
        "from werkzeug.middleware.dispatcher import DispatcherMiddleware\n"
        "from app import app as cx\n"
        "app = DispatcherMiddleware(Flask('other'), {'/shop': ASGIMiddleware(cx)})\n"
    ),
    "flask_routed.py": (
        "from starlette.applications import Starlette\n"
        "from starlette.routing import Mount\n"
        "from app import app as cx\n"
        "app = Starlette(routes=[Mount('/shop', app=cx.app)])\n"
    ),
    "adapted.py": (
        "from a2wsgi import WSGIMiddleware\n"
        "from starlette.applications import Starlette\n"
        "from starlette.routing import Mount\n"
        "from app import app as cx\n"
        "app = Starlette(routes=[Mount('/shop', WSGIMiddleware(cx.app))])\n"
    ),
    "flask_beside.py": (
        "from flask import Flask\n"
        "from werkzeug.middleware.dispatcher import DispatcherMiddleware\n"
        "from app import app as cx\n"
        "app = DispatcherMiddleware(Flask('other'), {'/shop': cx.app})\n"
    ),
}
# environment: start, verdict
STARTS = {
    "c3new": {
        "uvicorn routed:app": "serves",
        "gunicorn beside:app": "serves",
        "gunicorn flask_beside:app": "fails",
    },
    "c2new": {"gunicorn flask_beside:app": "serves"},
}


@pytest.mark.truth
@pytest.mark.parametrize("environment", STARTS)
def test_requests_go_where_the_app_is_mounted(tmp_path: Path, environment: str) -> None:
    project(tmp_path, **MODULES)
    starts = STARTS[environment]
    (tmp_path / "Procfile").write_text("".join(f"p{n}: {one}\n" for n, one in enumerate(starts)))
    told = {"read": diagnose(environment, "--no-import", cwd=tmp_path).report}
    told["booted"] = diagnose(environment, "--verify", cwd=tmp_path).report
    for how, report in told.items():
        found = {one["command"]: one["verdict"] for one in report["launches"]}
        assert found == starts, how
    served: list[Any] = [
        one["verified"]["before"] for one in told["booted"]["launches"] if one["verdict"] == "serves"
    ]
    assert [one["happened"] for one in served] == ["serves"] * len(served)
    assert {
        request["status"] for one in served for request in one["requests"] if request["kind"] == "valid"
    } == {200}


# start -> what the module is given in place of the Flask app, and what then is served
CURED = {
    "gunicorn flask_beside:app": "ASGIMiddleware(cx)",
    "uvicorn flask_routed:app": "app=cx)",
    "uvicorn adapted:app": "Mount('/shop', cx)",
}


def test_what_stands_under_a_path_is_not_served_alone(tmp_path: Path) -> None:
    """The paths would be others, and the app at the root gone: the Connexion app is mounted there instead."""
    project(tmp_path, **MODULES)
    (tmp_path / "Procfile").write_text("".join(f"p{n}: {one}\n" for n, one in enumerate(CURED)))
    assert diagnose("c3new", "--no-import", cwd=tmp_path).verdicts == ["fails"] * len(CURED)
    python = str(target("c3new").python)
    assert doctor("--python", python, "--fix", "--unsafe-fixes", "--no-import", cwd=tmp_path).code == 0
    for start, written in CURED.items():
        assert written in (tmp_path / f"{start.split()[1].partition(':')[0]}.py").read_text()
    assert diagnose("c3new", cwd=tmp_path).verdicts == ["serves"] * len(CURED)
