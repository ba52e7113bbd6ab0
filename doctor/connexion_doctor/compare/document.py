"""A comparison as JSON, by the schema in ``doctor/connexion_doctor/schema/compare-1.0.json``."""

from __future__ import annotations

import json
from typing import Any

from connexion_doctor import __version__
from connexion_doctor.compare.asked import Answer
from connexion_doctor.compare.changes import Effect
from connexion_doctor.compare.comparison import Comparison, Difference
from connexion_doctor.compare.sending import JOINT
from connexion_doctor.compare.sides import Side
from connexion_doctor.compare.wording import title

SCHEMA_VERSION = "1.0"
MOST_BODY = 2000


def render(comparison: Comparison, exit_code: int) -> str:
    """The comparison as one JSON document."""
    return json.dumps(document(comparison, exit_code), indent=2, ensure_ascii=False) + "\n"


def document(comparison: Comparison, exit_code: int) -> dict[str, Any]:
    """The comparison as plain data."""
    found = comparison.differences(invisible=True)
    operations = comparison.operations()
    return {
        "schema_version": SCHEMA_VERSION,
        "doctor": {"version": __version__},
        "before": side(comparison.before),
        "after": side(comparison.after),
        "operations": [
            {
                "name": name,
                "requests": len(results),
                "breaks": sum(one.effect is Effect.BREAKS for one in results),
                "notice": sum(one.effect is Effect.NOTICE for one in results),
            }
            for name, results in operations.items()
        ],
        "differences": [_difference(one) for one in found],
        "noise": comparison.noisy,
        "notes": list(comparison.notes),
        "summary": {
            "requests": len(comparison.results),
            "operations": comparison.total,
            "same": comparison.same,
            **{effect.value: sum(one.effect is effect for one in found) for effect in Effect},
            "all_methods": comparison.all_methods,
            "seconds": round(comparison.seconds, 2),
            "exit_code": exit_code,
        },
    }


def side(one: Side) -> dict[str, Any]:
    """A side as plain data."""
    return {
        "command": one.command,
        "directory": str(one.root),
        "python": one.python,
        "versions": one.versions,
    }


def _difference(one: Difference) -> dict[str, Any]:
    first, known = one.results[0], one.known
    return {
        "effect": one.effect.value,
        "title": title(one),
        "kind": one.kind,
        "where": one.change.where,
        "what": one.change.what,
        "before": one.change.before,
        "after": one.change.after,
        "operations": list(one.operations),
        "known": None
        if known is None
        else {"name": known.name, "why": known.why, "url": known.url, "rule": known.rule, "fix": known.fix},
        "answers": {"before": _answer(first.before), "after": _answer(first.after)},
        "requests": [
            {
                "operation": result.request.operation,
                "why": result.request.why,
                "before": result.before.status,
                "after": result.after.status,
                "curl": result.curl.replace(JOINT, " "),
            }
            for result in one.results
        ],
    }


def _answer(answer: Answer) -> dict[str, Any]:
    return {
        "status": answer.status,
        "content_type": answer.header("content-type"),
        "body": answer.body[:MOST_BODY].decode("utf-8", "replace"),
        "failure": answer.failure,
    }
