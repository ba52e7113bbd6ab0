"""`python -m tests.bare`: projects that are judged from their own files, nothing installed.

Prints, for the projects under `tests/discovery/projects`, how many starts are settled and why the others are
not; with `--locks` also one project for each lock file: its bare verdict, and the time of `--build-env`, cold
and warm.
"""

from __future__ import annotations

import argparse
import os
import re
import tempfile
import time
from collections import Counter
from pathlib import Path

from connexion_doctor.checkup.options import Options
from connexion_doctor.checkup.run import run
from connexion_doctor.model import Verdict
from connexion_doctor.model.errors import UsageError
from connexion_doctor.model.question import Question
from connexion_doctor.probe.head_start import HeadStart
from tests.discovery.test_projects import NAMES, PROJECTS
from tests.running import campaign, doctor, environ, project

METADATA = '[project]\nname = "shop"\nversion = "1"\nrequires-python = ">=3.10"\n'
ASKS = (
    METADATA
    + 'dependencies = ["connexion[flask,uvicorn]==3.3.0", "gunicorn==23.0.0", "uvicorn-worker==0.4.0"]\n'
)
POETRY = """\
[tool.poetry]
name = "shop"
version = "1"
package-mode = false
[tool.poetry.dependencies]
python = ">=3.10,<4.0"
connexion = {version = "3.3.0", extras = ["flask", "uvicorn"]}
gunicorn = "23.0.0"
[[tool.poetry.source]]
name = "simple"  # an index that has no other interface will do too
url = "https://pypi.org/simple/"
priority = "primary"
"""
PIPFILE = (
    '[packages]\nconnexion = {version = "==3.3.0", extras = ["flask", "uvicorn"]}\ngunicorn = "==23.0.0"\n'
)
CONDA = (
    "name: shop\ndependencies:\n  - python=3.11\n  - pip\n  - pip:\n    - connexion[flask,uvicorn]==3.3.0\n"
    "    - gunicorn==23.0.0\n"
)
# Files, and the command that makes the lock file of them where the tool is at hand.
LOCKED: dict[str, tuple[dict[str, str], tuple[str, ...]]] = {
    "uv": ({"pyproject.toml": ASKS}, ("uv", "lock", "-q")),
    "Poetry": ({"pyproject.toml": POETRY}, ("poetry", "lock", "-q")),
    "PDM": ({"pyproject.toml": ASKS}, ("pdm", "lock", "-q")),
    "Pipenv": ({"Pipfile": PIPFILE}, ("pipenv", "lock", "-q")),
    "pip, with hashes": (
        {"requirements.in": "connexion[flask,uvicorn]==3.3.0\ngunicorn==23.0.0\n"},
        ("uv", "pip", "compile", "-q", "--generate-hashes", "requirements.in", "-o", "requirements.txt"),
    ),
    "conda": ({"environment.yml": CONDA}, ()),
}


def bare(root: Path) -> list[tuple[str, str]]:
    """Verdict and reason of every start of a project, read."""
    options = Options(Question(directory=str(root)), do_import=False, treat=False, environ={})
    try:
        report = run(options, HeadStart(how="no environment"))
    except UsageError:
        return []
    return [(one.verdict.value, one.reason) for one in report.judgements]


def projects() -> None:
    """Print the figures of the sample projects."""
    told = [one for name in NAMES for one in bare(PROJECTS / name)]
    count = Counter(verdict for verdict, _ in told)
    print(f"{len(NAMES)} projects, {len(told)} starts: {dict(count)}")
    kind = re.compile(r"[\w/.-]+:\d+: |[\w/-]+\.(yaml|json|py)\b")
    open_ = [reason for verdict, reason in told if verdict == Verdict.UNKNOWN.value]
    reasons = Counter(kind.sub("", reason) for reason in open_)
    for reason, number in reasons.most_common():
        print(f"  {number:4} {reason}")


def locks(only: list[str]) -> None:
    """Print verdicts and times of a project with each lock file, or of those that are named."""
    import subprocess

    for name, (files, command) in LOCKED.items():
        if only and name not in only:
            continue
        with tempfile.TemporaryDirectory() as folder:
            root = project(Path(folder) / "shop", Procfile="web: gunicorn app:app\n")
            for path, text in files.items():
                (root / path).write_text(text)
            try:
                subprocess.run(command or ("true",), cwd=root, check=True, env=environ(), capture_output=True)
            except (OSError, subprocess.CalledProcessError) as exc:
                print(f"{name}: no lock file: {exc}")
                continue
            env = environ(XDG_CACHE_HOME=f"{folder}/cache", UV_CACHE_DIR=f"{folder}/uv")
            times = []
            for _ in range(2):
                start = time.monotonic()
                done = doctor("--build-env", "--format", "json", cwd=root, env=env)
                times.append(time.monotonic() - start)
            found = done.report["packages"].get("connexion"), done.verdicts, done.codes
            print(f"{name}: read {bare(root)}; built {found}; cold {times[0]:.1f} s, warm {times[1]:.1f} s")


def main() -> None:
    """Print what was asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.bare", description=__doc__)
    parser.add_argument("--locks", action="store_true")
    parser.add_argument("--only", action="append", default=[], help="of the lock files")
    parser.add_argument("folders", nargs="*", help="other projects, in place of the sample projects")
    asked = parser.parse_args()
    for folder in asked.folders:
        print(os.path.basename(folder), bare(Path(folder)))
    if not asked.folders and not asked.only:
        projects()
    if asked.locks:
        locks(asked.only)


if __name__ == "__main__":
    campaign()
    main()
