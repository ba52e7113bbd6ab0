"""An upgrade as one HTML file: what is done, what is left, what behaves otherwise, what it costs."""

from __future__ import annotations

from collections.abc import Iterator

from connexion_doctor.bench import html as of_bench
from connexion_doctor.compare import html as of_comparison
from connexion_doctor.model.voice import sentence
from connexion_doctor.reporters.html.page import Section
from connexion_doctor.reporters.html.parts import badge, code, copied, prose, tag, text
from connexion_doctor.reporters.html.tables import document, table
from connexion_doctor.upgrade.upgrade import DONE, STOPPED, Upgrade
from connexion_doctor.upgrade.wording import place, way_back

WORST = {0: "serves", 1: "unknown", 3: "fails"}  # by the exit code
STATES = {DONE: "serves", STOPPED: "fails"}


def render(upgrade: Upgrade) -> str:
    """The report, a document of its own."""
    worst = WORST.get(upgrade.exit_code, "unknown")
    headline = sentence(upgrade.headline).rstrip(".")
    said, undo = way_back(upgrade)
    whole = " ".join([said, *(f"`{one}`" for one in undo)])
    return document("From Connexion 2 to 3", headline, worst, list(_sections(upgrade)), whole)


def _sections(upgrade: Upgrade) -> Iterator[Section]:
    yield Section("steps", "The road", _steps(upgrade))
    if upgrade.tasks:
        yield Section("tasks", f"Left by hand, in this order ({len(upgrade.tasks)})", _tasks(upgrade))
    if upgrade.changes or upgrade.files:
        yield Section("changes", f"Changed by machine ({len(upgrade.changes)})", _changes(upgrade))
    if upgrade.commands:
        rows = [(text(name), code(before), code(after)) for name, before, after in upgrade.commands]
        yield Section("starts", "Starts", table("Starts", ("", "Before", "After"), rows))
    if upgrade.suites is not None:
        before, after = upgrade.suites
        results = [("Before", text(before.shown)), ("After", text(after.shown))]
        yield Section("tests", "Tests", table("Tests", ("", "Came to"), results))
    if upgrade.comparison is not None:
        yield from of_comparison.sections(upgrade.comparison)
    if upgrade.bench is not None:
        yield from of_bench.sections(upgrade.bench)


def _steps(upgrade: Upgrade) -> str:
    rows = []
    for one in upgrade.steps:
        way_on = tag("p", ["Way on: ", prose(sentence(one.way_on))]) if one.way_on else ""
        state = badge(one.state, STATES.get(one.state, "info"))
        rows.append(
            (text(one.title), state, prose(sentence(one.said)) + way_on, text(f"{one.seconds:.1f} s"))
        )
    return table("The steps of the road", ("Step", "", "What came of it", "Took"), rows, (3,))


def _tasks(upgrade: Upgrade) -> str:
    items = [
        tag(
            "li",
            [
                code(place(one.path, one.line)),
                " ",
                tag("span", text(one.code), class_="place"),
                tag("p", prose(sentence(one.message))),
                tag("p", prose(sentence(one.how)), class_="place"),
            ],
        )
        for one in upgrade.tasks
    ]
    return tag("ol", items, class_="tasks")


def _changes(upgrade: Upgrade) -> str:
    rows = [
        (
            code(place(one.path, one.line)),
            text(one.code),
            prose(sentence(one.title)),
            prose(sentence(one.why)),
        )
        for one in upgrade.changes
    ]
    made = table("Changes", ("Where", "Rule", "What", "Why"), rows) if rows else ""
    if not upgrade.diff:
        return made
    inside = [tag("summary", "The patch"), copied(upgrade.diff, "the patch")]
    return made + tag("details", inside, class_="way")
