"""SARIF 2.1.0, the exchange format of code scanning services.

One run. Every rule is described, with its help; a result carries its fixes as replacements, and a
fingerprint that does not depend on the line number. Columns count characters.
"""

from __future__ import annotations

import json
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from connexion_doctor import __version__
from connexion_doctor.model import Edit, Finding, Fix, Location, Report, Severity, Verdict
from connexion_doctor.reporters import wording
from connexion_doctor.rules import page_text, pages
from connexion_doctor.rules.base import HOMEPAGE, Rule
from connexion_doctor.rules.catalogue import all_rules
from connexion_doctor.screening.places import fingerprints, judgement_of, nearest_place, repository_path

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
FINGERPRINT = "ruleFileAndLineText/v1"


def render(report: Report) -> str:
    """The report as one SARIF log."""
    return json.dumps(document(report), indent=2, ensure_ascii=False) + "\n"


def document(report: Report) -> dict[str, Any]:
    """The report as plain data."""
    rules = all_rules()
    index = {rule.code: position for position, rule in enumerate(rules)}
    marks = fingerprints(report.findings, report)
    run = {
        "tool": {
            "driver": {
                "name": "connexion-doctor",
                "informationUri": HOMEPAGE,
                "version": __version__,
                "rules": [_rule(rule) for rule in rules],
            }
        },
        "automationDetails": {"id": "connexion-doctor/"},
        "columnKind": "unicodeCodePoints",
        "invocations": [
            {
                "executionSuccessful": report.exit_code != 3,
                "exitCode": report.exit_code,
                "toolExecutionNotifications": _notifications(report),
            }
        ],
        "results": [
            _result(finding, mark, index, report)
            for finding, mark in zip(report.findings, marks, strict=True)
        ],
        "properties": {
            "suppressed": len(report.suppressed),
            "launches": [
                {"id": one.launch.id, "verdict": one.verdict.value, "basis": one.basis.value}
                for one in report.judgements
            ],
        },
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": page_text.sentence(rule.summary)},
        "fullDescription": {
            "text": pages.capital(page_text.sentence(rule.sections.get("What happens", rule.summary)))
        },
        "help": {"text": pages.plain(rule), "markdown": pages.absolute(pages.page(rule))},
        "helpUri": rule.url,
        "defaultConfiguration": {"level": LEVELS[rule.severity]},
    }


def _notifications(report: Report) -> list[dict[str, Any]]:
    """What could not be judged is said: an empty list of results must not pass for a clean one."""
    said = [
        f"{judgement.launch.id}: no verdict: {judgement.reason}"
        for judgement in report.judgements
        if judgement.verdict is Verdict.UNKNOWN
    ]
    return [{"level": "note", "message": {"text": text}} for text in (*said, *wording.notes(report))]


def _result(finding: Finding, mark: str, index: dict[str, int], report: Report) -> dict[str, Any]:
    judgement = judgement_of(finding, report)
    made: dict[str, Any] = {
        "ruleId": finding.code,
        "level": LEVELS[finding.severity],
        "message": {"text": "\n".join(wording.paragraphs(finding, report))},
        "locations": [{"physicalLocation": _physical(nearest_place(finding, report), report)}],
        "partialFingerprints": {FINGERPRINT: mark},
    }
    if finding.code in index:
        made["ruleIndex"] = index[finding.code]
    fixes = [_fix(fix, report) for fix in finding.fixes if fix.edits]
    if fixes:
        made["fixes"] = fixes
    if judgement is not None:
        made["properties"] = {"launch": judgement.launch.id, "verdict": judgement.verdict.value}
    return made


def _physical(place: Location, report: Report) -> dict[str, Any]:
    return {"artifactLocation": _artifact(place.path, report), "region": _region(place)}


def _artifact(path: str, report: Report) -> dict[str, Any]:
    inside = repository_path(path, report.root)
    if PurePath(inside).is_absolute():
        return {"uri": PurePath(inside).as_uri()}
    return {"uri": quote(inside), "uriBaseId": "%SRCROOT%"}


def _region(place: Location) -> dict[str, int]:
    region = {"startLine": place.line, "startColumn": place.column}
    if place.end_line is not None or place.end_column is not None:
        region["endLine"], region["endColumn"] = place.end
    return region


def _fix(fix: Fix, report: Report) -> dict[str, Any]:
    """Consumers take the replacements of one fix as one change."""
    changes: dict[str, list[Edit]] = {}
    for edit in fix.edits:
        changes.setdefault(edit.location.path, []).append(edit)
    notes = [fix.title, *(f"pip install {entry}" for entry in fix.install), *fix.costs]
    return {
        "description": {"text": "; ".join(notes)},
        "artifactChanges": [
            {
                "artifactLocation": _artifact(path, report),
                "replacements": [_replacement(edit) for edit in edits],
            }
            for path, edits in changes.items()
        ],
    }


def _replacement(edit: Edit) -> dict[str, Any]:
    end_line, end_column = edit.location.end
    region = {
        "startLine": edit.location.line,
        "startColumn": edit.location.column,
        "endLine": end_line,
        "endColumn": end_column,
    }
    return {"deletedRegion": region, "insertedContent": {"text": edit.replacement}}
