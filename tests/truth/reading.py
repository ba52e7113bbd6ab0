"""`python -m tests.truth.reading`: cells judged from files alone, against what happened when they booted.

`metadata`: the environment's package list is there, nothing runs. `requirements`: nothing but a requirements
file that pins what the environment has.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from connexion_doctor.checkup.judge import judge
from connexion_doctor.checkup.read import read as read_launch
from connexion_doctor.environment.interpreters import installed_packages
from connexion_doctor.facts.case import Case
from connexion_doctor.launches.find import find
from connexion_doctor.model import Environment as Target
from connexion_doctor.model import Verdict
from connexion_doctor.model.question import Question
from connexion_doctor.reading import versions
from connexion_doctor.requirements.files import RequirementFiles
from connexion_doctor.requirements.installs import installs
from connexion_doctor.rules.catalogue import launch_rules
from tests.environments import Environment, Unavailable, environment
from tests.running import ROOT, campaign
from tests.truth.cells import Cell, select
from tests.truth.run import Options, run
from tests.truth.table import command_shown

PINNED = (
    "connexion flask werkzeug starlette gunicorn uvicorn uvicorn-worker a2wsgi hypercorn daphne granian "
    "waitress gevent asgiref uwsgi"
).split()
NOWHERE = Target("", "", "no environment")


@dataclass(frozen=True)
class Read:
    """What the files told of a cell."""

    cell: Cell
    verdict: str
    reason: str


@cache
def packages(built: Environment) -> dict[str, str]:
    """What is installed in an environment of the tests."""
    return installed_packages([str(site(built))])


def site(built: Environment) -> Path:
    """Where an environment's packages lie."""
    (found,) = list(Path(built.python).parents[1].glob("lib/python3*/site-packages"))
    return found


KEPT: list[tempfile.TemporaryDirectory[str]] = []  # removed when the process ends


@cache
def scene(directory: Path, built: Environment, way: str) -> Path:
    """A copy of a folder of apps; with a requirements file, where that is all there is."""
    KEPT.append(tempfile.TemporaryDirectory(prefix="truth-"))
    folder = Path(KEPT[-1].name).resolve() / "project"
    shutil.copytree(directory, folder, ignore=shutil.ignore_patterns("__pycache__"))
    if way == "requirements":
        lines = [f"{name}=={packages(built)[name]}" for name in PINNED if name in packages(built)]
        (folder / "requirements.txt").write_text("\n".join(lines) + "\n")
    return folder


def judged(cell: Cell, built: Environment, way: str) -> Read:
    """The verdict on a cell, read."""
    words = tuple(cell.words(20123, Path("/tmp/truth.sock")))
    folder = scene(cell.directory, built, way)
    target = NOWHERE
    if way == "metadata":
        target = Target(str(built.python), "", "--python", packages(built), (str(site(built)),))
    (launch,) = find(Question(command=words, directory=str(folder)), folder).launches
    launch = replace(launch, environ={**launch.environ, **cell.environ})
    files = RequirementFiles(folder, ["requirements.txt"])
    known = versions.versions_of(target, installs(launch, files))
    facts = read_launch(launch, known, folder, {})
    target = target if target.executable else known.environment
    judgement, _ = judge(Case(launch, facts, target, folder), launch_rules())
    return Read(cell, judgement.verdict.value, judgement.reason)


def compare(cells: list[Cell], way: str, *, boots: bool = False) -> Iterator[tuple[Read, str]]:
    """Each cell as it was read, and what happened when it was booted: by the published table, and of those
    that are not in it by a boot now, where that is asked for.

    :param boots: whether to boot those that are not in it
    """
    known = published()
    new = [one for one in cells if not one.lifespan and _key(one) not in known] if boots else []
    for result in run(new, Options(jobs=1)):
        if result.outcome is not None:
            known[_key(result.cell)] = result.outcome.happened
    for cell in cells:
        if cell.lifespan:
            continue  # asked with --lifespan, which runs the app
        happened = known.get(_key(cell))
        built = built_once(cell.environment) if happened is not None else None
        if happened is not None and built is not None:
            yield judged(cell, built, way), happened


def _key(cell: Cell) -> tuple[str, str, str]:
    return cell.environment, command_shown(cell), cell.folder


@cache
def built_once(name: str) -> Environment | None:
    """An environment of the tests; None where it cannot be built here."""
    try:
        return environment(name)
    except Unavailable:
        return None


@cache
def published() -> dict[tuple[str, str, str], str]:
    """What happened in each cell, from the published table: environment, command and folder -> verdict."""
    found, name = {}, ""
    for line in (ROOT / "docs" / "truth.md").read_text("utf-8").splitlines():
        if line.startswith("## "):
            name = line.removeprefix("## ")
        elif line.startswith("| `"):
            command, _, rest = line.removeprefix("| `").partition("` | ")
            folder, happened, *_ = rest.split(" | ")
            found[name, command, folder] = happened
    return found


def main() -> int:
    """Print the figures of both ways, the wrong ones, and why the others are open."""
    parser = argparse.ArgumentParser(prog="python -m tests.truth.reading", description=__doc__)
    parser.add_argument("--fast", action="store_true")
    parser.add_argument("--only", action="append", default=[])
    parser.add_argument("--way", choices=("metadata", "requirements"), action="append", default=[])
    parser.add_argument("--boot", action="store_true", help="boot the cells that docs/truth.md has not yet")
    asked = parser.parse_args()
    cells = select(asked.fast, only=tuple(asked.only))
    new = sum(not cell.lifespan and _key(cell) not in published() for cell in cells)
    if new:
        print(f"{new} cells are not in docs/truth.md yet{' and are booted' if asked.boot else ': --boot'}")
    failed = 0
    for way in asked.way or ["metadata", "requirements"]:
        right, wrong, open_ = 0, 0, Counter[str]()
        for told, happened in compare(cells, way, boots=asked.boot):
            if told.verdict == Verdict.UNKNOWN.value:
                open_[told.reason] += 1
                if asked.only:
                    print("open ", told.cell.name, told.reason)
            elif told.verdict == happened:
                right += 1
            else:
                wrong += 1
                print(f"WRONG {told.cell.name}: {told.verdict} ({told.reason}), was {happened}")
        failed += wrong
        total = right + wrong + sum(open_.values())
        print(f"{way}: {total} cells, settled and right {right}, wrong {wrong}, open {sum(open_.values())}")
        for reason, count in open_.most_common(25):
            print(f"  {count:4} {reason}")
    return int(failed > 0)


if __name__ == "__main__":
    campaign()
    sys.exit(main())
