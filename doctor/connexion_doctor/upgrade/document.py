"""An upgrade as JSON, by the schema in ``doctor/connexion_doctor/schema/upgrade-1.0.json``."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

from connexion_doctor import __version__
from connexion_doctor.bench import document as of_bench
from connexion_doctor.compare import comparison
from connexion_doctor.compare import document as of_comparison
from connexion_doctor.upgrade.upgrade import Upgrade

SCHEMA_VERSION = "1.0"


def render(upgrade: Upgrade) -> str:
    """The upgrade as one JSON document."""
    return json.dumps(document(upgrade), indent=2, ensure_ascii=False) + "\n"


def document(upgrade: Upgrade) -> dict[str, Any]:
    """The upgrade as plain data; the comparison and the bench as their own documents."""
    compared, bench, suites = upgrade.comparison, upgrade.bench, upgrade.suites
    return {
        "schema_version": SCHEMA_VERSION,
        "doctor": {"version": __version__},
        "project": upgrade.root,
        "folder": upgrade.folder,
        "copy": upgrade.copy,
        "patch": upgrade.patch,
        "files": list(upgrade.files),
        "written": upgrade.written,
        "steps": [dataclasses.asdict(one) for one in upgrade.steps],
        "changes": [dataclasses.asdict(one) for one in upgrade.changes],
        "tasks": [dataclasses.asdict(one) for one in upgrade.tasks],
        "starts": [
            {"id": name, "before": before, "after": after} for name, before, after in upgrade.commands
        ],
        "tests": None
        if suites is None
        else {
            name: {"exit_code": one.exit_code, "counts": dict(one.counts), "log": one.log}
            for name, one in zip(("before", "after"), suites, strict=True)
        },
        "comparison": None
        if compared is None
        else of_comparison.document(compared, comparison.exit_code(compared, "breaks")),
        "bench": of_bench.document(bench) if bench is not None else None,
        "summary": {
            "headline": upgrade.headline,
            "changes": len(upgrade.changes),
            "tasks": len(upgrade.tasks),
            "breaks": upgrade.breaks,
            "exit_code": upgrade.exit_code,
        },
    }
