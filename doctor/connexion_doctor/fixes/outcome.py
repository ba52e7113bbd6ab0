"""``--diff`` and ``--fix``: what they print, and what the exit code has to say."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from connexion_doctor.fixes import patch
from connexion_doctor.fixes.applying import Applied, NotApplied, apply
from connexion_doctor.fixes.installing import together
from connexion_doctor.fixes.plan import plan
from connexion_doctor.model import Report

FINDINGS, NOT_DONE = 1, 3
MOST_ROUNDS = 5  # every one looks at the files as the one before left them


def diff(report: Report, *, unsafe: bool) -> str:
    """The recommended fixes of a report as one unified diff."""
    made = plan(report.findings, report.judgements, unsafe=unsafe, sources=report.sources)
    return patch.render(made, report.sources)


def fix(report: Report, again: Callable[[], Report], *, unsafe: bool) -> tuple[Report, list[str]]:
    """Apply the recommended fixes, look again, and say what was done.

    What was hidden behind a fault, or waits for another fix at the same place, is seen when it is looked
    at again; so this goes on until there is nothing more to do, and a second call changes nothing.

    :param again: the same checkup, on the files as they are then
    :return: the report on what is left, and lines that tell what was done
    :raises NotApplied: writing failed the first time, and every file is as it was
    """
    rounds = [_apply(report, unsafe)]
    while rounds[-1].files and len(rounds) < MOST_ROUNDS:
        report = again()
        try:
            rounds.append(_apply(report, unsafe))
        except NotApplied:
            break
    if rounds[-1].files:
        report = again()
    code = _exit_code(report.exit_code, rounds[-1])
    return replace(report, exit_code=code), list(dict.fromkeys(_told(rounds)))


def _apply(report: Report, unsafe: bool) -> Applied:
    return apply(Path(report.root), report.findings, report.judgements, report.sources, unsafe=unsafe)


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
    installs = together(one for done in rounds for one in done.plan.install)
    for number, done in enumerate(rounds):
        first, last = number == 0, number == len(rounds) - 1
        shown = replace(done.plan, install=installs if first else (), left=done.plan.left if last else ())
        yield from patch.notes(shown)
    if not changed:
        yield "no file was changed"
