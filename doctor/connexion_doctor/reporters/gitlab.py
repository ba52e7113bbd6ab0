"""GitLab's Code Quality report: a list of issues for the merge request."""

from __future__ import annotations

import json
from typing import Any

from connexion_doctor.model import Finding, Report, Severity
from connexion_doctor.reporters import wording
from connexion_doctor.rules.base import page_url
from connexion_doctor.screening.places import fingerprints, nearest_place, repository_path

SEVERITIES = {Severity.ERROR: "critical", Severity.WARNING: "minor", Severity.INFO: "info"}


def render(report: Report) -> str:
    """The report as one JSON list."""
    return json.dumps(document(report), indent=2, ensure_ascii=False) + "\n"


def document(report: Report) -> list[dict[str, Any]]:
    """The report as plain data."""
    marks = fingerprints(report.findings, report)
    return [_issue(finding, mark, report) for finding, mark in zip(report.findings, marks, strict=True)]


def _issue(finding: Finding, mark: str, report: Report) -> dict[str, Any]:
    place = nearest_place(finding, report)
    body = "\n\n".join([*wording.paragraphs(finding, report), page_url(finding.code)])
    return {
        "type": "issue",
        "check_name": finding.code,
        "description": f"{finding.code}: {finding.message}",
        "content": {"body": body},
        "categories": ["Bug Risk"],
        "fingerprint": mark,
        "severity": SEVERITIES[finding.severity],
        "location": {
            "path": repository_path(place.path, report.root),
            "lines": {"begin": place.line, "end": place.end[0]},
        },
    }
