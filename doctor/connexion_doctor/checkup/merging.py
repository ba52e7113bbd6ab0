"""One fault is one finding: what was found at one place, and is cured by the same edits, is said once, with
the launches that it affects."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from connexion_doctor.model import Applicability, Finding, Report


def merged(report: Report) -> Report:
    """The report with each fault once, the gravest first."""
    findings = sorted(_merged(report.findings), key=lambda one: one.severity.rank)
    return replace(report, findings=tuple(findings))


def _merged(findings: Sequence[Finding]) -> list[Finding]:
    kept: dict[object, Finding] = {}
    for at, finding in enumerate(findings):
        key = _key(finding) or at
        before = kept.get(key)
        if before is None:
            kept[key] = finding
            continue
        launches = (*_affected(before), *_affected(finding))
        kept[key] = replace(before, affects=tuple(dict.fromkeys(launches)))
    return list(kept.values())


def _affected(finding: Finding) -> tuple[str, ...]:
    return finding.affects or ((finding.launch,) if finding.launch is not None else ())


def _key(finding: Finding) -> object:
    """What makes two findings one fault: rule, place, and the edits of the fix to take; None where a finding
    has no place in a file. What a person has to do about the app that starts name in the same words is done
    once, wherever they stand."""
    if finding.location is None:
        return None
    fix = next((one for one in finding.fixes if one.recommended), None)
    by_hand = fix is not None and fix.applicability is Applicability.MANUAL and not fix.edits
    if by_hand and fix is not None and finding.word is not None and finding.launch is not None:
        return finding.code, finding.message, fix.title
    edits = (fix.edits, fix.install) if fix is not None else None
    return finding.code, finding.location, finding.message if edits is None else edits
