"""Secrets in the text of files, as reports quote them: stars in their place, and the rest as it was."""

from __future__ import annotations

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
)


@pytest.mark.parametrize(("path", "text"), HIDDEN, ids=[text[:40] for _, text in HIDDEN])
def test_what_a_file_sets_is_hidden_in_its_place(path: str, text: str) -> None:
    shown = discreet.hiding(()).source(Source(path, text)).text
    assert S not in shown and len(shown) == len(text)
    around = text.replace(S, "")
    assert shown.replace("*", "").startswith(around[:8].replace("*", ""))


@pytest.mark.parametrize(("path", "text"), PLAIN, ids=[text[:40] for _, text in PLAIN])
def test_what_says_no_secret_stays(path: str, text: str) -> None:
    assert discreet.hiding(()).source(Source(path, text)).text == text
