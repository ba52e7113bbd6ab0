"""The starts of a project as they will be once the plan to Connexion 3 is carried out: read over its changes,
which are made in memory."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from connexion_doctor.checkup.treat import with_treatments
from connexion_doctor.fixes import applying
from connexion_doctor.launches import project
from connexion_doctor.launches.project import Project
from connexion_doctor.model import Judgement, Later, Report, Verdict, overlay
from connexion_doctor.verify.treatment import Again, Diagnose

MOST_ROUNDS = 5  # of changes that show others


def with_starts(
    report: Report, again: Callable[[Project | None], Diagnose], exclude: tuple[str, ...]
) -> Report:
    """The report, each start of its plan with the verdict on Connexion 3 and the change that makes it serve.

    Where the plan cannot be carried out in memory, the starts stay as they are.

    :param again: what makes a report on the changed project, as it was read before where it was
    :param exclude: what of the project is not looked at
    """
    try:
        then = _carried_out(report, again, exclude)
    except Exception as exc:  # a fault of ours must not cost the plan
        said = f"What the starts need on Connexion 3 could not be read: {type(exc).__name__}: {exc}"
        return replace(report, notes=(*report.notes, said))
    found = {one.launch.id: _later(one, then) for one in then.judgements}
    starts = tuple(found.get(one.launch, one) for one in report.upgrade or ())
    return replace(report, upgrade=starts)


def _later(judgement: Judgement, then: Report) -> Later:
    treatment = judgement.treatment
    if treatment is not None and treatment.predicted is Verdict.FAILS:
        treatment = None  # it is none
    edited = {edit.location.path for edit in treatment.edits} if treatment is not None else set()
    sources = {path: source for path, source in then.sources.items() if path in edited}
    return Later(judgement.launch.id, judgement.verdict, judgement.reason, treatment, sources)


def _carried_out(
    report: Report, again: Callable[[Project | None], Diagnose], exclude: tuple[str, ...]
) -> Report:
    """The report on the project with all changes of the plan that a machine may make."""
    root = Path(report.root)
    over: dict[str, bytes] = {}
    then, diagnose = report, again(None)
    for _ in range(MOST_ROUNDS):
        own = [one for one in then.findings if one.launch is None]
        with overlay.laid(over):
            _, changed, _ = applying.tried(root, own, (), then.sources)
        if not changed:
            break
        over |= changed
        then = diagnose(Again(root, (), {}, None, read=True, nowhere=True, over=over))
    if not over:
        then = diagnose(Again(root, (), {}, None, read=True, nowhere=True))

    with overlay.laid(over):
        diagnose = again(project.read(root, exclude))

        def bare(wanted: Again) -> Report:
            return diagnose(replace(wanted, python=None, read=True, nowhere=True))

        return with_treatments(then, bare, loads=False, most=len(then.judgements))
