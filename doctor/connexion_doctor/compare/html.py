"""A comparison as one HTML file: both starts, then each difference with both answers."""

from __future__ import annotations

from collections.abc import Iterator

from connexion_doctor.compare.changes import Effect
from connexion_doctor.compare.comparison import Comparison, Difference
from connexion_doctor.compare.wording import SAID, headline, title
from connexion_doctor.model.voice import counted, sentence
from connexion_doctor.reporters.html.page import Section
from connexion_doctor.reporters.html.parts import badge, code, copied, listed, prose, tag, text
from connexion_doctor.reporters.html.tables import document, table

WORST = {Effect.BREAKS: "fails", Effect.NOTICE: "unknown", Effect.NONE: "serves"}
MOST = 5  # operations that are named with a difference


def render(comparison: Comparison) -> str:
    """The report, a document of its own."""
    found = comparison.differences()
    worst = found[0].effect if found else Effect.NONE
    said = "Each start was booted on loopback and asked the same requests."
    return document("Comparison", headline(comparison), WORST[worst], sections(comparison), said)


def sections(comparison: Comparison) -> list[Section]:
    """Its parts, for a page that holds more."""
    sides = [
        (text(one.name), code(one.command), text(one.versions))
        for one in (comparison.before, comparison.after)
    ]
    made = [Section("sides", "What was compared", table("Both starts", ("", "Start", "Runs on"), sides))]
    for effect in (Effect.BREAKS, Effect.NOTICE):
        some = [one for one in comparison.differences() if one.effect is effect]
        if some:
            body = "".join(tag("article", _difference(one), class_="difference") for one in some)
            made.append(Section(effect.value, f"{SAID[effect]} ({len(some)})", body))
    notes = [prose(sentence(note)) for note in comparison.notes]
    notes += [
        f"Not compared, because it differs by itself: {code(operation)}: {', '.join(map(code, places))}"
        for operation, places in comparison.noisy.items()
    ]
    return [*made, Section("comparison-notes", "Notes", listed(notes))] if notes else made


def _difference(one: Difference) -> Iterator[str]:
    first = one.results[0]
    yield tag("h3", [badge(one.effect.value, WORST[one.effect]), " ", text(title(one))])
    more = f" and {len(one.operations) - MOST} more" if len(one.operations) > MOST else ""
    count = counted(len(one.results), "request")
    names = ", ".join(code(name) for name in one.operations[:MOST])
    yield tag("p", f"{names}{text(more)} ({text(count)})", class_="where")
    before, after = one.change.before, one.change.after
    if one.change.where == "body":
        before, after = first.before.shown, first.after.shown
    answers = ((text("Answer"), code(before or "-"), code(after or "-")),)
    yield table(f"Answers: {title(one)}", ("", "Before", "After"), answers)
    if one.known is not None:
        yield tag("p", prose(sentence(one.known.why)), class_="message")
        if one.known.fix:
            yield tag("p", ["What to do: ", prose(sentence(one.known.fix))], class_="message")
        yield tag("p", text(f"Source: {one.known.url}"), class_="place")
    yield copied(first.curl, f"the request of {one.operations[0]}")
