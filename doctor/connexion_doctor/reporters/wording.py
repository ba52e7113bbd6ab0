"""A finding in plain words, for the formats that have one text a finding."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

from connexion_doctor.commands import show
from connexion_doctor.model import Finding, Fix, Report, Severity
from connexion_doctor.model.voice import sentence
from connexion_doctor.screening.places import judgement_of

if TYPE_CHECKING:
    from connexion_doctor.rules.migration import Plan

PLURALS = {Severity.ERROR: "errors", Severity.WARNING: "warnings", Severity.INFO: "notes"}


def title(finding: Finding) -> str:
    """Code and name of the rule."""
    return f"{finding.code} {finding.name}"


def paragraphs(finding: Finding, report: Report) -> list[str]:
    """Message, start command, evidence and fixes, one paragraph each."""
    judgement = judgement_of(finding, report)
    lines = [finding.message]
    if judgement is not None:
        lines.append(f"start: {show.shown(judgement.launch.command)}")
    lines.extend(finding.evidence)
    for index, fix in enumerate(finding.fixes):
        lines.extend(_fix(fix, index))
    return lines


def notes(report: Report) -> list[str]:
    """What is said beside the findings; the plan of an upgrade, where it was asked for, comes first."""
    found = plan_of(report)
    said = [*([" ".join(report.nowhere.split())] if report.nowhere else ()), *map(sentence, report.notes)]
    return [*(found.text.splitlines() if found is not None else ()), *said]


def again(report: Report) -> list[str]:
    """The words that ask the doctor about the same project from where it was asked."""
    where = os.path.relpath(report.root)
    if where == ".":
        return ["connexion-doctor"]
    return ["connexion-doctor", "--chdir", report.root if where.startswith("../..") else where]


def plan_of(report: Report) -> Plan | None:
    """The plan of the upgrade to Connexion 3, where it was asked for."""
    if report.upgrade is None:
        return None
    from connexion_doctor.rules.migration import make_plan

    return make_plan([one for one in report.findings if one.code[:4] in ("CXD4", "CXD5")], report.upgrade)


def _fix(fix: Fix, index: int) -> Iterator[str]:
    lead = "fix (recommended)" if fix.recommended else "or" if index else "fix"
    yield f"{lead}: {fix.title}"
    if fix.install:
        yield f"    pip install {show.join(fix.install)}"
    if fix.command is not None:
        yield f"    {fix.command}"
    yield from (f"    costs: {cost}" for cost in fix.costs)


def counts(report: Report) -> str:
    """``1 error, 2 warnings, 3 suppressed``; what there is none of is not named."""
    parts = []
    for severity, plural in PLURALS.items():
        count = report.count(severity)
        if count:
            parts.append(f"{count} {plural if count != 1 else plural[:-1]}")
    if report.suppressed:
        parts.append(f"{len(report.suppressed)} suppressed")
    return ", ".join(parts) or "nothing to fix"
