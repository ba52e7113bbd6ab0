"""Secrets planted wherever a report can quote something: none of them is in any format."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from connexion_doctor.model.secrets import looks_secret
from connexion_doctor.reporters import FORMATS
from tests.running import APP, Done, doctor, environ, project, target

RAISES = """
import os, sys
print("connecting with", os.environ["STRIPE_API_KEY"])
SMTP_PASSWORD = "plant-02-smtp"; raise RuntimeError("postgres://shop:plant-03-dsn@db/shop", "plant-02-smtp",
    os.environ["STRIPE_API_KEY"], os.environ["ADMIN_PASSWORD"])
"""
CONF = """
import os
raw_env = ["DB_PASSWORD=" + os.environ["DB_PASSWORD"], "SESSION_SECRET=plant-05-session"]
proc_name = os.environ["API_TOKEN"]
worker_class = "sync"
statsd_prefix = "plant-07-AbC9xY2kLm4Qp8"
bind = os.environ["BIND_ADDRESS_TOKEN"] + ":80"
"""
DOCKERFILE = """
FROM python:3.12
ARG NPM_TOKEN=plant-08-npm
ENV SECRET_KEY plant-09-flask
ENV MAIL_PASSWORD="plant-10-mail" DEBUG=1
COPY . .
CMD JWT_SECRET=plant-11-jwt gunicorn -e AWS_SECRET_ACCESS_KEY=plant-12-aws app:app
"""
COMPOSE = """
services:
  web:
    image: shop
    environment:
      REDIS_PASSWORD: plant-13-redis
      DATABASE_URL: postgres://shop:plant-14-compose@db/shop
    command: gunicorn app:app
  other:
    image: shop
    environment:
      - GITHUB_TOKEN=plant-15-github
    command: ["gunicorn", "--env", "SENTRY_AUTH=plant-16-sentry", "app:app"]
"""
UNIT = """
[Service]
WorkingDirectory=%s
Environment="LDAP_PASSWORD=plant-17-ldap"
ExecStart=/usr/bin/env HOOK_SECRET=plant-18-hook gunicorn app:app
"""
SCRIPT = "#!/bin/sh\nexport API_KEY=plant-19-script\nexec gunicorn app:app\n"
POD = """
kind: Pod
spec:
  containers:
    - name: web
      image: shop
      command: [gunicorn, "app:app"]
      env:
        - name: KAFKA_PASSWORD
          value: plant-20-kafka
"""
BLUEPRINT = """
services:
  - type: web
    startCommand: gunicorn app:app
    envVars:
      - key: MAILER_PASSWORD
        value: plant-33-mailer
"""
FILES = {
    "render.yaml": BLUEPRINT,
    "Dockerfile": DOCKERFILE,
    "compose.yml": COMPOSE,
    "shop.service": UNIT,
    "start.sh": SCRIPT,
    "pod.yaml": POD,
    ".env": "TWILIO_TOKEN=plant-21-twilio\n",
    "Procfile": "web: ROLLBAR_TOKEN=plant-22-rollbar ./start.sh\nworker: gunicorn -k nope app:app\n",
    "gunicorn.conf.py": CONF,
    "requirements.txt": "--index-url https://me:plant-23-index@pypi.example/\nconnexion==3.3.0\ngunicorn\n",
}
ENVIRON = {
    "STRIPE_API_KEY": "plant-01-stripe",
    "DB_PASSWORD": "plant-04-database",
    "API_TOKEN": "plant-06-token",
    "ADMIN_PASSWORD": "plant-24-admin",
    "BIND_ADDRESS_TOKEN": "plant-25-bind",
}


@pytest.fixture(scope="module", params=["serves or fails by its interface", "raises"])
def planted(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    app = RAISES + APP if request.param == "raises" else APP
    folder = project(tmp_path_factory.mktemp("planted"), app__py=app)
    for name, text in FILES.items():
        (folder / name).write_text(text.lstrip().replace("%s", str(folder)))
    (folder / "start.sh").chmod(0o755)
    return folder


PLANT = re.compile(r".{0,60}plant-\d\d-\w+")
ASKED: dict[str, tuple[str, ...]] = {
    "the project": (),
    "a command": ("--", "env", "OAUTH_SECRET=plant-26-word", "gunicorn", "app:app"),
    "a configuration": ("--gunicorn-conf", "gunicorn.conf.py", "app:app"),
    "verified": (
        "--verify",
        "--timeout",
        "20",
        "--",
        "env",
        "OAUTH_SECRET=plant-26-word",
        "gunicorn",
        "app:app",
    ),
    "without an import": ("--no-import",),
    "an upgrade": ("--target-version", "3"),
}


@pytest.mark.parametrize("asked", ASKED)
def test_no_format_shows_a_secret(asked: str, planted: Path, tmp_path: Path) -> None:
    files = {name: tmp_path / f"report.{name}" for name in FORMATS}
    formats = [word for name, path in files.items() for word in ("--format", f"{name}={path}")]
    saved = () if asked == "verified" else ("--save-facts", str(tmp_path / "facts.json"))
    done = _run(planted, *formats, *saved, *ASKED[asked])
    verbose = _run(planted, "--verbose", *ASKED[asked]) if asked == "a configuration" else done
    assert done.code in (0, 1)
    shown = {name: path.read_text("utf-8") for name, path in files.items()}
    shown.update({"standard error": done.stderr, "verbose": verbose.stdout})
    if saved:
        shown["facts"] = Path(saved[1]).read_text("utf-8")
    assert [f"{name}: {found}" for name, text in shown.items() for found in PLANT.findall(text)] == []
    assert '"verdict"' in shown["json"]


def _run(folder: Path, *words: str) -> Done:
    python = str(target("c3new").python)
    return doctor("--python", python, *words, cwd=folder, env=environ(**ENVIRON))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("API_KEY", "x"), ("DB_PASSWORD", "x"), ("dbPassword", "x"), ("PGPASSWORD", "x"), ("SENTRY_DSN", "x"),
        ("AWS_SECRET_ACCESS_KEY", "x"), ("--auth-token", "x"), ("DATABASE_URL", "mysql://a:b@c/d"),
        ("OTHER", "ghp_abcdefgh1234"), ("OTHER", "AKIAABCDEFGHIJKLMNOP"), ("OTHER", "k3Jx9QvT7aLm2ZpR8cYw1B"),
    ],
)  # fmt: skip
def test_secrets(name: str, value: str) -> None:
    assert looks_secret(name, value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PWD", "/srv"), ("KEYBOARD", "us"), ("AUTHOR", "me"), ("MONKEY", "x"), ("API_KEY", ""),
        ("API_KEY", "$API_KEY"), ("SSH_AUTH_SOCK", "/tmp/x"), ("TOKEN_TTL", "60"), ("KEY_FILE", "/a.pem"),
        ("HOST", "example.org"), ("WORKER_CLASS", "uvicorn.workers.UvicornWorker"), ("PORT", "8080"),
        ("APP", "shop_service_main_2024:application"), ("DATABASE_URL", "sqlite:///x.db"),
        ("key", "DATABASE_URL"),
    ],
)  # fmt: skip
def test_no_secrets(name: str, value: str) -> None:
    assert not looks_secret(name, value)


SPEAKS = """
import os, sys
import connexion

print("SMTP_PASSWORD=plant-02-smtp", os.environ["STRIPE_API_KEY"], file=sys.stderr, flush=True)
if os.environ.get("BROKEN"):
    raise RuntimeError("postgres://shop:plant-03-dsn@db/shop", os.environ["STRIPE_API_KEY"],
                       os.environ["OAUTH_SECRET"], os.environ["ADMIN_PASSWORD"])


def hello(name):
    if os.environ.get("AFTER"):
        return {"token": os.environ["STRIPE_API_KEY"], "of": "me, " + os.environ["ADMIN_PASSWORD"]}
    return {"token": "none", "of": name}


app = connexion.FlaskApp(__name__)
app.add_api("openapi.yaml")
"""
ONE, OTHER = (f"env {one} OAUTH_SECRET=plant-26-word uvicorn app:app" for one in ("A=1", "AFTER=1"))
BROKEN = ONE.replace("A=1", "BROKEN=1")
QUICK = ("--rounds", "1", "--seconds", "0.1", "--concurrency", "1")
GIVEN = (
    "--environ", "ADMIN_PASSWORD=plant-24-admin", "--header", "X-Api-Key: plant-30-header",
    "--auth", "me:plant-31-auth", "--cookie", "sid=plant-32-cookie",
)  # fmt: skip
# words, formats, exit code
OTHERS: dict[str, tuple[tuple[str, ...], tuple[str, ...], int]] = {
    "what differs": (("compare", ONE, OTHER), ("text", "json", "markdown", "html", "junit"), 1),
    "a side that fails": (("compare", BROKEN, ONE), ("text",), 3),
    "a load": (("bench", *QUICK, ONE), ("text", "json", "markdown", "html"), 0),
    "a load on what fails": (("bench", *QUICK, BROKEN), ("text",), 3),
}


@pytest.mark.parametrize("case", OTHERS)
def test_no_other_command_shows_one(case: str, tmp_path: Path) -> None:
    words, formats, code = OTHERS[case]
    folder = project(tmp_path / "project", app__py=SPEAKS)
    files = {name: tmp_path / f"report.{name}" for name in formats}
    wanted = [word for name, path in files.items() for word in ("--format", f"{name}={path}")]
    python = str(target("c3new").python)
    done = doctor(
        words[0], "--python", python, *GIVEN, *wanted, *words[1:], cwd=folder, env=environ(**ENVIRON)
    )
    assert done.code == code, done.stderr
    shown = {name: path.read_text("utf-8") for name, path in files.items() if path.exists()}
    shown["standard error"] = done.stderr
    assert [f"{name}: {found}" for name, text in shown.items() for found in PLANT.findall(text)] == []
    assert (len(shown) > 1) is (code != 3)
