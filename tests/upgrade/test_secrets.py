"""Secrets planted on the road from Connexion 2 to 3: in no format, and in no log that is kept."""

from __future__ import annotations

import re
from pathlib import Path

from tests.compare.comparing import THREE, TWO
from tests.environments import environment
from tests.running import SPECIFICATION, doctor, environ, project

APP = """\
import os, sys
import connexion

SMTP_PASSWORD = "plant-02-smtp"
print("SMTP_PASSWORD=plant-02-smtp", os.environ["STRIPE_API_KEY"], file=sys.stderr, flush=True)


def hello(name):
    print("postgres://shop:plant-03-dsn@db/shop", os.environ["ADMIN_PASSWORD"], file=sys.stderr, flush=True)
    if name.startswith("aa"):
        raise RuntimeError(os.environ["STRIPE_API_KEY"], os.environ["OAUTH_SECRET"])
    return {"token": os.environ["STRIPE_API_KEY"], "at": connexion.__version__}


app = connexion.FlaskApp(__name__)
app.add_api("openapi.yaml")
"""
TEST = """\
import os
print("GITHUB_TOKEN=plant-15-github", os.environ["STRIPE_API_KEY"])
print("= 1 failed, 3 passed in 0.1s =")
raise SystemExit("postgres://shop:plant-14-tests@db/shop " + os.environ["ADMIN_PASSWORD"])
"""
FILES = {
    "tests.py": TEST,
    "Procfile": "web: env OAUTH_SECRET=plant-26-word gunicorn app:app\n",
    ".env": "TWILIO_TOKEN=plant-21-twilio\n",
    "requirements.txt": "--index-url https://me:plant-23-index@pypi.example/\nconnexion[swagger-ui]==2.14.2\n"
    "gunicorn==21.2.0\n",
}
ENVIRON = {"STRIPE_API_KEY": "plant-01-stripe", "OAUTH_SECRET": "plant-27-oauth"}
GIVEN = (
    "--environ", "ADMIN_PASSWORD=plant-24-admin", "--header", "X-Api-Key: plant-30-header",
    "--auth", "me:plant-31-auth", "--cookie", "sid=plant-32-cookie",
)  # fmt: skip
FORMATS = ("text", "json", "markdown", "html")
PLANT = re.compile(r".{0,60}plant-\d\d-\w+")


def test_nothing_of_an_upgrade_shows_one(tmp_path: Path) -> None:
    root, kept = project(tmp_path / "project", app__py=APP, openapi__yaml=SPECIFICATION), tmp_path / "kept"
    for name, text in FILES.items():
        (root / name).write_text(text)
    files = {name: tmp_path / f"report.{name}" for name in FORMATS}
    pythons = [
        f"--{side}-python={environment(name).folder}"
        for side, (name, _) in (("before", TWO), ("after", THREE))
    ]
    wanted = [word for name, path in files.items() for word in ("--format", f"{name}={path}")]
    done = doctor(
        "upgrade", *pythons, *GIVEN, *wanted, "--keep", str(kept), "--test", "python tests.py",
        cwd=root, env=environ(**ENVIRON),
    )  # fmt: skip
    assert done.code == 1, done.stderr
    shown = {name: path.read_text("utf-8") for name, path in files.items()}
    shown["standard error"] = done.stderr
    shown.update({path.name: path.read_text("utf-8") for path in kept.glob("*.log")})
    assert {"before.log", "after.log", "tests-before.log", "tests-after.log"} <= set(shown)
    assert [f"{name}: {found}" for name, text in shown.items() for found in PLANT.findall(text)] == []
    assert "+web: env OAUTH_SECRET=" in shown["markdown"], "the patch is shown"
    assert "plant-26-word" in (kept / "upgrade.patch").read_text("utf-8"), "and the file applies"
