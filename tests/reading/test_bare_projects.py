"""Projects as they are checked out, nothing installed: what the doctor says of their starts."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bare import bare
from tests.reading.test_small_projects import APP, HANDLERS, SPECIFICATION

TWO, THREE = "connexion==2.14.2\nflask<2.3\n", "connexion[flask]==3.1.0\n"
NGINX = "FROM tiangolo/uwsgi-nginx-flask:python3.8\nCOPY . /app\nRUN pip install -r requirements.txt\n"
INI = "[uwsgi]\nmodule = app\ncallable = app\n"
INNER = "from app import app as connexion_app\napp = connexion_app.app\n"
TABLE = {
    "a base image brings its server": (
        {"Dockerfile": NGINX, "requirements.txt": TWO, "uwsgi.ini": INI},
        [("serves", "speaks WSGI")],
    ),
    "a base image, and Connexion 3": (
        {"Dockerfile": NGINX, "requirements.txt": THREE, "uwsgi.ini": INI},
        [("fails", "uwsgi speaks WSGI")],
    ),
    "a service that is asked while the app is imported": (
        {"Procfile": "web: uvicorn app:app\n", "requirements.txt": "connexion[flask,uvicorn]==3.1.0\nredis\n",
         "app.py": f"import redis\ncache = redis.Redis('db')\ncache.ping()\n{APP}"},
        [("unknown", "app.py:3: asks another machine")],
    ),
    "FLASK_APP in .flaskenv": (
        {"Procfile": "web: flask run -h 0.0.0.0\n", "requirements.txt": f"{TWO}python-dotenv\n",
         ".flaskenv": "FLASK_APP=web.py\n", "web.py": INNER},
        [("serves", "speaks WSGI")],
    ),
    "FLASK_APP in .flaskenv, which flask may not read": (
        {"Procfile": "web: flask run -h 0.0.0.0\n", "requirements.txt": TWO,
         ".flaskenv": "FLASK_APP=web.py\n", "web.py": INNER},
        [("unknown", "nothing asks for python-dotenv")],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", TABLE)
def test_verdicts(name: str, tmp_path: Path) -> None:
    files, expected = TABLE[name]
    for path, text in {
        "app.py": APP,
        "openapi.yaml": SPECIFICATION,
        "handlers.py": HANDLERS,
        **files,
    }.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, "utf-8")
    told = bare(tmp_path)
    assert [verdict for verdict, _ in told] == [verdict for verdict, _ in expected], told
    assert all(word in reason for (_, reason), (_, word) in zip(told, expected, strict=True)), told
