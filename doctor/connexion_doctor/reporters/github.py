"""Workflow commands that GitHub Actions turns into annotations.

The same report as Markdown goes to the step summary, where there is one: GitHub shows only the first ten
annotations of a kind.
"""

from __future__ import annotations

from pathlib import PurePath

from connexion_doctor.model import Finding, Location, Report, Severity
from connexion_doctor.reporters import wording
from connexion_doctor.screening.places import judgement_of, place_of, repository_path

COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def render(report: Report) -> str:
    """One workflow command a finding, and a last line with the counts."""
    lines = [_annotation(finding, report) for finding in report.findings]
    return "\n".join([*lines, f"connexion-doctor: {wording.counts(report)}"]) + "\n"


def _annotation(finding: Finding, report: Report) -> str:
    place = place_of(finding, judgement_of(finding, report))
    properties = {"title": wording.title(finding)}
    if place is not None:
        properties.update(_place(place, report))
    given = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    text = "\n".join(wording.paragraphs(finding, report))
    return f"::{COMMANDS[finding.severity]} {given}::{_data(text)}"


def _place(place: Location, report: Report) -> dict[str, str]:
    path = repository_path(place.path, report.root)
    if PurePath(path).is_absolute():
        return {}
    end_line, end_column = place.end
    given = {"file": path, "line": str(place.line), "endLine": str(end_line)}
    if end_line == place.line:  # columns are allowed only within one line
        given.update(col=str(place.column), endColumn=str(max(end_column, place.column)))
    return given


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
