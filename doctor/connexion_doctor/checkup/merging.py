"""One fault is one finding: what was found at one place, and is cured by the same edits, is said once, with
the launches that it affects."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from connexion_doctor.model import Applicability, Edit, Finding, Report


def merged(report: Report) -> Report:
    """The report with each fault once, the gravest first."""
    findings = sorted(_merged(report.findings), key=lambda one: one.severity.rank)
    return replace(report, findings=tuple(_with_reasons(findings)))


def _with_reasons(findings: Sequence[Finding]) -> Iterator[Finding]:
    """The findings without those about the project that the fix of a start cures by the same edits: of that
    start's finding they are further reasons."""
    by_edit: dict[Edit, list[Finding]] = {}  # those of starts, by the edits that their fixes make
    for one in findings:
        for edit in one.recommended.edits if one.launch is not None and one.recommended is not None else ():
            by_edit.setdefault(edit, []).append(one)
    reasons: dict[int, list[str]] = {}
    kept = []
    for one in findings:
        fix = one.recommended if one.launch is None else None
        near = by_edit.get(fix.edits[0], ()) if fix is not None and fix.edits else ()
        curing = [other for other in near if _cures(other, one)]
        place = f"{one.location.path}:{one.location.line}: " if one.location is not None else ""
        for other in curing:
            reasons.setdefault(id(other), []).append(f"{place}{one.message}")
        kept += [] if curing else [one]
    for one in kept:
        yield replace(one, evidence=(*one.evidence, *reasons.get(id(one), ())))


def _cures(finding: Finding, other: Finding) -> bool:
    """Whether the fix to take of a finding makes all edits of another one's, and needs no more courage."""
    fix, of_other = finding.recommended, other.recommended
    if fix is None or of_other is None or finding.severity.rank > other.severity.rank:
        return False
    return fix.applicability in (Applicability.SAFE, of_other.applicability) and set(of_other.edits) <= set(
        fix.edits
    )


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
    fix = finding.recommended
    by_hand = fix is not None and fix.applicability is Applicability.MANUAL and not fix.edits
    if by_hand and fix is not None and finding.word is not None and finding.launch is not None:
        return finding.code, finding.message, fix.title
    edits = (fix.edits, fix.install) if fix is not None else None
    return finding.code, finding.location, finding.message if edits is None else edits
