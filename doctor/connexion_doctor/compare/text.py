"""A comparison in the terminal: operations and what differs, then each difference with both answers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import click

from connexion_doctor.compare.asked import Answer
from connexion_doctor.compare.changes import Effect
from connexion_doctor.compare.comparison import Comparison, Difference
from connexion_doctor.compare.sending import JOINT
from connexion_doctor.compare.wording import SAID, headline, title, where
from connexion_doctor.model.voice import counted
from connexion_doctor.reporters.layout import Look, look, wrap

COLOURS = {Effect.BREAKS: "red", Effect.NOTICE: "yellow", Effect.NONE: None}
MOST_OPERATIONS = 4
MOST_BODY = 300
MOST_COLUMNS = 80


def render(comparison: Comparison) -> str:
    """The report as text."""
    view = look()
    view = replace(view, width=min(view.width, MOST_COLUMNS))
    lines = [*_sides(comparison, view), "", *_table(comparison, view), ""]
    for effect in (Effect.BREAKS, Effect.NOTICE):
        found = [one for one in comparison.differences() if one.effect is effect]
        if found:
            lines.append(click.style(f"{SAID[effect]} ({len(found)})", bold=True, fg=COLOURS[effect]))
            for number, one in enumerate(found, 1):
                lines += ["", *_difference(number, one, view)]
            lines.append("")
    lines += _left(comparison, view)
    lines += [click.style(line, bold=True) for line in wrap(headline(comparison), view)]
    return "\n".join(lines) + "\n"


def _sides(comparison: Comparison, view: Look) -> Iterator[str]:
    for side in (comparison.before, comparison.after):
        yield from wrap(f"{side.name.upper():<7} {side.command}", view, "", "        ")
        yield from wrap(side.versions, view, "        ")


def _table(comparison: Comparison, view: Look) -> Iterator[str]:
    """The operations at which something differs, and how many there are beside them."""
    rows = []
    for name, results in comparison.operations().items():
        breaks = sum(one.effect is Effect.BREAKS for one in results)
        notice = sum(one.effect is Effect.NOTICE for one in results)
        if breaks or notice:
            rows.append((name, len(results), breaks, notice))
    room = view.width - 25
    if rows:
        yield f"{'':<{room}} {'asked':>7} {'breaks':>7} {'notice':>7}"
    for name, count, breaks, notice in rows:
        shown = view.seen(name)
        shown = shown if len(shown) <= room else f"{shown[: room - 3]}..."
        yield f"{shown:<{room}} {count:>7} {breaks or '-':>7} {notice or '-':>7}"
    if comparison.same:
        yield f"{'and ' if rows else ''}{comparison.same} without a difference"


def _difference(number: int, one: Difference, view: Look) -> Iterator[str]:
    first = one.results[0]
    yield from wrap(title(one), view, f"  {number}. ", "     ")
    names = list(one.operations)
    more = f" and {len(names) - MOST_OPERATIONS} more" if len(names) > MOST_OPERATIONS else ""
    count = counted(len(one.results), "request")
    yield from wrap(f"at {', '.join(names[:MOST_OPERATIONS])}{more}: {count}", view, "     ")
    if one.known is not None:
        yield from wrap(one.known.why, view, "     ")
        rule, url = one.known.rule, one.known.url
        yield from wrap(f"see {f'connexion-doctor explain {rule}' if rule else url}", view, "     ")
        if one.known.fix:
            yield from wrap(f"fix: {one.known.fix}", view, "     ", "          ")
    yield from _both(one, view)
    yield from wrap(f"shown by {first.request.why}:", view, "     ")
    for at, line in enumerate(first.curl.split(JOINT)):
        last = at == first.curl.count(JOINT)
        yield f"     {'' if at == 0 else '  '}{view.seen(line)}{'' if last else ' ' + chr(92)}"


def _both(one: Difference, view: Look) -> Iterator[str]:
    first = one.results[0]
    for name, answer, value in (
        ("before", first.before, one.change.before),
        ("after", first.after, one.change.after),
    ):
        said = _body(answer) if where(one) is None else value or "nothing"
        head = answer.shown if one.change.where == "content-type" else _head(answer)
        yield from wrap(f"{name:<7} {head}  {said}", view, "     ", "             ")


def _head(answer: Answer) -> str:
    return f"{answer.shown} {answer.media_type}".strip()


def _body(answer: Answer) -> str:
    location = answer.header("location")
    if location is not None and answer.status // 100 == 3:
        return f"to {location}"
    text = " ".join(answer.body.decode("utf-8", "replace").split())
    return text if len(text) <= MOST_BODY else f"{text[: MOST_BODY - 3]}..."


def _left(comparison: Comparison, view: Look) -> Iterator[str]:
    for operation, places in comparison.noisy.items():
        yield from wrap(f"differs by itself, not compared: {operation}: {', '.join(places)}", view, "", "  ")
    for note in comparison.notes:
        yield from wrap(f"note: {note}", view, "", "  ")
    if comparison.noisy or comparison.notes:
        yield ""
