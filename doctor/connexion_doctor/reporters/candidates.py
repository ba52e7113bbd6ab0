"""What a bare target comes to, as a table: start command, verdict, cost; the recommended one first."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

import click

from connexion_doctor.commands import show
from connexion_doctor.model import Judgement, Report, Verdict
from connexion_doctor.reporters.layout import COLOURS, Look, wrap
from connexion_doctor.verify import sentences

GAP = "  "
NARROWEST = 24  # columns for the last cell; with less, it stands below the command


def lines(report: Report, view: Look) -> Iterator[str]:
    """The table, and what it is about."""
    target = report.judgements[0].launch.command.words[-1].text
    there = report.environment is not None and bool(report.environment.executable)
    servers = "under the servers that are installed" if there else "under each server, by the project's files"
    yield from wrap(f"{target} {servers}:", view)
    yield ""
    rows = [(show.shown(one.launch.command), one.verdict, _said(one, report)) for one in report.judgements]
    first = max(len(view.seen(command)) for command, _, _ in rows)
    room = view.width - first - 2 * len(GAP) - len("verdict") - 2
    if room < NARROWEST:
        yield from _below(rows, view)
    else:
        yield from _beside(rows, view, first, room)
    yield ""


def _beside(rows: Sequence[tuple[str, Verdict, str]], view: Look, first: int, room: int) -> Iterator[str]:
    head = f"{'start command':<{first}}{GAP}verdict{GAP}what it costs, or why not"
    yield GAP + click.style(head, bold=True)
    for command, verdict, said in rows:
        cells = textwrap.wrap(view.seen(said), room, break_long_words=False, break_on_hyphens=False) or [""]
        mark = click.style(f"{verdict.value:<7}", fg=COLOURS[verdict], bold=True)
        yield f"{GAP}{view.seen(command):<{first}}{GAP}{mark}{GAP}{cells[0]}"
        yield from (f"{GAP}{'':<{first}}{GAP}{'':<7}{GAP}{cell}" for cell in cells[1:])


def _below(rows: Sequence[tuple[str, Verdict, str]], view: Look) -> Iterator[str]:
    for command, verdict, said in rows:
        mark = click.style(f"{verdict.value:<7}", fg=COLOURS[verdict], bold=True)
        yield f"{GAP}{mark}{GAP}{view.seen(command)}"
        yield from wrap(said, view, " " * 11)


def _said(judgement: Judgement, report: Report) -> str:
    """What the last cell says: the cost of a start that serves, why another does not, what a boot showed."""
    booted = list(sentences.lines(judgement))
    if judgement.verdict is not Verdict.SERVES:
        return " ".join([judgement.reason, *booted])
    costs = _costs(judgement, report) or "nothing: it is installed"
    recommended = judgement is report.judgements[0]
    return " ".join([f"{'recommended; ' if recommended else ''}{costs}", *booted])


def _costs(judgement: Judgement, report: Report) -> str:
    """What the fixes say of this very start."""
    command = show.shown(judgement.launch.command)
    fixes = [fix for one in report.findings for fix in one.fixes if fix.command == command]
    return "; ".join(dict.fromkeys(cost for fix in fixes for cost in fix.costs))
