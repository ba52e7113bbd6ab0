"""Predicted, happened before, happened after: the verification of every launch of a report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from connexion_doctor.fixes.applying import NotApplied
from connexion_doctor.model import Basis, Judgement, Report, Verdict
from connexion_doctor.model.voice import sentence
from connexion_doctor.processes import scratch_folder
from connexion_doctor.verify.boot import CannotBoot, boot
from connexion_doctor.verify.outcome import Outcome
from connexion_doctor.verify.scratch import NotCopied, NotInstalled
from connexion_doctor.verify.treatment import Diagnose, python_of, treat


def verify(report: Report, environ: Mapping[str, str], seconds: float, diagnose: Diagnose) -> Report:
    """The report with ``verified`` filled in for every launch.

    :param environ: the environment around the doctor
    :param seconds: how long a server may take to come up
    :param diagnose: makes a report on a changed copy of the project
    """
    judgements = tuple(_verified(report, one, environ, seconds, diagnose) for one in report.judgements)
    return replace(report, judgements=judgements)


def _verified(
    report: Report, judgement: Judgement, environ: Mapping[str, str], seconds: float, diagnose: Diagnose
) -> Judgement:
    python = python_of(report, judgement)
    before = _booted(judgement, python, environ, seconds, None)
    if before.happened is Verdict.FAILS and _lacks_surroundings(report, judgement):
        before = replace(
            before, happened=Verdict.UNKNOWN, detail=f"{before.detail}, for want of what it needs"
        )
    after: dict[str, object] | None = None
    if before.booted and before.happened is not Verdict.SERVES and not judgement.launch.candidate:
        after = _after(report, judgement, environ, seconds, diagnose)
    known = Verdict.UNKNOWN not in (before.happened, judgement.verdict)
    verified = {
        "predicted": judgement.verdict.value,
        "before": before.document(),
        "after": after,
        "agrees": before.happened is judgement.verdict if known else None,
    }
    if not before.booted or before.happened is Verdict.UNKNOWN:
        return replace(judgement, verified=verified)
    return _settled(judgement, before, verified)


def _lacks_surroundings(report: Report, judgement: Judgement) -> bool:
    """Whether a launch is open for want of something that is given where it runs: its boot says no more."""
    mine = (one for one in report.findings if judgement.launch.id in (one.launch, *one.affects))
    return judgement.verdict is Verdict.UNKNOWN and any(one.code == "CXD017" for one in mine)


def _settled(judgement: Judgement, before: Outcome, verified: Mapping[str, object]) -> Judgement:
    """The boot is the verdict; where it was predicted otherwise, the doctor was wrong, and says so."""
    reason = judgement.reason
    if before.happened is not judgement.verdict:
        said = judgement.verdict.value
        reason = sentence(f"booted: {before.detail or before.happened.value}")
        if judgement.verdict is not Verdict.UNKNOWN:
            reason += (
                f" The prediction was wrong: connexion-doctor had said {said} ({judgement.reason}) Please "
                "report it with the file of --save-facts."
            )
    return replace(judgement, verdict=before.happened, basis=Basis.BOOTED, reason=reason, verified=verified)


def _booted(
    judgement: Judgement, python: str, environ: Mapping[str, str], seconds: float, layer: Path | None
) -> Outcome:
    try:
        return boot(judgement, python, environ, seconds, layer)
    except CannotBoot as exc:
        return Outcome(Verdict.UNKNOWN, str(exc), booted=False)


def _after(
    report: Report, judgement: Judgement, environ: Mapping[str, str], seconds: float, diagnose: Diagnose
) -> dict[str, object] | None:
    """What happens with the recommended fixes applied; None where there is none to apply."""
    with scratch_folder.folder("fix") as folder:
        try:
            treated = treat(report, judgement, folder, diagnose)
        except (NotCopied, NotInstalled, NotApplied) as exc:
            return Outcome(Verdict.UNKNOWN, f"the fix was not tried: {exc}").document()
        if not treated.taken:
            return None
        python = python_of(report, judgement)
        outcome = _booted(treated.judgement, python, environ, seconds, treated.layer)
    return {**outcome.document(), "fixes": [one.fix.title for one in treated.taken]}


def exit_code(report: Report) -> int:
    """What verification makes of the report's exit code: 1 where a launch did not serve, 3 where nothing was
    learned of one that was booted. One that cannot be booted at all is said to be so, and is no error."""
    code = report.exit_code
    for judgement in report.judgements:
        verified = judgement.verified
        before = verified.get("before") if verified is not None else None
        if not isinstance(before, dict) or not before["booted"] or judgement.launch.candidate or code == 1:
            continue
        happened = before["happened"]
        if happened == Verdict.FAILS.value:
            code = 1
        elif happened == Verdict.UNKNOWN.value:
            code = 3
    return code
