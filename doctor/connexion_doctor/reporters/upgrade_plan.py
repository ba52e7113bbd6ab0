"""The plan of an upgrade in the terminal: step by step, the findings below each, the next commands last."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import click

from connexion_doctor.commands import show
from connexion_doctor.fixes.installing import together
from connexion_doctor.model import Finding, Later, Report
from connexion_doctor.model.voice import sentence
from connexion_doctor.reporters import changes, wording
from connexion_doctor.reporters.layout import Look, wrap
from connexion_doctor.rules.migration import Plan, changes_of
from connexion_doctor.screening.places import judgement_of, place_of


def lines(plan: Plan, report: Report, view: Look) -> Iterator[str]:
    """The whole in numbers, then every step with its findings: a line for the place, one for the change."""
    yield from wrap(plan.summary, view)
    yield ""
    for at, (title, what) in enumerate(plan.headings):
        yield click.style(view.seen(title), bold=True)
        yield from wrap(what, view, "  ")
        for finding in plan.steps[at].findings if at < len(plan.steps) else ():
            yield from _finding(finding, report, view)
        for start in plan.starts if at == len(plan.steps) else ():
            yield from _start(start, report, view)
        yield ""


def _start(start: Later, report: Report, view: Look) -> Iterator[str]:
    judgement = next(one for one in report.judgements if one.launch.id == start.launch)
    command = show.shown(judgement.launch.command)
    yield from wrap(f"{changes.where(judgement)}  {command}", view, "  - ", "    ")
    treatment = start.treatment
    if treatment is None:
        yield from wrap(sentence(changes_of(start)), view, "    > ", "      ")
        return
    then = replace(report, sources=start.sources)
    yield from changes.fix_lines(changes.as_shown(treatment), judgement, then, view, first=True)
    for line in changes.left_open(treatment, replace(judgement, treatment=treatment)):
        yield from wrap(line, view, "    ", "      ")


def in_plan(plan: Plan) -> list[Finding]:
    """The findings that stand in the plan, and need not be told again."""
    return [finding for step in plan.steps for finding in step.findings]


def today(report: Report) -> str:
    """The heading above the verdicts: they are about what is installed."""
    environment = report.environment
    version = environment.packages.get("connexion") if environment is not None else None
    return f"Today, on Connexion {version}:" if version else "Today, by the project's files:"


def next_commands(plan: Plan, report: Report, view: Look) -> Iterator[str]:
    """What to type next, in order."""
    doctor = wording.again(report)
    folder = doctor[1:]
    commands: list[tuple[list[str], str]] = []
    if plan.fixed:
        risky = ["--unsafe-fixes"] if plan.fixed > plan.safely else []
        changes = f"{plan.fixed} change{'' if plan.fixed == 1 else 's'}"
        commands.append(([*doctor, "--target-version", "3", "--fix", *risky], f"makes {changes}"))
    taken = (fix for finding in in_plan(plan) for fix in finding.fixes if fix.recommended)
    install = together(one for fix in taken for one in fix.install)
    if install:
        commands.append((["pip", "install", *install], "in the project's environment"))
    old = report.environment is not None and report.environment.major("connexion") == 2
    new = "once what the files ask for is installed" if old and not install else "on Connexion 3"
    commands.append((doctor, f"judges the starts {new}"))
    all_of_it = "or all of it in a copy: changed, booted, compared"
    commands.append((["connexion-doctor", "upgrade", *folder], all_of_it))
    yield ""
    yield click.style("Next", bold=True)
    shown = [(view.seen(show.join(words)), what) for words, what in commands]
    width = max(len(command) for command, _ in shown)
    for command, what in shown:
        line = f"  {command:<{width}}  # {what}"
        if len(line) <= view.width:
            yield line
        else:
            yield f"  # {what}"
            yield f"  {command}"


def _finding(finding: Finding, report: Report, view: Look) -> Iterator[str]:
    place = place_of(finding, judgement_of(finding, report))
    where = f"{place.path}:{place.line}  " if place is not None else ""
    yield from wrap(f"{where}{finding.code}  {finding.message}", view, "  - ", "    ")
    fix = finding.recommended
    title = fix.title if fix is not None else f"See connexion-doctor explain {finding.code}."
    yield from wrap(title, view, "    > ", "      ")
