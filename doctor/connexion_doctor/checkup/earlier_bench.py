"""What an earlier bench of the same app measured: kept in the user's cache, said where a fix states its cost.

What is kept holds for one project, one launch and the versions that it was measured on.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path

from connexion_doctor.environment.user_cache import user_cache
from connexion_doctor.foundation import json_text
from connexion_doctor.foundation.late import dataclass
from connexion_doctor.model import Environment, Finding, Fix, Judgement, Launch, Report
from connexion_doctor.processes import scratch_folder
from connexion_doctor.servers.base import ADAPTER_SLOWER

MOST = 200  # measurements that are kept; the oldest go first
DECIDING = ("connexion", "gunicorn", "uvicorn", "a2wsgi")  # packages whose versions decide, with the server's


@dataclass(frozen=True)
class Measurement:
    """What the adapter leaves of the requests per second of an ASGI server, with its 95 % interval, at one
    concurrency; ``date`` is written as 2026-01-31."""

    value: float
    low: float
    high: float
    concurrency: int
    date: str

    @property
    def cost(self) -> str:
        """What a fix with the adapter costs on this app."""
        return (
            f"{self.value:.2f} times the requests per second of an ASGI server (95 %: {self.low:.2f} to "
            f"{self.high:.2f}, {self.concurrency} at once; measured on this app on {self.date})"
        )


def keep(root: str, launch: Launch, environment: Environment | None, found: Measurement) -> None:
    """Keep what was measured, in place of what was before; a cache that cannot be written keeps nothing."""
    path = _path(root, launch, environment)
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        new = path.with_suffix(f".{os.getpid()}")  # whole, or not at all
        told = {"of": f"{launch.id} in {os.path.realpath(root)}", **asdict(found)}
        new.write_text(json.dumps(told), encoding="utf-8")
        os.replace(new, path)
        ordered = sorted(path.parent.iterdir(), key=lambda one: -one.stat().st_mtime)
        for old in ordered[MOST:]:
            old.unlink()


def kept(root: str, launch: Launch, environment: Environment | None) -> Measurement | None:
    """What was measured of this launch on these versions; None where nothing was, or it cannot be read."""
    found = _read(_path(root, launch, environment))
    return found[1] if found is not None else None


def _read(path: Path) -> tuple[str, Measurement] | None:
    """Of which start, and what was measured."""
    try:
        found = json_text.parsed(path.read_text("utf-8"))
        value, low, high = (float(found[name]) for name in ("value", "low", "high"))
        told = Measurement(value, low, high, int(found["concurrency"]), str(found["date"]))
        return str(found.get("of", "a start")), told
    except (OSError, ValueError, KeyError, TypeError, OverflowError):
        return None


def place() -> Path:
    """The folder in which they are kept."""
    return user_cache() / "benches"


def all_kept() -> list[Path]:
    """The files of all that is kept, the newest first."""
    try:
        found = [(path.stat().st_mtime, path) for path in place().glob("*.json")]
    except OSError:
        return []
    return [path for _, path in sorted(found, reverse=True)]


def shown(path: Path) -> str:
    """What one of the files says."""
    found = _read(path)
    return f"{found[0]}: {found[1].cost}" if found is not None else "cannot be read"


def clean() -> int:
    """Remove all that is kept; how much that was."""
    found = all_kept()
    scratch_folder.remove(place())
    return len(found)


def with_measured_costs(report: Report) -> Report:
    """The report with the figure of this app wherever a fix says what the adapter costs in general; of a
    finding in several starts, the figure of each."""
    known = {
        one.launch.id: found
        for one in report.judgements
        if (found := kept(report.root, one.launch, report.environment)) is not None
    }
    if not known:
        return report
    findings = tuple(_finding(one, known) for one in report.findings)
    judgements = tuple(_judgement(one, known) for one in report.judgements)
    return replace(report, findings=findings, judgements=judgements)


def _finding(finding: Finding, known: Mapping[str, Measurement]) -> Finding:
    launches = finding.affects or ((finding.launch,) if finding.launch is not None else ())
    said = _said(launches, known)
    return replace(finding, fixes=tuple(_fix(one, said) for one in finding.fixes)) if said else finding


def _said(launches: Sequence[str], known: Mapping[str, Measurement]) -> tuple[str, ...]:
    """What was measured of these starts; of several each is named, and the others have the general figure."""
    measured = [one for one in launches if one in known]
    if len(launches) == 1:
        return tuple(known[one].cost for one in measured)
    others = [ADAPTER_SLOWER] if measured and len(measured) < len(launches) else []
    return (*(f"{one}: {known[one].cost}" for one in measured), *others)


def _fix(fix: Fix, said: tuple[str, ...]) -> Fix:
    return replace(fix, costs=_costs(fix.costs, said)) if ADAPTER_SLOWER in fix.costs else fix


def _judgement(judgement: Judgement, known: Mapping[str, Measurement]) -> Judgement:
    found, treatment = known.get(judgement.launch.id), judgement.treatment
    if found is None or treatment is None:
        return judgement
    return replace(judgement, treatment=replace(treatment, costs=_costs(treatment.costs, (found.cost,))))


def _costs(costs: tuple[str, ...], said: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(each for one in costs for each in (said if one == ADAPTER_SLOWER else (one,)))


def _path(root: str, launch: Launch, environment: Environment | None) -> Path:
    packages = environment.packages if environment is not None else {}
    python = environment.version if environment is not None else ""
    versions = [(name, packages.get(name)) for name in (*DECIDING, launch.server)]
    asked = repr((os.path.realpath(root), launch.id, python, versions))
    digest = hashlib.sha256(asked.encode("utf-8", "surrogatepass")).hexdigest()
    return place() / f"{digest[:16]}.json"
