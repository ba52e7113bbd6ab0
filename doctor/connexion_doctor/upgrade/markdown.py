"""An upgrade as Markdown: the document of a pull request."""

from __future__ import annotations

from collections.abc import Iterator

from connexion_doctor.bench import markdown as of_bench
from connexion_doctor.compare import markdown as of_comparison
from connexion_doctor.model.voice import sentence
from connexion_doctor.reporters.markdown import block, code, escape
from connexion_doctor.upgrade.upgrade import Upgrade
from connexion_doctor.upgrade.wording import place, way_back


def render(upgrade: Upgrade) -> str:
    """The report."""
    return "\n".join(_lines(upgrade)).rstrip("\n") + "\n"


def _lines(upgrade: Upgrade) -> Iterator[str]:
    yield "# From Connexion 2 to 3"
    yield ""
    yield escape(sentence(upgrade.headline))
    yield ""
    yield "| Step | | |"
    yield "| --- | --- | --- |"
    for step in upgrade.steps:
        way = f" Way on: {step.way_on}" if step.way_on else ""
        yield f"| {escape(step.title)} | {step.state} | {escape(step.said + way)} |"
    yield ""
    yield from _changes(upgrade)
    yield from _tasks(upgrade)
    if upgrade.comparison is not None:
        yield "## What behaves otherwise now, and who notices"
        yield ""
        yield from of_comparison.body(upgrade.comparison)
        yield ""
    if upgrade.suites is not None:
        before, after = upgrade.suites
        yield "## Tests"
        yield ""
        yield f"- before: {escape(before.shown)}"
        yield f"- after: {escape(after.shown)}"
        yield ""
    if upgrade.bench is not None:
        yield "## What it costs or gains"
        yield ""
        yield from of_bench.body(upgrade.bench)
        yield ""
    yield "## How to go back"
    yield ""
    said, undo = way_back(upgrade)
    yield said
    if undo:
        yield ""
        yield from block("\n".join(undo), "console")


def _changes(upgrade: Upgrade) -> Iterator[str]:
    if upgrade.changes:
        yield "## Changed by machine"
        yield ""
        yield "| Where | Rule | What | Why |"
        yield "| --- | --- | --- | --- |"
        for one in upgrade.changes:
            where = code(place(one.path, one.line))
            yield f"| {where} | {one.code} | {escape(one.title)} | {escape(one.why)} |"
        yield ""
    for name, before, after in upgrade.commands:
        if before != after:
            yield f"- {escape(name)}: {code(before)} becomes {code(after)}"
    if any(before != after for _, before, after in upgrade.commands):
        yield ""
    if upgrade.files:
        yield "<details><summary>The patch</summary>"
        yield ""
        yield from block(upgrade.diff, "diff")
        yield ""
        yield "</details>"
        yield ""


def _tasks(upgrade: Upgrade) -> Iterator[str]:
    if not upgrade.tasks:
        return
    yield "## Left by hand, in this order"
    yield ""
    for one in upgrade.tasks:
        where = code(place(one.path, one.line))
        yield f"{one.step}. {where} {one.code}: {escape(one.message)} {escape(one.how)}"
    yield ""
