"""Settings that contradict each other, and settings that are more than was meant."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import together
from tests.running import diagnose, environ, project
from tests.together import Asked

ABOUT = tuple(f"CXD{number}" for number in range(210, 217))
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
    "hypercorn --root-path /x app:app": ["CXD213 info"],
    "granian --interface asgi --url-path-prefix /x app:app": ["CXD213 info"],
    "uvicorn --reload-dir . app:app": ["CXD214 warning"],
    "uvicorn --reload --reload-dir . app:app": [],
    "uvicorn --ssl-cert-reqs 2 --ssl-ciphers TLSv1 app:app": ["CXD214 warning", "CXD214 warning"],
    "uvicorn --no-proxy-headers --forwarded-allow-ips 10.0.0.1 app:app": ["CXD214 warning"],
    "uvicorn --uds run.sock --port 80 app:app": ["CXD214 warning"],
    "uvicorn --uds run.sock app:app": [],
    "uvicorn --host 127.0.0.1 --port 80 --no-proxy-headers app:app": [],
    "uvicorn --root-path /x --no-proxy-headers app:app": ["CXD213 info", "CXD215 info"],
    "uvicorn --limit-max-requests 1000 app:app": ["CXD216 warning"],
    "uvicorn --limit-max-requests 1000 --workers 2 app:app": [],
    f"gunicorn {WORKER} --max-requests 1000 app:app": [],
    f"gunicorn {WORKER} --root-path /x app:app": [],  # ignored altogether: CXD209
}


@pytest.mark.parametrize("command", SAID)
def test_what_is_said(command: str, asked: Asked) -> None:
    done = asked[command]
    found = [f"{f['code']} {f['severity']}" for f in done.report["findings"] if f["code"] in ABOUT]
    assert (found, done.verdicts) == (SAID[command], ["serves"])


PROXIES = {
    "uvicorn --root-path /x app:app": "location /x/ { proxy_pass http://127.0.0.1:8000/; }",
    "gunicorn -k asgi --root-path /x app:app": "location /x/ { proxy_pass http://127.0.0.1:8000; }",
}


asked = together.fixture([*SAID, *PROXIES])


@pytest.mark.parametrize("command", PROXIES)
def test_the_line_for_nginx(command: str, asked: Asked) -> None:
    assert PROXIES[command] in asked[command].fix("CXD213")["title"]


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


# The variable in which a setting stands is named, and edited where it stands in a file.
VARIABLES = {
    "Procfile": "web: GUNICORN_CMD_ARGS='-k asgi --threads 8' gunicorn app:app\n",
    "start.sh": '#!/bin/sh\nexport GUNICORN_CMD_ARGS="--threads=8 -k asgi"\nexec gunicorn app:app\n',
    "Dockerfile": 'FROM python:3.12\nCOPY . .\nENV GUNICORN_CMD_ARGS="-k asgi --threads 8" A=1\n'
    'CMD ["gunicorn", "app:app"]\n',
    "compose.yml": "services:\n  web:\n    image: python:3.12\n    volumes: [.:/app]\n    working_dir: /app\n"
    "    environment:\n      GUNICORN_CMD_ARGS: -k asgi --threads 8\n    command: gunicorn app:app\n",
}
EDITED = {
    "Procfile": "GUNICORN_CMD_ARGS='-k asgi' gunicorn",
    "start.sh": 'GUNICORN_CMD_ARGS="-k asgi"\n',
    "Dockerfile": 'ENV GUNICORN_CMD_ARGS="-k asgi" A=1',
    "compose.yml": "GUNICORN_CMD_ARGS: -k asgi\n",
}


@pytest.mark.parametrize("name", VARIABLES)
def test_a_setting_of_the_environment(name: str, tmp_path: Path) -> None:
    folder = project(tmp_path, requirements__txt="connexion[flask]>=3\n")
    (folder / name).write_text(VARIABLES[name], "utf-8")
    finding = diagnose("c3new", cwd=folder).finding("CXD208")
    assert finding["location"]["path"] == name
    assert "given in $GUNICORN_CMD_ARGS" in finding["evidence"]
    diagnose("c3new", "--fix", cwd=folder)
    assert EDITED[name] in (folder / name).read_text("utf-8")
    assert "CXD208" not in diagnose("c3new", cwd=folder).codes


def test_a_setting_of_nobody_s_file(tmp_path: Path) -> None:
    """What the doctor's own environment sets is named; nothing can be edited."""
    variables = environ(GUNICORN_CMD_ARGS="-k asgi --threads 8")
    done = diagnose("c3new", "--", "gunicorn", "app:app", cwd=project(tmp_path), env=variables)
    assert done.fix("CXD208")["title"] == "Take threads out of $GUNICORN_CMD_ARGS."


def test_other_servers_variables(tmp_path: Path) -> None:
    text = "web: UVICORN_FORWARDED_ALLOW_IPS='*' uvicorn --host 0.0.0.0 app:app\n"
    folder = project(tmp_path, Procfile=text, requirements__txt="connexion[flask]>=3\n")
    finding = diagnose("c3new", cwd=folder).finding("CXD212")
    assert "given in $UVICORN_FORWARDED_ALLOW_IPS" in finding["evidence"]
    assert finding["location"]["column"] == 6
