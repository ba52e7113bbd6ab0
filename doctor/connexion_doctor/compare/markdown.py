"""A comparison as Markdown, for a comment or a pull request."""

from __future__ import annotations

from collections.abc import Iterator

from connexion_doctor.compare.changes import Effect
from connexion_doctor.compare.comparison import Comparison, Difference
from connexion_doctor.compare.wording import SAID, headline, title
from connexion_doctor.reporters.markdown import block, code, escape


def render(comparison: Comparison) -> str:
    """The report, a document of its own."""
    return "\n".join([f"## {escape(headline(comparison))}", "", *body(comparison)]).rstrip("\n") + "\n"


def body(comparison: Comparison, level: int = 3) -> Iterator[str]:
    """What stands below the headline.

    :param level: of the headings
    """
    yield "| | Start | Runs on |"
    yield "| --- | --- | --- |"
    for side in (comparison.before, comparison.after):
        yield f"| {side.name} | {code(side.command)} | {escape(side.versions)} |"
    yield ""
    for effect in (Effect.BREAKS, Effect.NOTICE):
        found = [one for one in comparison.differences() if one.effect is effect]
        if not found:
            continue
        yield f"{'#' * level} {SAID[effect]}"
        yield ""
        yield "| What | Where | Requests | Before | After |"
        yield "| --- | --- | --- | --- | --- |"
        for one in found:
            first = one.results[0]
            names = ", ".join(code(name) for name in one.operations[:5])
            more = f" and {len(one.operations) - 5} more" if len(one.operations) > 5 else ""
            before, after = one.change.before, one.change.after
            if one.change.where == "body":
                before, after = first.before.shown, first.after.shown
            yield (
                f"| {escape(title(one))} | {names}{more} | {len(one.results)} | {code(before or '-')} | "
                f"{code(after or '-')} |"
            )
        yield ""
        for one in found:
            yield from _details(one)
    for operation, places in comparison.noisy.items():
        yield f"- differs by itself, not compared: {code(operation)}: {', '.join(map(code, places))}"
    yield from (f"- note: {escape(note)}" for note in comparison.notes)


def _details(one: Difference) -> Iterator[str]:
    yield f"<details><summary>{escape(title(one))}</summary>"
    yield ""
    if one.known is not None:
        rule = f" ({one.known.rule})" if one.known.rule else ""
        yield f"{escape(one.known.why)} [More]({one.known.url}){rule}"
        yield ""
        if one.known.fix:
            yield f"**Fix:** {escape(one.known.fix)}"
            yield ""
    yield from block(one.results[0].curl, "sh")
    yield ""
    yield "</details>"
    yield ""
