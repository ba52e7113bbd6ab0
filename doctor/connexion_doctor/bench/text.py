"""A bench in the terminal: a table a concurrency, then start-up and memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import click

from connexion_doctor.bench.bench import Bench
from connexion_doctor.bench.measured import Measured
from connexion_doctor.bench.wording import ceilings, milliseconds, ratio_in_words
from connexion_doctor.model.voice import counted
from connexion_doctor.reporters.layout import Look, look, wrap

MOST_COLUMNS = 80


def render(bench: Bench) -> str:
    """The report as text."""
    view = look()
    return "\n".join(body(bench, replace(view, width=min(view.width, MOST_COLUMNS)))) + "\n"


def body(bench: Bench, view: Look) -> list[str]:
    """The starts, their tables, and what the numbers stand on, line by line."""
    lines: list[str] = []
    for at, start in enumerate(bench.starts, 1):
        name = "" if start.name == start.side.command else f"{start.name}: "
        lines += wrap(f"{at}. {name}{start.side.command}", view, "", "   ")
        lines += wrap(start.side.versions, view, "   ")
    for many in bench.ceilings:
        lines += ["", click.style(f"{many} at once", bold=True), *_table(bench, many)]
        for at, start in enumerate(bench.starts[1:], 2):
            lines += wrap(f"{at}. {ratio_in_words(start.at[many], '1')}", view, "   ", "      ")
        for at, start in enumerate(bench.starts, 1):
            lines += _doubts(at, start.at[many], view)
    lines += ["", click.style(f"{'':<4}{'start-up':>12}{'memory':>12}", bold=True)]
    for at, start in enumerate(bench.starts, 1):
        memory = f"{start.memory / 1e6:.0f} MB" if start.memory is not None else "-"
        lines.append(f"{at:>2}. {start.startup:>10.2f} s{memory:>12}")
    lines += ["", *wrap(ceilings(bench), view)]
    return lines + [line for note in bench.notes for line in wrap(f"note: {note}", view, "", "  ")]


def _table(bench: Bench, many: int) -> Iterator[str]:
    yield f"{'':<4}{'requests/s':>12}{'median':>11}{'p95':>11}{'p99':>11}{'errors':>9}"
    for at, start in enumerate(bench.starts, 1):
        one = start.at[many]
        times = "".join(f"{milliseconds(one.quantile(part)):>11}" for part in (0.5, 0.95, 0.99))
        yield f"{at:>2}. {one.rate:>12.0f}{times}{sum(one.errors.values()):>9}"


def _doubts(at: int, one: Measured, view: Look) -> Iterator[str]:
    if not one.believable:
        said = f"{at}. not to be believed: the load generator itself does {one.ceiling:.0f} a second"
        yield from wrap(said, view, "   ", "      ")
    for what, count in one.errors.items():
        yield from wrap(f"{at}. {counted(count, 'time')} {what}", view, "   ", "      ")
