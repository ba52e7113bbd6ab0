"""A bench as one HTML file: throughput and latency as pictures with their intervals, and the numbers."""

from __future__ import annotations

from collections.abc import Iterator

from connexion_doctor.bench.bench import Bench
from connexion_doctor.bench.plots import latency, throughput
from connexion_doctor.bench.wording import ceilings, milliseconds, ratio_in_words
from connexion_doctor.model.voice import counted, sentence
from connexion_doctor.reporters.html.page import Section
from connexion_doctor.reporters.html.parts import code, listed, prose, tag, text
from connexion_doctor.reporters.html.tables import document, table


def render(bench: Bench) -> str:
    """The report, a document of its own."""
    many = f"{counted(len(bench.starts), 'start')} under load"
    return document("Bench", many, "fails" if bench.failed else "serves", sections(bench), ceilings(bench))


def sections(bench: Bench) -> list[Section]:
    """Its parts, for a page that holds more."""
    made = []
    for many in bench.ceilings:
        pictures = tag("div", [throughput(bench, many), latency(bench, many)], class_="plots")
        body = [pictures, _numbers(bench, many), listed(_told(bench, many), class_="evidence")]
        made.append(Section(f"at-{many}", f"{counted(many, 'request')} at once", "".join(body)))
    rows = [
        (
            text(one.name),
            code(one.side.command),
            text(f"{one.startup:.2f} s"),
            text(f"{one.memory / 1e6:.0f} MB" if one.memory is not None else "-"),
        )
        for one in bench.starts
    ]
    heads = ("", "Start", "Start-up", "Memory")
    made.append(Section("cost", "Start-up and memory", table("Start-up and memory", heads, rows, (2, 3))))
    if bench.notes:
        notes = listed(prose(sentence(note)) for note in bench.notes)
        made.append(Section("bench-notes", "Notes", notes))
    return made


def _numbers(bench: Bench, many: int) -> str:
    rows = []
    for start in bench.starts:
        one = start.at[many]
        times = [text(milliseconds(one.quantile(part))) for part in (0.5, 0.95, 0.99)]
        rows.append((text(start.name), text(f"{one.rate:.0f}"), *times, text(sum(one.errors.values()))))
    heads = ("", "Requests/s", "Median", "p95", "p99", "Errors")
    return table(f"Numbers with {many} at once", heads, rows, (1, 2, 3, 4, 5))


def _told(bench: Bench, many: int) -> Iterator[str]:
    first = bench.starts[0]
    for at, start in enumerate(bench.starts):
        one = start.at[many]
        if at:
            yield text(sentence(f"{start.name}: {ratio_in_words(one, first.name)}"))
        if not one.believable:
            said = f"the load generator itself does {one.ceiling:.0f} a second"
            yield text(sentence(f"{start.name}: not to be believed, {said}"))
        yield from (
            text(f"{start.name}: {counted(count, 'time')} {what}") for what, count in one.errors.items()
        )
