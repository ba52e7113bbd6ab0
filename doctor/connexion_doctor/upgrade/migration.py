"""The plan of the upgrade, and the changes of it that machines may make, made in the copy."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from connexion_doctor.checkup.options import Options
from connexion_doctor.checkup.run import diagnosed
from connexion_doctor.fixes.applying import apply
from connexion_doctor.fixes.plan import Taken
from connexion_doctor.foundation import late
from connexion_doctor.foundation.late import dataclass
from connexion_doctor.model import Finding, Report
from connexion_doctor.model.question import Question
from connexion_doctor.rules.migration import make_plan
from connexion_doctor.screening.screening import Screening
from connexion_doctor.upgrade.upgrade import Change, Task

MOST_ROUNDS = 6
FAMILIES = ("CXD4", "CXD5")
CORS = "flask_cors"
_ORIGIN = late.pattern(r"origins?\W[^\n]*?[\"'](https?://[\w.:-]+)[\"']")


@dataclass(frozen=True)
class Migrated:
    """The plan in words, what was changed in which files, and what is left in the order to do it."""

    plan: str
    changes: tuple[Change, ...]
    tasks: tuple[Task, ...]
    files: frozenset[str]


def migrate(copy: Path, python: str | None, timeout: float, families: Sequence[str] = FAMILIES) -> Migrated:
    """Make every change that a machine may make in the copy; look again until nothing is left to do.

    The code is read, not run: half upgraded it runs on neither version.
    """
    options = _reading(copy, python, timeout, families)
    report = diagnosed(options)
    plan = make_plan(report.findings).summary
    changes: list[Change] = []
    files: set[str] = set()
    for _ in range(MOST_ROUNDS):
        done = apply(copy, report.findings, (), report.sources, unsafe=True)
        if not done.files:
            break
        changes += changes_of(done.plan.taken)
        files |= set(done.files)
        report = diagnosed(options)
    made = {(one.code, one.path, one.title) for one in changes}  # what is installed is the old one still
    tasks = [one for one in tasks_of(_ordered(report)) if (one.code, one.path, one.how) not in made]
    return Migrated(plan, tuple(changes), tuple(_numbered(tasks)), frozenset(files))


def origin(copy: Path) -> str | None:
    """The first page that the code with Connexion 2 lets in by Flask-CORS: a browser's requests are asked as
    from there."""
    for path in sorted(copy.rglob("*.py")):
        text = path.read_text("utf-8", "replace") if os.path.isfile(path) else ""
        found = _ORIGIN.search(text) if CORS in text else None
        if found is not None:
            return found[1]
    return None


def left(copy: Path, python: str, timeout: float) -> tuple[Task, ...]:
    """What is left in the copy, now that there is the environment of Connexion 3."""
    return tuple(tasks_of(_ordered(diagnosed(_reading(copy, python, timeout)))))


def _reading(copy: Path, python: str | None, timeout: float, families: Sequence[str] = FAMILIES) -> Options:
    return Options(
        question=Question(directory=str(copy), python=python),
        screening=Screening(select=tuple(families)),
        do_import=False,
        treat=False,
        target_version=3,
        timeout=timeout,
    )


def _ordered(report: Report) -> list[Finding]:
    """What is left, in the order of the plan."""
    return [one for step in make_plan(report.findings).steps for one in step.findings]


def together(tasks: Iterable[Task], more: Iterable[Task]) -> tuple[Task, ...]:
    """Both, each once, in order."""
    return tuple(_numbered({replace(one, step=0): None for one in (*tasks, *more)}))


def _numbered(tasks: Iterable[Task]) -> list[Task]:
    return [replace(one, step=number) for number, one in enumerate(tasks, 1)]


def changes_of(taken: Iterable[Taken]) -> list[Change]:
    """The changes that were made, each with the finding that asked for it."""
    return [
        Change(
            one.finding.location.path if one.finding.location is not None else None,
            one.finding.location.line if one.finding.location is not None else None,
            one.finding.code,
            one.fix.title,
            one.finding.message,
        )
        for one in taken
        if one.fix.edits or one.fix.command is not None
    ]


def tasks_of(findings: Iterable[Finding]) -> list[Task]:
    """What a person has to do."""
    found = []
    for number, one in enumerate(findings, 1):
        fix = one.recommended
        place = one.location
        found.append(
            Task(
                number,
                one.code,
                one.message,
                place.path if place is not None else None,
                place.line if place is not None else None,
                fix.title if fix is not None else f"see connexion-doctor explain {one.code}",
            )
        )
    return found
