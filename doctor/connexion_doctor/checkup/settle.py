"""What remains of the candidates for a bare target.

Candidates are the doctor's own proposals. Where one of them serves, the failure of another is no fault
of the project's: it is said as a warning, for the start that people try first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from connexion_doctor.model import Finding, Judgement, Severity, Verdict
from connexion_doctor.rules.own.checkup import no_server_installed

# The order in which commands that serve are recommended: a process manager with workers first.
PREFERRED = ("gunicorn", "uvicorn", "hypercorn", "granian", "daphne", "waitress")


def settle(
    judgements: Sequence[Judgement], findings: Sequence[Finding]
) -> tuple[list[Judgement], list[Finding]]:
    """Drop candidates that are not installed, put the recommended one first, and keep of their findings
    what says something about the project."""
    if not any(judgement.launch.candidate for judgement in judgements):
        return list(judgements), list(findings)
    present = [judgement for judgement in judgements if _present(judgement)]
    if not present:
        return [], no_server_installed.rule.run(judgements)  # type: ignore[attr-defined]
    serving = [judgement for judgement in present if judgement.verdict is Verdict.SERVES]
    current = [judgement for judgement in serving if not _deprecated(judgement)]
    if current:
        present = [judgement for judgement in present if judgement in current or judgement not in serving]
    present.sort(key=_rank)
    if not any(_loaded(judgement) for judgement in present):
        # The app cannot be loaded at all: said once, under the server that people try first.
        present = [min(present, key=lambda judgement: PREFERRED.index(judgement.launch.server))]
    return present, _findings_kept(present, findings)


def _loaded(judgement: Judgement) -> bool:
    return judgement.facts.load is not None and judgement.facts.load.stage == "loaded"


def _present(judgement: Judgement) -> bool:
    server = judgement.facts.server
    if server.stage in ("missing", "import"):
        return False
    return server.worker is None or server.worker.error is None and server.worker.fault is None


def _deprecated(judgement: Judgement) -> bool:
    worker = judgement.facts.server.worker
    return worker is not None and worker.deprecated is not None


def _rank(judgement: Judgement) -> tuple[int, int]:
    order = (Verdict.SERVES, Verdict.UNKNOWN, Verdict.FAILS)
    return order.index(judgement.verdict), PREFERRED.index(judgement.launch.server)


def _findings_kept(present: Sequence[Judgement], findings: Sequence[Finding]) -> list[Finding]:
    first = present[0]
    if first.verdict is not Verdict.SERVES:
        worst = min(present, key=lambda judgement: PREFERRED.index(judgement.launch.server))
        return [finding for finding in findings if finding.launch == worst.launch.id]
    kept = [finding for finding in findings if finding.launch == first.launch.id]
    plain = next((j for j in present if j.launch.id == "gunicorn" and j.verdict is Verdict.FAILS), None)
    if plain is not None:
        kept += [
            replace(finding, severity=Severity.WARNING)
            for finding in findings
            if finding.launch == plain.launch.id and finding.severity is Severity.ERROR
        ]
    return kept
