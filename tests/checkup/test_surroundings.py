"""What is missing here and given there is never a fault: each kind of surroundings, read and loaded."""

# ruff: noqa: E501  (a row is a project in a line or two)

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from connexion_doctor.checkup.options import Options
from connexion_doctor.checkup.run import run
from connexion_doctor.model import Report
from connexion_doctor.model.question import Question
from tests.running import APP, project

PROC = {"Procfile": "web: uvicorn app:app\n"}
THREE = {"requirements.txt": "connexion[flask,uvicorn]==3.3.0\ngunicorn\nuvicorn\n"}
BASE = "FROM python:3.11\nWORKDIR /srv\nCOPY . /srv\nRUN pip install -r requirements.txt\n"
CMD = 'CMD ["uvicorn", "app:app"]\n'
MAIN = "from shop.web import app\n"
CONNECTS = "import socket\nsocket.create_connection(('127.0.0.1', 9), 2)\n"
PACKAGE = '[project]\nname = "shop"\nversion = "1"\n[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n'


@dataclass(frozen=True)
class Row:
    """A project: its files, the verdicts as it is read and as it is loaded, what the report says, and what the
    caller sets."""

    files: dict[str, str]
    read: str = "unknown"
    loaded: str = "unknown"
    said: tuple[str, ...] = ()
    environ: dict[str, str] = field(default_factory=dict)


TABLE = {
    "a number in a variable": Row(
        {**PROC, "app.py": f"import os\nLIMIT = int(os.environ.get('LIMIT'))\n{APP}"}, said=("LIMIT",),
    ),
    "the app's own words for a variable": Row(
        {**PROC, "app.py": f"import os\nif not os.environ.get('SIGNING_KEY'):\n    raise ValueError('SIGNING_KEY must be set')\n{APP}"},
        said=("SIGNING_KEY",),
    ),
    "the app's own words for variables of a list": Row(
        {**PROC, "app.py": f"import os\nNAMES = ['SHOP_A', 'SHOP_B']\nlacking = [one for one in NAMES if os.getenv(one) is None]\nif lacking:\n    raise EnvironmentError(f'set {{lacking}}')\n{APP}"},
        said=("SHOP_A",),
    ),
    "several variables": Row(  # an import ends with the first one that it misses
        {**PROC, "app.py": f"import os\nA = os.environ['SHOP_A']\nB = os.environ['SHOP_B']\n{APP}"}, said=("SHOP_A", "SHOP_B"),
    ),
    "variables in an env_file": Row(
        {"app.py": f"import os\nA = os.environ['SHOP_A']\n{APP}", "shop.env": "SHOP_A=1\n", "compose.yml":
         "services:\n  web:\n    image: python:3.11\n    env_file: shop.env\n    command: uvicorn app:app\n    volumes: ['.:/srv']\n    working_dir: /srv\n"},
        "serves", "serves",
    ),
    "a container's path in ENV": Row(
        {"Dockerfile": f"{BASE}ENV SPEC=/srv/openapi.yaml\n{CMD}", "app.py": APP.replace('"openapi.yaml"', 'os.environ["SPEC"]').replace("import", "import os\nimport", 1)},
        "serves", "serves",
    ),
    "a path in ENV that is only there": Row(
        {"Dockerfile": f"{BASE}ENV SPEC=/run/openapi.yaml\n{CMD}", "app.py": APP.replace('"openapi.yaml"', 'os.environ["SPEC"]').replace("import", "import os\nimport", 1)},
    ),
    "a container's path in an argument": Row(
        {"Dockerfile": f'{BASE}CMD ["gunicorn", "-c", "/srv/gunicorn.conf.py", "app:app"]\n', "gunicorn.conf.py": "worker_class = 'asgi'\n"},
        "serves", "serves",
    ),
    "a path in an argument that is only there": Row(
        {"Dockerfile": f'{BASE}CMD ["uvicorn", "--ssl-certfile", "/run/tls.pem", "app:app"]\n'}, loaded="serves",
    ),
    "a specification that the image has elsewhere": Row(
        {"Dockerfile": f"{BASE}COPY contracts /srv/specs\n{CMD}", "contracts/api.yaml": "openapi: 3.0.3\n",
         "app.py": APP.replace('"openapi.yaml"', '"specs/api.yaml"')},
        said=("contracts/api.yaml may be copied there",),
    ),
    "a configuration that the start writes": Row(
        {"start.sh": "#!/bin/sh\necho \"worker_class = 'asgi'\" > gunicorn.conf.py\nexec gunicorn app:app\n"}, "serves", "serves",
    ),
    "a configuration that the start makes of a template": Row(
        {"start.sh": "#!/bin/sh\nenvsubst < conf.tmpl > gunicorn.conf.py\nexec gunicorn app:app\n"}, said=("is written before gunicorn starts",),
    ),
    "a service that the app asks": Row({**PROC, "app.py": CONNECTS + APP}),
    "a service that gunicorn's file asks": Row(
        {"Procfile": "web: gunicorn app:app\n", "gunicorn.conf.py": f"{CONNECTS}worker_class = 'asgi'\n"},
    ),
    "a module that git ignores": Row(
        {**PROC, "app.py": f"from settings_local import KEY\n{APP}", ".gitignore": "settings_local.py\n"}, said=("settings_local", "git ignores"),
    ),
    "the project's own package": Row(
        {"Dockerfile": f'{BASE}RUN pip install -e .\nCMD ["uvicorn", "shop.web:app"]\n', "pyproject.toml": PACKAGE, "src/shop/__init__.py": "",
         "src/shop/web.py": APP.replace("app.hello", "shop.web.hello"), "src/shop/openapi.yaml": "openapi: 3.0.3\ninfo: {title: t, version: '1'}\npaths: {}\n"},
        "serves", "serves",
    ),
    "what the caller sets wins": Row(
        {"Dockerfile": f"{BASE}ENV KIND=bad\n{CMD}", "app.py": f"import os\nif os.environ['KIND'] == 'bad':\n    raise SystemExit(3)\n{APP}"},
        "serves", "serves", environ={"KIND": "good"},
    ),
    "a guard that the image's own value trips": Row(
        {"Dockerfile": f"{BASE}ENV KIND=bad\n{CMD}", "app.py": f"import os\nif os.environ['KIND'] == 'bad':\n    raise ValueError('no')\n{APP}"},
        "fails", "fails",
    ),
    "variables in each of the ways": Row(
        {**PROC, "app.py": f"import os\nA = os.environ['SHOP_A']\nB = int(os.environ.get('SHOP_B'))\nC = os.getenv('SHOP_C')\nif not C:\n    raise ValueError('no')\n{APP}"},
        said=("SHOP_A", "SHOP_B", "SHOP_C"),
    ),
}  # fmt: skip


def judged(root: Path, row: Row, *, do_import: bool) -> Report:
    """The report on a row's project."""
    project(root)
    for name, text in {**THREE, **row.files}.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    (root / ".git").mkdir()
    environ = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), **row.environ}
    question = Question(directory=str(root), python=sys.executable)
    return run(Options(question, do_import=do_import, treat=False, environ=environ))


@pytest.mark.parametrize("do_import", [False, True], ids=["read", "loaded"])
@pytest.mark.parametrize("name", TABLE)
def test_surroundings_are_no_faults(name: str, do_import: bool, tmp_path: Path) -> None:
    row = TABLE[name]
    report = judged(tmp_path / "shop", row, do_import=do_import)
    told = [(one.verdict.value, one.reason) for one in report.judgements]
    assert [verdict for verdict, _ in told] == [row.loaded if do_import else row.read], told
    everything = " ".join(
        [
            *(reason for _, reason in told),
            *(line for one in report.findings for line in (one.message, *one.evidence)),
        ]
    )
    assert [word for word in row.said if word not in everything] == [], everything
    installed = [name for one in report.findings for fix in one.fixes for name in fix.install]
    assert not {"shop", "settings_local", "settings-local"} & set(installed)
