"""JSON, by the schema in ``doctor/connexion_doctor/schema/report-1.0.json``."""

from __future__ import annotations

import json
from typing import Any

from connexion_doctor import __version__
from connexion_doctor.commands import show
from connexion_doctor.model import (
    AppFacts,
    Finding,
    Fix,
    Judgement,
    Later,
    Layer,
    Location,
    Report,
    Severity,
    Treatment,
)
from connexion_doctor.rules.base import page_url

SCHEMA_VERSION = "1.0"


def render(report: Report) -> str:
    """The report as one JSON document."""
    return json.dumps(document(report), indent=2, ensure_ascii=False) + "\n"


def document(report: Report) -> dict[str, Any]:
    """The report as plain data."""
    environment = report.environment
    later = {one.launch: one for one in report.upgrade or ()}
    return {
        "schema_version": SCHEMA_VERSION,
        "doctor": {"version": __version__},
        "project": {"root": report.root},
        "python": {
            "executable": environment.executable if environment else None,
            "version": environment.version if environment else None,
        },
        "packages": dict(sorted(environment.packages.items())) if environment else {},
        "launches": [_launch(judgement, later.get(judgement.launch.id)) for judgement in report.judgements],
        "findings": [_finding(finding) for finding in report.findings],
        "notes": [*([" ".join(report.nowhere.split())] if report.nowhere else ()), *report.notes],
        "summary": {
            "errors": report.count(Severity.ERROR),
            "warnings": report.count(Severity.WARNING),
            "infos": report.count(Severity.INFO),
            "suppressed": len(report.suppressed),
            "unsettled": report.unsettled,
            "exit_code": report.exit_code,
        },
    }


def _launch(judgement: Judgement, later: Later | None) -> dict[str, Any]:
    launch, facts = judgement.launch, judgement.facts
    origin, server, call = launch.origin, facts.server, facts.call
    worker = server.worker
    calls = call.calls if call is not None else worker.calls if worker is not None else server.calls
    return {
        "id": launch.id,
        "origin": {"kind": origin.kind, "path": origin.path, "line": origin.line},
        "command": show.shown(launch.command),
        "server": {
            "name": launch.server,
            "version": server.version,
            "installed": server.installed and server.stage != "missing",
        },
        "worker_class": (worker.resolved or worker.asked) if worker is not None else None,
        "calls": calls.value,
        "target": server.target or launch.target,
        "settings": {
            name: given.value for name, given in server.settings.items() if given.source != "default"
        },
        "app": _app(facts.app) if facts.app is not None else None,
        "verdict": judgement.verdict.value,
        "basis": judgement.basis.value,
        "reason": judgement.reason,
        "treatment": _treatment(judgement.treatment) if judgement.treatment is not None else None,
        "verified": judgement.verified,
        **({"upgrade": _later(later)} if later is not None else {}),
    }


def _later(start: Later) -> dict[str, Any]:
    return {
        "verdict": start.verdict.value,
        "reason": start.reason,
        "treatment": _treatment(start.treatment) if start.treatment is not None else None,
    }


def _app(app: AppFacts) -> dict[str, Any]:
    connexion = app.connexion
    return {
        "type": app.type,
        "interface": app.interface.value,
        "signature": app.signature,
        "layers": [_layer(layer) for layer in app.layers],
        "connexion": dict(connexion.detail) if connexion is not None else None,
    }


def _layer(layer: Layer) -> dict[str, Any]:
    return {"type": layer.type, "interface": layer.interface.value, "role": layer.role}


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "code": finding.code,
        "name": finding.name,
        "severity": finding.severity.value,
        "message": finding.message,
        "evidence": list(finding.evidence),
        "launch": finding.launch,
        "affects": list(finding.affects) or ([finding.launch] if finding.launch is not None else []),
        "location": location(finding.location) if finding.location is not None else None,
        "fixes": [_fix(fix) for fix in finding.fixes],
        "url": page_url(finding.code),
    }


def location(place: Location) -> dict[str, Any]:
    """A location; its end is its start where no end is known."""
    end_line, end_column = place.end
    return {
        "path": place.path,
        "line": place.line,
        "column": place.column,
        "end_line": end_line,
        "end_column": end_column,
    }


def _treatment(treatment: Treatment) -> dict[str, Any]:
    return {
        "title": treatment.title,
        "applicability": treatment.applicability.value,
        "install": list(treatment.install),
        "edits": [{**location(edit.location), "replacement": edit.replacement} for edit in treatment.edits],
        "command": treatment.command,
        "costs": list(treatment.costs),
        "predicted": treatment.predicted.value,
        "reason": treatment.reason,
        "left": list(treatment.left),
        "cures": list(treatment.cures),
    }


def _fix(fix: Fix) -> dict[str, Any]:
    return {
        "title": fix.title,
        "recommended": fix.recommended,
        "applicability": fix.applicability.value,
        "install": list(fix.install),
        "edits": [{**location(edit.location), "replacement": edit.replacement} for edit in fix.edits],
        "command": fix.command,
        "costs": list(fix.costs),
    }
