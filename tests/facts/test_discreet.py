"""Secrets in the text of files, as reports quote them: stars in their place, and the rest as it was."""

from __future__ import annotations

import json
import os
from pathlib import Path
from urllib.parse import quote_plus

import pytest

from connexion_doctor.facts import discreet
from connexion_doctor.model.source import Source

S = "plant-77-value"  # stands for a secret wherever it stands
HIDDEN = (
    ("Dockerfile", f"ENV API_TOKEN {S}"),
    ("Dockerfile", f"ENV MODE=live \\\n    DB_PASSWORD={S}"),
    ("Dockerfile", f"ARG A=b\nENV DATABASE_URL=postgres://shop:{S}@db/shop"),
    ("deployment.yaml", f"- name: API_TOKEN\n  value: {S}"),
    ("app.py", f'PASSWORD = "{S}"'),
    ("app.py", f"if token == '{S}':"),
    ("app.py", f'if token != "{S}":'),
    ("app.py", f'os.environ["SECRET_KEY"] = "{S}"'),
    ("test_app.py", f"monkeypatch.setenv('SECRET_KEY', '{S}')"),
    ("app.py", f'key = os.environ.get("API_KEY", "{S}")'),
    ("test_app.py", f'client.post("/login", json={{"user": "me", "password": "{S}"}})'),
    ("test_app.py", f'base64.b64encode(b"{S}").decode()'),
    ("test_app.py", f'client.get("/", auth=("me", "{S}"))'),
    ("test_app.py", f"requests.get(url, auth=HTTPBasicAuth('me', '{S}'))"),
    ("test_app.py", f'headers={{"Authorization": "Bearer {S}"}}'),
    ("test_app.py", f'headers["Authorization"] = "Basic {S}"'),
    ("README.md", f"curl -H 'Authorization: Bearer {S}' localhost"),
    ("app.py", f'token: str = "{S}"'),
    ("app.py", f'PASSWORD = b"{S}"'),
    ("app.py", f'SECRET_KEY = f"""{S}"""'),
    ("app.py", f'DB_LOGIN = ("me", "{S}")'),
    (
        "app.py",
        f'"""-----BEGIN RSA PRIVATE KEY-----\n{S.replace("-", "/")}\n-----END RSA PRIVATE KEY-----"""',
    ),
    ("Makefile", f"DB_PASSWORD ?= {S}"),
    ("compose.yml", f"      DB_PASSWORD: >-\n        {S}\n        {S}\n    command: gunicorn app:app\n"),
    ("pod.yaml", f"- {{name: API_TOKEN, value: {S}}}"),
    ("pod.yaml", f"- value: {S}\n  name: API_TOKEN"),
    ("task.json", f'{{"name": "API_TOKEN", "value": "{S}"}}'),
    ("web.config", f'<environmentVariable name="API_TOKEN" value="{S}" />'),
    ("Procfile", f"web: uvicorn --ssl-keyfile-password {S} app:app"),
    ("Dockerfile", f'CMD ["uvicorn", "--ssl-keyfile-password", "{S}", "app:app"]'),
    ("pod.yaml", f"args:\n- --ssl-keyfile-password\n- {S}\n- app:app"),
    ("start.sh", f"curl -s -u me:{S} http://localhost"),
    ("start.sh", f"mysql -u root -p{S} shop < schema.sql"),
    ("start.sh", f"docker login -u me -p {S}"),
)
PLAIN = (
    ("app.py", "token = request.headers['x']"),
    ("app.py", "auth = base64.b64encode(pair).decode()"),
    ("app.py", "if token == given:"),
    ("app.py", "def check(token: str, secret=None):"),
    ("app.py", 'headers={"Authorization": f"Bearer {token}"}'),
    ("app.py", 'os.environ.get("HOST", "localhost")'),
    ("README.md", "curl -H 'Authorization: Bearer $TOKEN' -H 'Authorization: Basic <yours>'"),
    ("openapi.yaml", "description: Basic authentication, or a bearer token in the header Authorization"),
    ("app.py", "password: Optional[str] = None"),
    ("app.py", "def connect(token: str, name='x'): ..."),
    ("compose.yml", "command: docker run -u www-data:www-data --token-file /run/token shop"),
    ("start.sh", "docker login --password-stdin registry.example.org"),
    ("pod.yaml", "- {name: HOST, value: localhost}\n- name: PORT\n  value: 8000"),
)


@pytest.mark.parametrize(("path", "text"), HIDDEN, ids=[text[:40] for _, text in HIDDEN])
def test_what_a_file_sets_is_hidden_in_its_place(path: str, text: str) -> None:
    shown = discreet.hiding(()).source(Source(path, text)).text
    assert S not in shown and S.replace("-", "/") not in shown and len(shown) == len(text)
    around = text.replace(S, "")
    assert shown.replace("*", "").startswith(around[:8].replace("*", ""))


@pytest.mark.parametrize(("path", "text"), PLAIN, ids=[text[:40] for _, text in PLAIN])
def test_what_says_no_secret_stays(path: str, text: str) -> None:
    assert discreet.hiding(()).source(Source(path, text)).text == text


def test_a_value_is_hidden_in_whatever_way_it_is_written() -> None:
    value = 'it\'s \\ "77" & <b>'
    shown = discreet.hiding([value]).text(f"{value} {value!r} {json.dumps(value)} {quote_plus(value)}")
    assert "77" not in shown


def test_files_of_variables_of_the_project_are_known(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(f"export API_TOKEN='{S}'\nMODE=live-and-kicking\n")
    os.mkfifo(tmp_path / ".env.local")
    assert list(discreet.of_env_files(str(tmp_path))) == [S]
    assert list(discreet.of_env_files(str(tmp_path / "nowhere"))) == []


WORDS = (
    (f"uvicorn --ssl-keyfile-password {S} app:app", True),
    (f"uvicorn --ssl-keyfile-password={S} app:app", True),
    (f"uvicorn --header X-Api-Key:{S} app:app", True),
    (f"uvicorn --header 'Authorization: Bearer {S}' app:app", True),
    (f"gunicorn --keyfile {S} app:app", False),
)


@pytest.mark.parametrize(("command", "secret"), WORDS)
def test_options_that_are_given_a_secret(command: str, secret: bool) -> None:
    assert (S in discreet.of_commands([command])) is secret
