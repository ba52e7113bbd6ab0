"""An upgrade in the terminal: what is left and what differs; the steps were told as they were done."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import click

from connexion_doctor.bench import text as of_bench
from connexion_doctor.compare.changes import Effect
from connexion_doctor.compare.wording import SAID, title
from connexion_doctor.model.voice import sentence
from connexion_doctor.reporters.layout import Look, look, wrap
from connexion_doctor.upgrade.upgrade import STOPPED, Step, Upgrade
from connexion_doctor.upgrade.wording import place, way_back

MOST_COLUMNS = 80
SIGNS = {"done": "done", "stopped": "STOPPED", "left out": "left out"}


def view() -> Look:
    """The look of both the steps and the report."""
    seen = look()
    return replace(seen, width=min(seen.width, MOST_COLUMNS))


def step(one: Step) -> str:
    """A step that has ended."""
    colour = "red" if one.state == STOPPED else None
    lines = [f"{click.style(SIGNS[one.state], fg=colour)}: {one.title} ({one.seconds:.1f} s)"]
    lines += wrap(sentence(one.said), view(), "  ")
    if one.way_on is not None:
        lines += wrap(f"way on: {sentence(one.way_on)}", view(), "  ")
    return "\n".join(lines)


def render(upgrade: Upgrade) -> str:
    """The report as text."""
    seen = view()
    lines: list[str] = []
    said, undo = way_back(upgrade)
    for heading, some in (
        (f"Changed by machine ({len(upgrade.changes)})", list(_changes(upgrade, seen))),
        (f"Left by hand, in this order ({len(upgrade.tasks)})", list(_tasks(upgrade, seen))),
        ("Starts", list(_starts(upgrade, seen))),
        ("What behaves otherwise now", list(_differences(upgrade, seen))),
        ("What it costs or gains", of_bench.body(upgrade.bench, seen) if upgrade.bench is not None else []),
        ("How to go back", [*wrap(said, seen, "  "), *(f"    {one}" for one in undo)]),
    ):
        if some:
            lines += [click.style(heading, bold=True), *some, ""]
    lines += wrap(f"The copy, the patch and the logs are kept in {upgrade.folder}", seen, "", "  ")
    lines += wrap(sentence(upgrade.headline), seen)
    return "\n".join(lines) + "\n"


def _changes(upgrade: Upgrade, seen: Look) -> Iterator[str]:
    for one in upgrade.changes:
        yield from wrap(f"{place(one.path, one.line)} {one.code} {one.title}", seen, "  ", "    ")


def _tasks(upgrade: Upgrade, seen: Look) -> Iterator[str]:
    for one in upgrade.tasks:
        yield from wrap(
            f"{one.step}. {place(one.path, one.line)} {one.code} {one.message}", seen, "  ", "     "
        )
        yield from wrap(one.how, seen, "     ")


def _starts(upgrade: Upgrade, seen: Look) -> Iterator[str]:
    for name, before, after in upgrade.commands:
        said = f"{name}: {before}" + (f" becomes {after}" if after != before else " stays")
        yield from wrap(said, seen, "  ", "    ")


def _differences(upgrade: Upgrade, seen: Look) -> Iterator[str]:
    if upgrade.comparison is None:
        return
    for effect in (Effect.BREAKS, Effect.NOTICE):
        for one in upgrade.comparison.differences():
            if one.effect is effect:
                where = f"{one.operations[0]}{' and more' if len(one.operations) > 1 else ''}"
                yield from wrap(f"{SAID[effect]}: {title(one)} ({where})", seen, "  ", "    ")
                if effect is Effect.BREAKS and one.known is not None and one.known.fix:
                    yield from wrap(f"fix: {one.known.fix}", seen, "    ", "      ")
