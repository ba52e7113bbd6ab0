"""Upgrades of projects that others wrote: ``python -m tests.upgrade.public [NAME ...]`` prints what came.

They are fetched from PyPI into a folder that is removed, with the requirements and the start that they were
published without; what has to be done by hand is done between two walks, as a user would.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from connexion_doctor.compare import generated, run
from connexion_doctor.compare.credentials import credentials
from connexion_doctor.upgrade import difference
from connexion_doctor.upgrade.road import Options, Road
from connexion_doctor.upgrade.upgrade import Step, Upgrade
from tests.environments import find_python
from tests.running import campaign


@dataclass(frozen=True)
class Public:
    """A project: what is fetched, the files it lacks, its Python, its tests, and the work by hand."""

    fetched: str
    files: dict[str, str]
    python: str | None = None
    test: str | None = None
    prepare: tuple[str, ...] = ()
    by_hand: Callable[[Path], None] | None = None
    header: str | None = None


def _agreement(project: Path) -> None:
    validators, app, wanted = (
        project / name for name in ("agreement_api/validators.py", "agreement_api/app.py", "requirements.txt")
    )
    validators.write_text(
        "from connexion.validators import JSONRequestBodyValidator\n\n\n"
        "class RequestBodyValidator(JSONRequestBodyValidator):\n    pass\n"
    )
    old, new = '{"body": RequestBodyValidator}', '{"body": {"application/json": RequestBodyValidator}}'
    app.write_text(app.read_text().replace(old, new))
    wanted.write_text(wanted.read_text().replace("Flask-SQLAlchemy==2.4.4", "Flask-SQLAlchemy==2.5.1"))


PROJECTS = {
    "agreement": Public(
        "agreement-api==0.0.1",
        {
            "requirements.txt": "connexion==2.7.0\nflask==1.1.1\nFlask-SQLAlchemy==2.4.4\n"
            "flask-marshmallow==0.14.0\nmarshmallow==3.10.0\nmarshmallow-sqlalchemy==0.23.1\n"
            "Werkzeug==1.0.1\nSQLAlchemy==1.3.24\nJinja2==2.11.3\nMarkupSafe==1.1.1\n"
            "itsdangerous==1.1.0\njsonschema==3.2.0\nopenapi-spec-validator==0.2.9\n"
            "gunicorn==20.0.4\nsetuptools<80\n",
            "Procfile": "web: gunicorn -w 2 agreement_api.app:connexion_app\n",
        },
        python="3.8",
        prepare=("-c", "from agreement_api import models, app; app.DB.create_all()"),
        by_hand=_agreement,
    ),
    "dingman": Public(
        "dingman-openapi-server==1.0.41",
        {
            "requirements.txt": "connexion[swagger-ui]>=2.14.0,<3\nswagger-ui-bundle>=0.0.2,<1\n"
            "python_dateutil>=2.6.0\nsetuptools>=21.0.0,<80\nFlask==2.1.1\nWerkzeug<2.3\nsix\n",
            "test-requirements.txt": "Flask-Testing==0.8.1\n",
            "Dockerfile": "FROM python:3-alpine\nCOPY . .\nRUN pip3 install -r requirements.txt\n"
            'ENTRYPOINT ["python3"]\nCMD ["-m", "openapi_server"]\n',
        },
        test="pytest -q",
        header="Authorization: Bearer x",
    ),
}


def main(names: list[str]) -> int:
    """Walk, do what is by hand, walk again; how many end with a client that breaks is the exit code."""
    generated.available()
    wrong = 0
    for name in names or PROJECTS:
        with tempfile.TemporaryDirectory(prefix="connexion-doctor-public-") as folder:
            started = time.monotonic()
            found = _walked(PROJECTS[name], Path(folder))
            wrong += found.exit_code != 0
            print(f"{name}: {found.headline} ({time.monotonic() - started:.0f} s)", flush=True)
    return wrong


def _walked(public: Public, folder: Path) -> Upgrade:
    project = _fetched(public, folder)
    python = _environment(public, project, folder) if public.python is not None else None
    if python is not None and public.prepare:
        subprocess.run([python, *public.prepare], cwd=project, check=True, capture_output=True)
    original = folder / "original"
    shutil.copytree(project, original)
    given = credentials([public.header] if public.header else [], None, [], {})
    for number in range(2):
        options = Options(
            root=project,
            folder=folder / f"kept-{number}",
            before=original,
            before_python=python,
            test=public.test,
            compare=run.Options(credentials=given),
            timeout=60.0,
        )
        found = Road(options, _told, lambda said: None).walk()
        print(f"  {found.headline}")
        if public.by_hand is None or number:
            break
        difference.write_back(project, Path(found.copy), found.files)
        public.by_hand(project)
    return found


def _told(step: Step) -> None:
    print(f"  {step.title}: {step.state} ({step.seconds:.0f} s) {step.said}", flush=True)


def _fetched(public: Public, folder: Path) -> Path:
    words = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", str(folder), public.fetched]
    subprocess.run(words, check=True, capture_output=True)
    archive = next(path for path in folder.iterdir() if path.suffix in (".whl", ".gz"))
    project = folder / "project"
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as packed:
            packed.extractall(project)
    else:
        with tarfile.open(archive) as packed_tar:
            packed_tar.extractall(folder / "unpacked", filter="data")
        next((folder / "unpacked").iterdir()).rename(project)
    for name, text in public.files.items():
        (project / name).write_text(text)
    return project


def _environment(public: Public, project: Path, folder: Path) -> str:
    python = folder / "env" / "bin" / "python"
    base = find_python(str(public.python))
    if base is None:
        raise SystemExit(f"Python {public.python}, which {public.fetched} runs on, is not on this machine")
    uv = [sys.executable, "-m", "uv"]
    subprocess.run([*uv, "venv", "-q", "-p", base, str(folder / "env")], check=True)
    wanted = str(project / "requirements.txt")
    subprocess.run([*uv, "pip", "install", "-q", "-p", str(python), "-r", wanted], check=True)
    return str(python)


if __name__ == "__main__":
    campaign()
    sys.exit(main(sys.argv[1:]))
