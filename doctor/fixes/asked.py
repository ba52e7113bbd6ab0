"""``--diff`` and ``--fix``: what they print, and what the exit code has to say."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from doctor.fixes import patch
from doctor.fixes.applying import Applied, apply
from doctor.fixes.plan import plan
from doctor.model import Report

FINDINGS, NOT_DONE = 1, 3


def diff(report: Report, *, unsafe: bool) -> str:
    """The recommended fixes of a report as one unified diff."""
    return patch.render(plan(report.findings, report.judgements, unsafe=unsafe), report.sources)


def fix(report: Report, again: Callable[[], Report], *, unsafe: bool) -> tuple[Report, list[str]]:
    """Apply the recommended fixes, look again, and say what was done.

    :param again: the same checkup, on the files as they are then
    :return: the report on what is left, and lines that tell what was done
    :raises NotApplied: writing failed, and every file is as it was
    """
    done = apply(Path(report.root), report.findings, report.judgements, report.sources, unsafe=unsafe)
    after = again() if done.files else report
    return replace(after, exit_code=_exit_code(after.exit_code, done)), list(_told(done))


def _exit_code(code: int, done: Applied) -> int:
    """3 where a file could not be touched; never 0 where a fix still waits for its turn."""
    if done.refused:
        return NOT_DONE
    return code if done.complete else code or FINDINGS


def _told(done: Applied) -> Iterator[str]:
    for path in done.files:
        codes = sorted(
            {
                one.finding.code
                for one in done.plan.taken
                if any(edit.location.path == path for edit in one.fix.edits)
            }
        )
        yield f"fixed {path} ({', '.join(codes)})"
    yield from patch.notes(done.plan)
    if not done.files:
        yield "no file was changed"
