"""What is said when the doctor could not do its work: a whole report, in every format."""

from __future__ import annotations

from connexion_doctor.model import Report
from connexion_doctor.rules.base import HOMEPAGE
from connexion_doctor.rules.own.checkup import checkup_not_done

BROKEN = 3  # the exit code


def report(root: str, reason: str) -> Report:
    """A report that says why there is none."""
    findings = checkup_not_done.rule.run(reason)  # type: ignore[attr-defined]
    return Report(root=root, environment=None, judgements=(), findings=tuple(findings), exit_code=BROKEN)


def internal(error: Exception) -> str:
    """A fault of the doctor itself, in one line."""
    said = " ".join(f"{type(error).__name__}: {error}".split())
    return f"internal error: {said} (--verbose shows where; please report it: {HOMEPAGE}/issues)"
