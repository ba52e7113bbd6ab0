"""One fault is one finding: what was found at one place, and is cured by the same edits, is said once, with
the launches that it affects."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from connexion_doctor.model import Applicability, Finding, Fix, Report


def merged(report: Report) -> Report:
    """The report with each fault once, the gravest first."""
    findings = sorted(_merged(report.findings), key=lambda one: one.severity.rank)
    return replace(report, findings=tuple(_with_reasons(findings)))


def _with_reasons(findings: Sequence[Finding]) -> Iterator[Finding]:
    """The findings without those about the project that the fix of a start cures by the same edits: of that
    start's finding they are further reasons."""
    of_starts = [one for one in findings if one.launch is not None]
    for finding in findings:
        if finding.launch is None:
            if not any(_cures(one, finding) for one in of_starts):
                yield finding
            continue
        same = [one for one in findings if one.launch is None and _cures(finding, one)]
        reasons = [f"{one.location.path}:{one.location.line}: {one.message}" for one in same if one.location]
        yield replace(finding, evidence=(*finding.evidence, *reasons))


def _cures(finding: Finding, other: Finding) -> bool:
    """Whether the fix to take of a finding makes all edits of another one's, and needs no more courage."""
    fix, of_other = _chosen(finding), _chosen(other)
    if fix is None or of_other is None or not of_other.edits or finding.severity.rank > other.severity.rank:
        return False
    return fix.applicability in (Applicability.SAFE, of_other.applicability) and set(of_other.edits) <= set(
        fix.edits
    )


def _chosen(finding: Finding) -> Fix | None:
    return next((one for one in finding.fixes if one.recommended), None)


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
    fix = _chosen(finding)
    by_hand = fix is not None and fix.applicability is Applicability.MANUAL and not fix.edits
    if by_hand and fix is not None and finding.word is not None and finding.launch is not None:
        return finding.code, finding.message, fix.title
    edits = (fix.edits, fix.install) if fix is not None else None
    return finding.code, finding.location, finding.message if edits is None else edits
