"""``--fix``, and ``--diff``, which says what it would do: what they print, and what the exit code says."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from connexion_doctor.fixes import patch
from connexion_doctor.fixes.applying import Applied, NotApplied, apply
from connexion_doctor.fixes.installing import together
from connexion_doctor.fixes.plan import Plan, plan
from connexion_doctor.model import Report

FINDINGS, NOT_DONE = 1, 3
MOST_ROUNDS = 5  # every one looks at the files as the one before left them


def planned(report: Report, *, unsafe: bool) -> Plan:
    """The recommended fixes of a report."""
    return plan(report.findings, report.judgements, unsafe=unsafe, sources=report.sources)


def fix(report: Report, again: Callable[[], Report], *, unsafe: bool) -> tuple[Report, list[str]]:
    """Apply the recommended fixes, look again, and say what was done.

    What was hidden behind a fault, or waits for another fix at the same place, is seen when it is looked
    at again; so this goes on until there is nothing more to do, and a second call changes nothing.

    :param again: the same checkup, on the files as they are then
    :return: the report on what is left, and lines that tell what was done
    :raises NotApplied: writing failed the first time, and every file is as it was
    """
    seen = [report]

    def look() -> Report:
        seen.append(again())
        return seen[-1]

    made = rounds(Path(report.root), report, look, unsafe=unsafe)
    last = look() if made[-1].files else seen[-1]
    code = _exit_code(last.exit_code, made[-1])
    return replace(last, exit_code=code), list(dict.fromkeys(_told(made)))


def rounds(root: Path, report: Report, again: Callable[[], Report], *, unsafe: bool) -> list[Applied]:
    """The fixes made in the project, or a copy of it, until a round has nothing to do; at least one round.

    :param again: the same checkup, on the files as they are then
    :raises NotApplied: writing failed the first time, and every file is as it was
    """
    made = [_apply(root, report, unsafe)]
    while made[-1].files and len(made) < MOST_ROUNDS:
        try:
            made.append(_apply(root, again(), unsafe))
        except NotApplied:
            break
    return made


def _apply(root: Path, report: Report, unsafe: bool) -> Applied:
    return apply(root, report.findings, report.judgements, report.sources, unsafe=unsafe)


def _exit_code(code: int, done: Applied) -> int:
    """3 where a file could not be touched; never 0 where a fix still waits for its turn."""
    if done.refused:
        return NOT_DONE
    return code if done.complete else code or FINDINGS


def _told(rounds: Sequence[Applied]) -> Iterator[str]:
    changed: dict[str, set[str]] = {}
    for done in rounds:
        for path in done.files:
            edited = {
                one.finding.code
                for one in done.plan.taken
                if any(edit.location.path == path for edit in one.fix.edits)
            }
            changed.setdefault(path, set()).update(edited)
    for path, codes in changed.items():
        yield f"fixed {path} ({', '.join(sorted(codes))})"
    yield from notes(rounds)
    if not changed:
        yield "no file was changed"


def notes(rounds: Sequence[Applied]) -> Iterator[str]:
    """What is to be done besides the edits, once; what the fixes cost, and what the last round left."""
    installs = together(one for done in rounds for one in done.plan.install)
    found: list[str] = []
    for number, done in enumerate(rounds):
        first, last = number == 0, number == len(rounds) - 1
        shown = replace(done.plan, install=installs if first else (), left=done.plan.left if last else ())
        found += patch.notes(shown)
    yield from dict.fromkeys(found)
