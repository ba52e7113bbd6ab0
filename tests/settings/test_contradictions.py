"""Settings that contradict each other, and settings that are more than was meant."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from tests.running import diagnose, project

ABOUT = ("CXD210", "CXD211", "CXD212", "CXD213")
WORKER = "-k uvicorn_worker.UvicornWorker"

# start command -> the rules of these families that speak, with their severity
SAID = {
    f"gunicorn {WORKER} --reload --preload app:app": ["CXD210 warning"],
    f"gunicorn {WORKER} --reload app:app": [],
    f"gunicorn {WORKER} --preload app:app": [],
    "uvicorn --reload --workers 4 app:app": ["CXD211 warning"],
    "uvicorn --reload --workers 1 app:app": [],
    "uvicorn --workers 4 app:app": [],
    "uvicorn --host 0.0.0.0 --forwarded-allow-ips '*' app:app": ["CXD212 warning"],
    "uvicorn --host :: --forwarded-allow-ips '10.0.0.1, *' app:app": ["CXD212 warning"],
    "uvicorn --forwarded-allow-ips '*' app:app": [],
    "uvicorn --uds /tmp/x.sock --forwarded-allow-ips '*' app:app": [],
    "uvicorn --host 0.0.0.0 --forwarded-allow-ips 10.0.0.1 app:app": [],
    f"gunicorn {WORKER} -b :8000 --forwarded-allow-ips '*' app:app": ["CXD212 warning"],
    f"gunicorn {WORKER} -b '[::]:8000' --forwarded-allow-ips '*' app:app": ["CXD212 warning"],
    f"gunicorn {WORKER} -b 127.0.0.1:8000 -b 0.0.0.0:80 --forwarded-allow-ips '*' app:app": [
        "CXD212 warning"
    ],
    f"gunicorn {WORKER} -b unix:/tmp/x --forwarded-allow-ips '*' app:app": [],
    f"gunicorn {WORKER} --forwarded-allow-ips '*' app:app": [],
    "uvicorn --root-path /x app:app": ["CXD213 info"],
    "uvicorn --root-path / app:app": [],
    "gunicorn -k asgi --root-path /x app:app": ["CXD213 info"],
    f"gunicorn {WORKER} --root-path /x app:app": [],  # ignored altogether: CXD209
}


@pytest.mark.parametrize("command", SAID)
def test_what_is_said(command: str, tmp_path: Path) -> None:
    done = diagnose("c3new", "--", *shlex.split(command), cwd=project(tmp_path))
    found = [f"{f['code']} {f['severity']}" for f in done.report["findings"] if f["code"] in ABOUT]
    assert (found, done.verdicts) == (SAID[command], ["serves"])


PROXIES = {
    "uvicorn --root-path /x app:app": "location /x/ { proxy_pass http://127.0.0.1:8000/; }",
    "gunicorn -k asgi --root-path /x app:app": "location /x/ { proxy_pass http://127.0.0.1:8000; }",
}


@pytest.mark.parametrize("command", PROXIES)
def test_the_line_for_nginx(command: str, tmp_path: Path) -> None:
    done = diagnose("c3new", "--", *shlex.split(command), cwd=project(tmp_path))
    assert PROXIES[command] in done.fix("CXD213")["title"]


def test_a_container_s_port(tmp_path: Path) -> None:
    """Inside a container only the proxy may get there: a note, no warning."""
    command = 'CMD ["uvicorn", "--host", "0.0.0.0", "--forwarded-allow-ips", "*", "app:app"]'
    folder = project(tmp_path, Dockerfile=f"FROM python:3.12\nWORKDIR /app\nCOPY . .\n{command}\n")
    done = diagnose("c3new", cwd=folder)
    assert done.finding("CXD212")["severity"] == "info"


def test_the_file_is_edited(tmp_path: Path) -> None:
    text = 'worker_class = "asgi"\nreload = True\npreload_app = True\n'
    done = diagnose("c3new", "--", "gunicorn", "app:app", cwd=project(tmp_path, gunicorn__conf__py=text))
    (edit,) = done.fix("CXD210")["edits"]
    assert (edit["line"], edit["column"], edit["replacement"]) == (3, 15, "False")
