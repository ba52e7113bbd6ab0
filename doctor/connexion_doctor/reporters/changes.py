"""What is to be changed, as text: the treatment of a start, a fix of a finding, the lines as a diff."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import click

from connexion_doctor.commands import show
from connexion_doctor.fixes import spans as edits_module
from connexion_doctor.model import Finding, Fix, Judgement, Report, Treatment, Verdict
from connexion_doctor.model.words import NOT_RUN
from connexion_doctor.reporters.layout import Look, wrap


def treatments(report: Report, view: Look, *, whole: bool) -> Iterator[str]:
    """The treatment of each start that has one; of starts with the same one, once. Whole: the other ways in
    full."""
    several = sum(one.verdict is Verdict.FAILS for one in report.judgements) > 1
    for treatment, treated in treated_starts(report):
        if several:
            origins = dict.fromkeys(where(one) for one in treated)
            yield from wrap(f"for {', '.join(origins)}:", view, "  ", "    ")
        yield from _treatment(treatment, treated[0], report, view, whole=whole)
        yield ""


def where(judgement: Judgement) -> str:
    """Where a start stands; its command where it stands in no file."""
    origin = judgement.launch.origin
    if origin.path and origin.line:
        return f"{origin.path}:{origin.line}"
    return origin.path or show.shown(judgement.launch.command)


def treated_starts(report: Report) -> list[tuple[Treatment, list[Judgement]]]:
    """The treatments that are shown, each with the starts that it is for."""
    starts: dict[Treatment, list[Judgement]] = {}
    for judgement in report.judgements:
        treatment = judgement.treatment
        if treatment is not None and _is_shown(treatment):
            alike = replace(treatment, reason="", cures=())
            starts.setdefault(alike, []).append(judgement)
    return list(starts.items())


def _is_shown(treatment: Treatment) -> bool:
    """Whether it gets anywhere: to an app that serves, or perhaps does, or to what is left for a person."""
    return treatment.predicted is not Verdict.FAILS or bool(treatment.left)


def as_shown(treatment: Treatment) -> Fix:
    """A treatment as a fix: recommended where the app is known to serve then."""
    return replace(treatment.as_fix, recommended=treatment.predicted is Verdict.SERVES)


def left_open(treatment: Treatment, judgement: Judgement) -> Iterator[str]:
    """What is not known of a treatment, and what it leaves to do."""
    reason = judgement.treatment.reason if judgement.treatment is not None else ""
    if treatment.predicted is Verdict.UNKNOWN:
        yield f"whether it serves then is open: {reason}"
    elif treatment.predicted is Verdict.FAILS:
        yield f"then, by hand: {reason}"
    elif NOT_RUN in reason:
        yield f"{NOT_RUN}: it serves if that starts (--lifespan runs it)"
    yield from (f"left to do: {one}" for one in treatment.left if one != reason)


def other_ways(judgement: Judgement, report: Report) -> list[Fix]:
    """The other fixes of the fault that a start's treatment begins with."""
    name = judgement.launch.id
    own = [one for one in report.findings if name == one.launch or name in one.affects]
    first = next((one for one in own if one.message == judgement.reason), None)
    return [fix for fix in first.fixes if not fix.recommended] if first is not None else []


def is_cured(finding: Finding, judgement: Judgement | None) -> bool:
    """Whether the treatment that is shown with its start cures a finding."""
    treatment = judgement.treatment if judgement is not None else None
    return treatment is not None and _is_shown(treatment) and finding.code in treatment.cures


def _treatment(
    treatment: Treatment, judgement: Judgement, report: Report, view: Look, *, whole: bool
) -> Iterator[str]:
    yield from fix_lines(as_shown(treatment), judgement, report, view, first=True)
    for line in left_open(treatment, judgement):
        yield from wrap(line, view, "    ", "      ")
    ways = other_ways(judgement, report)
    if not whole:
        yield from others(ways, view)
        return
    for fix in ways:
        yield from fix_lines(fix, judgement, report, view, first=False)


def others(fixes: Sequence[Fix], view: Look) -> Iterator[str]:
    """The other ways by their titles; ``--verbose`` shows what each of them changes."""
    for at, fix in enumerate(fixes):
        lead = "or" if at else "or (in full with -v)"
        yield from wrap(f"{lead}: {fix.title}", view, "  ", "    ")


def fix_lines(
    fix: Fix, judgement: Judgement | None, report: Report, view: Look, *, first: bool
) -> Iterator[str]:
    """A fix with all that it changes and costs; the first of several, or one of the others."""
    lead = "fix (recommended)" if fix.recommended else "fix" if first else "or"
    yield from wrap(f"{lead}: {fix.title}", view, "  ", "    ")
    if fix.install:
        yield click.style(f"      pip install {view.seen(show.join(fix.install))}", fg="cyan")
    for path in dict.fromkeys(edit.location.path for edit in fix.edits):
        source = report.sources.get(path)
        if source is None:
            continue
        after = edits_module.apply(source.text, [e for e in fix.edits if e.location.path == path])
        yield from _diff(path, source.text, after, view)
    if _has_command_to_paste(fix, judgement):
        yield click.style(f"      {view.seen(fix.command or '')}", fg="cyan")
    for cost in fix.costs:
        yield from wrap(f"costs: {cost}", view, "    ", "           ")


def _has_command_to_paste(fix: Fix, judgement: Judgement | None) -> bool:
    """Whether the command changes, and not by an edit of the file that it stands in."""
    if judgement is None:
        return fix.command is not None
    edited = any(edit.location.path == judgement.launch.origin.path for edit in fix.edits)
    return fix.command not in (None, show.shown(judgement.launch.command)) and not edited


def _diff(path: str, before: str, after: str, view: Look) -> Iterator[str]:
    yield f"      {view.seen(path)}"
    for line in edits_module.diff(path, before, after, context=0)[2:]:
        if line.startswith("@@") or line.strip() in ("+", "-"):
            continue
        shown = view.seen(line[1:].rstrip("\r"))
        yield click.style(f"      {line[0]} {shown}", fg="green" if line[0] == "+" else "red")
