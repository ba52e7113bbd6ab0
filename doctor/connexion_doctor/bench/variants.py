"""What to bench where no start is named: the launch of the project as it is, as it is recommended, and behind
the adapter."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from connexion_doctor.checkup.options import Options
from connexion_doctor.checkup.run import again, diagnosed
from connexion_doctor.compare.sides import NotCompared, Side, made
from connexion_doctor.fixes.applying import NotApplied
from connexion_doctor.model import Finding, Fix, Judgement, Report, Verdict
from connexion_doctor.model.errors import UsageError
from connexion_doctor.model.question import Question
from connexion_doctor.screening.screening import Screening
from connexion_doctor.verify.scratch import NotCopied, NotInstalled
from connexion_doctor.verify.treatment import treat

ADAPTER = "a2wsgi"


def variants(
    directory: Path, python: str | None, timeout: float, folder: Path, say: Callable[[str], None]
) -> tuple[list[Side], list[str]]:
    """The sides, and what could not be made one, in words.

    :param folder: an empty folder for copies of the project and packages
    :raises UsageError: the project has no start
    :raises NotCompared: nothing of it serves
    """
    options = Options(
        question=Question(directory=str(directory), python=python),
        screening=Screening(comments=False),
        specifications=True,
        treat=False,
        timeout=timeout,
    )
    report = diagnosed(options)
    judgement = next((one for one in report.judgements if not one.launch.candidate), None)
    if judgement is None:
        raise UsageError(f"{directory} has no start: name some, each in quotes")
    sides: list[Side] = []
    notes: list[str] = []
    if judgement.verdict is Verdict.SERVES:
        sides.append(made("as it is", report, judgement, os.environ))
    else:
        notes.append(f"as it is, {judgement.launch.id} does not serve: {judgement.reason}")
    for name, changed in (("recommended", report), ("adapter", _with_the_adapter(report))):
        say(f"making the {name} variant")
        if changed is None or judgement.verdict is Verdict.SERVES:
            continue
        try:
            sides.append(_treated(name, changed, judgement, options, folder / name))
        except (NotCompared, NotCopied, NotInstalled, NotApplied) as exc:
            notes.append(f"{name}: {exc}")
    if not sides:
        raise NotCompared("; ".join(notes))
    return sides, notes


def _treated(name: str, report: Report, judgement: Judgement, options: Options, folder: Path) -> Side:
    folder.mkdir()
    treated = treat(report, judgement, folder, again(options))
    if treated.judgement.verdict is not Verdict.SERVES:
        raise NotCompared(f"no fix makes it serve: {treated.judgement.reason}")
    root = folder / "project"
    changed = replace(report, root=str(root))
    return replace(made(name, changed, treated.judgement, os.environ), layer=treated.layer)


def _with_the_adapter(report: Report) -> Report | None:
    """The report with the adapter recommended wherever it is offered; None where it is nowhere."""
    findings = tuple(_preferring(one) for one in report.findings)
    return replace(report, findings=findings) if findings != report.findings else None


def _preferring(finding: Finding) -> Finding:
    if not any(_adapts(fix) for fix in finding.fixes):
        return finding
    first = next(fix for fix in finding.fixes if _adapts(fix))
    return replace(finding, fixes=tuple(replace(one, recommended=one is first) for one in finding.fixes))


def _adapts(fix: Fix) -> bool:
    return any(ADAPTER in one for one in (*fix.install, *(edit.replacement for edit in fix.edits)))
