"""Hosts that call the app themselves: found in the project's files, with the adapter they need."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from connexion_doctor import servers
from tests.running import APP, diagnose, doctor, project, target

UNIT = {"applications": {"api": {"type": "python 3", "module": "app", "callable": "app"}}}
WSGI_UNIT = {"applications": {"api": {**UNIT["applications"]["api"], "protocol": "wsgi"}}}

# file, text -> verdict, a piece of the recommended fix
CASES: dict[tuple[str, str], tuple[str, str]] = {
    ("passenger_wsgi.py", "from app import app as application\n"): (
        "fails",
        "adapters[pid] = ASGIMiddleware",
    ),
    ("site.wsgi", "from app import app\napplication = app.app\n"): (
        "fails",
        "application = ASGIMiddleware(app)",
    ),
    ("unit.json", json.dumps(UNIT)): ("serves", ""),
    ("unit.json", json.dumps(WSGI_UNIT)): ("fails", '"protocol": "asgi"'),
    ("zappa_settings.json", '{"prod": {"app_function": "app.app"}}'): ("fails", "Mangum(app"),
    ("serverless.yml", "custom:\n  wsgi:\n    app: app.app\n"): ("fails", "Mangum(app"),
    ("vercel.json", '{"builds": [{"src": "app.py", "use": "@vercel/python"}]}'): ("serves", ""),
}


@pytest.mark.skipif("unit" not in servers.NAMES, reason="the hosts are not judged yet")
@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case[0]} {case[1][-40:]}".replace("\n", " "))
def test_host(case: tuple[str, str], tmp_path: Path) -> None:
    name, text = case
    verdict, piece = CASES[case]
    folder = project(tmp_path, app__py=APP, requirements__txt="connexion[flask]>=3\na2wsgi\n")
    (folder / name).write_text(text)
    done = diagnose("c3uwsgi", cwd=folder)
    judged = [launch["verdict"] for launch in done.report["launches"]]
    assert judged == [verdict]
    if piece:
        code = next(code for code in done.codes if code in ("CXD101", "CXD105"))
        fix = done.fix(code)
        assert any(piece in text for text in (fix["title"], *(edit["replacement"] for edit in fix["edits"])))
    told = doctor("--python", str(target("c3uwsgi").python), cwd=folder)
    assert told.code == done.code, told.stderr
