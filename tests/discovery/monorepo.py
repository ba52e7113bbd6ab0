"""A generated monorepo of 200 services and 10,000 Python files: time and memory, beside ``ruff check``.

Not part of the test run: ``python -m tests.discovery.monorepo [FOLDER]``. Services are of ten kinds, so that
every common kind of start is met 20 times; one in five does not use Connexion.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SERVICES = 200
FILES = 50  # of Python, in each service

APP = """import connexion

from {name}.part0 import value0

app = connexion.FlaskApp(__name__)
app.add_api("openapi.yaml")


def create_app():
    return app


if __name__ == "__main__":
    app.run(port=8080)
"""
OTHER = "from fastapi import FastAPI\n\napp = FastAPI()\n"
PART = '''"""Part {n} of the service."""

import json
import os
from dataclasses import dataclass


@dataclass
class Record{n}:
    """One record."""

    name: str
    amount: int = {n}

    def as_text(self) -> str:
        return json.dumps({{"name": self.name, "amount": self.amount}})


def value{n}(rows):
    total = 0
    for row in rows:
        if row.amount > {n}:
            total += row.amount
        elif os.environ.get("STRICT"):
            raise ValueError(f"bad row {{row.name}}")
    return total
'''
DOCKERFILE = """FROM python:3.12-slim AS base
WORKDIR /app
COPY requirements.txt .
RUN pip install -r requirements.txt
COPY . .

FROM base AS test
CMD ["pytest"]

FROM base AS final
ENV PORT=8080
{command}
"""
MANIFEST = """apiVersion: apps/v1
kind: Deployment
spec:
  template:
    spec:
      containers:
        - name: {name}
          image: registry.example/{name}
          command: ["uvicorn", "{name}.main:app", "--port", "8080"]
"""


def write(root: Path, services: int = SERVICES, files: int = FILES) -> None:
    """Write the tree."""
    for number in range(services):
        name = f"service{number:03}"
        folder = root / "services" / name
        package = folder / name
        package.mkdir(parents=True)
        _start(folder, name, number % 10)
        uses = number % 5 != 4
        requirements = "connexion[flask,uvicorn]==3.3.0\ngunicorn\n" if uses else "fastapi\nuvicorn\n"
        (folder / "requirements.txt").write_text(requirements)
        (package / "__init__.py").write_text("")
        (package / "main.py").write_text(APP.format(name=name) if uses else OTHER)
        for part in range(files - 2):
            target = package if part < 20 else package / f"group{part % 4}"
            target.mkdir(exist_ok=True)
            body = PART.format(n=part)
            (target / f"part{part}.py").write_text(
                body + body.replace("Record", "Other").replace("value", "other") * 2
            )
    compose = "".join(
        f"  service{n:03}:\n    build: services/service{n:03}\n" for n in range(0, services, 10)
    )
    (root / "docker-compose.yml").write_text("services:\n" + compose)
    (root / ".gitignore").write_text("*.log\nbuild/\n.venv/\n")


def import_everywhere(root: Path) -> None:
    """Have every part import Connexion."""
    for path in root.rglob("part*.py"):
        path.write_text("import connexion\n" + path.read_text())


def _start(folder: Path, name: str, kind: int) -> None:
    target = f"{name}.main:app"
    if kind in (0, 1, 4):
        command = f'CMD ["gunicorn", "-k", "uvicorn.workers.UvicornWorker", "{target}"]'
        (folder / "Dockerfile").write_text(DOCKERFILE.format(command=command))
    elif kind == 2:
        (folder / "Procfile").write_text(f"web: gunicorn -b :$PORT {target}\n")
    elif kind in (3, 9):
        (folder / "Dockerfile").write_text(DOCKERFILE.format(command='ENTRYPOINT ["./entrypoint.sh"]'))
        (folder / "entrypoint.sh").write_text(
            f'#!/bin/sh\nset -e\nexec uvicorn {target} --port "${{PORT:-80}}"\n'
        )
    elif kind == 5:
        (folder / "deployment.yaml").write_text(MANIFEST.format(name=name))
    elif kind == 6:
        (folder / "gunicorn.conf.py").write_text(f'wsgi_app = "{target}"\n')
    elif kind == 7:
        (folder / "Dockerfile").write_text(
            DOCKERFILE.format(command=f'ENTRYPOINT ["python"]\nCMD ["-m", "{name}.main"]')
        )
    # kind 8: only its Python starts it


DISCOVERY = (
    "import sys, resource; from pathlib import Path; from connexion_doctor.discovery.find import discover;"
    "found = discover(Path(sys.argv[1]));"
    "print(len(found.launches), len(found.services), len(found.problems))"
)
WHOLE = (
    "import sys, resource; from connexion_doctor.checkup.options import Options;"
    "from connexion_doctor.checkup.run import run; from connexion_doctor.model.question import Question;"
    "report = run(Options(Question(directory=sys.argv[1]), do_import=False));"
    "print(len(report.judgements), len(report.findings),"
    " resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)"
)


def main() -> None:
    """Write the tree, then measure in turns: the discovery, the whole checkup with ``--no-import``, ruff."""
    root = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(tempfile.mkdtemp()) / "monorepo"
    if not root.exists():
        write(root)
    ruff = shutil.which("ruff") or str(Path(sys.executable).with_name("ruff"))
    commands = {
        "discovery": [sys.executable, "-c", DISCOVERY, str(root)],
        "whole": [sys.executable, "-c", WHOLE, str(root)],
        "ruff": [ruff, "check", "--no-cache", "--isolated", "--select", "F", "--quiet", str(root)],
    }
    seconds: dict[str, list[float]] = {name: [] for name in commands}
    told = dict.fromkeys(commands, "")
    for _ in range(5):
        for name, command in commands.items():
            begin = time.perf_counter()
            told[name] = subprocess.run(command, check=False, capture_output=True, text=True).stdout
            seconds[name].append(time.perf_counter() - begin)
    best = {name: min(taken) for name, taken in seconds.items()}
    print("discovery: launches {}, services {}, problems {}".format(*told["discovery"].split()))
    print("whole checkup: launches {}, findings {}, peak memory {} MB".format(*told["whole"].split()))
    for name in ("discovery", "whole"):
        print(f"{name} {best[name]:.2f} s, ruff {best['ruff']:.2f} s, ratio {best[name] / best['ruff']:.2f}")


if __name__ == "__main__":
    main()
