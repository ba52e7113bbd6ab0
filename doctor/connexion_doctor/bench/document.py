"""A bench as JSON, by the schema in ``doctor/connexion_doctor/schema/bench-1.0.json``."""

from __future__ import annotations

import json
import math
from typing import Any

from connexion_doctor import __version__
from connexion_doctor.bench.bench import Bench, Start
from connexion_doctor.bench.measured import Measured, Ratio
from connexion_doctor.compare.document import side
from connexion_doctor.compare.sending import JOINT

SCHEMA_VERSION = "1.0"


def render(bench: Bench) -> str:
    """The bench as one JSON document."""
    return json.dumps(document(bench), indent=2, ensure_ascii=False) + "\n"


def document(bench: Bench) -> dict[str, Any]:
    """The bench as plain data; times are in seconds, memory in bytes."""
    return {
        "schema_version": SCHEMA_VERSION,
        "doctor": {"version": __version__},
        "generator": {
            "name": "aiohttp",
            "ceilings": [{"concurrency": many, "rate": rate} for many, rate in bench.ceilings.items()],
        },
        "rounds": bench.rounds,
        "seconds": bench.seconds,
        "processors": bench.processors,
        "requests": [one.replace(JOINT, " ") for one in bench.requests],
        "starts": [_start(one) for one in bench.starts],
        "notes": list(bench.notes),
    }


def _start(start: Start) -> dict[str, Any]:
    return {
        "name": start.name,
        **side(start.side),
        "startup": start.startup,
        "memory": start.memory,
        "measured": [_measured(many, one) for many, one in start.at.items()],
    }


def _measured(many: int, one: Measured) -> dict[str, Any]:
    return {
        "concurrency": many,
        "rate": one.rate,
        "rates": [each.rate for each in one.rounds],
        "median": one.quantile(0.5),
        "p95": one.quantile(0.95),
        "p99": one.quantile(0.99),
        "errors": one.errors,
        "believable": one.believable,
        "ratio": _ratio(one.ratio) if one.ratio is not None else None,
    }


def _ratio(one: Ratio) -> dict[str, Any]:
    high = one.high if math.isfinite(one.high) else None
    return {"value": one.value, "low": one.low, "high": high, "differs": one.differs}
