"""HTML: one file to look at, to send, to print. On top the verdicts, then each start with the picture of
its chain, then each finding once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath

from connexion_doctor import __version__
from connexion_doctor.commands import show
from connexion_doctor.model import Basis, Judgement, Report, Treatment, Verdict
from connexion_doctor.reporters import wording
from connexion_doctor.reporters.html import findings
from connexion_doctor.reporters.html.boots import boots
from connexion_doctor.reporters.html.chain import chain
from connexion_doctor.reporters.html.changes import changes, cure
from connexion_doctor.reporters.html.headline import counted, proposed
from connexion_doctor.reporters.html.page import Section, page
from connexion_doctor.reporters.html.parts import badge, code, listed, prose, tag, text
from connexion_doctor.reporters.html.picture import picture

MANY = 8  # starts: of more, each is one line until it is opened, and there is a field to find one
ORDER = (Verdict.FAILS, Verdict.UNKNOWN, Verdict.SERVES)
RESTS = {
    Basis.READ: "the project's files",
    Basis.LOADED: "loading the app",
    Basis.CALLED: "loading the app and calling it once",
    Basis.BOOTED: "a boot of the real server",
}
SHOWN_PACKAGES = ("connexion", "flask", "starlette", "werkzeug", "gunicorn", "uvicorn", "a2wsgi")


def render(report: Report) -> str:
    """The report as one HTML document."""
    own = not proposed(report)
    ordered = sorted(report.judgements, key=lambda one: ORDER.index(one.verdict) if own else 0)
    anchors = {one.launch.id: f"start-{index + 1}" for index, one in enumerate(ordered)}
    name = PurePath(report.root).name or report.root
    sections = []
    if ordered:
        body = [_start(one, report, anchors) for one in ordered]
        sections.append(Section("starts", "Starts", _field(ordered) + "\n".join(body)))
    if report.findings:
        body = [findings.finding(i, one, report, anchors) for i, one in enumerate(report.findings)]
        sections.append(Section("findings", "Findings", "\n".join(body)))
    notes = wording.notes(report)
    if notes:
        sections.append(Section("notes", "Notes", listed(prose(note) for note in notes)))
    return page(f"{name}: {counted(report)}", _head(report, ordered, anchors, name), sections, _foot(report))


def _head(report: Report, ordered: list[Judgement], anchors: dict[str, str], name: str) -> str:
    rows = [_row(one, anchors[one.launch.id]) for one in ordered]
    if proposed(report) and ordered[0].verdict is Verdict.SERVES:
        rows[0] += " " + tag("span", "recommended", class_="place")
    worst = ordered[0].verdict.value if ordered else "unknown"
    return "".join(
        [
            tag("p", ["connexion-doctor ", tag("span", text(name), class_="project")], class_="brand"),
            tag("h1", text(counted(report)), class_=worst),
            tag(
                "p",
                text(f"{wording.counts(report)[:1].upper()}{wording.counts(report)[1:]}."),
                class_="counts",
            ),
            listed(rows, class_="verdicts", aria_label="Verdicts") if 1 < len(rows) <= MANY else "",
        ]
    )


def _place(judgement: Judgement) -> str:
    origin = judgement.launch.origin
    if origin.path is None:
        return ""
    return f"{origin.path}:{origin.line}" if origin.line else origin.path


def _row(judgement: Judgement, anchor: str) -> str:
    command = tag("a", code(show.shown(judgement.launch.command)), href=f"#{anchor}")
    place = tag("span", text(_place(judgement)), class_="place") if _place(judgement) else ""
    return " ".join([badge(judgement.verdict.value, judgement.verdict.value), command, place])


def _field(ordered: list[Judgement]) -> str:
    if len(ordered) <= MANY:
        return ""
    field = tag("input", type="search", id="find", autocomplete="off").removesuffix("</input>")
    label = tag("label", "Find a start", for_="find")
    return tag("p", [label, " ", field, tag("span", id="found", role="status")], class_="find", hidden=True)


def _start(judgement: Judgement, report: Report, anchors: dict[str, str]) -> str:
    anchor = anchors[judgement.launch.id]
    verdict = judgement.verdict.value
    title = [
        badge(verdict, verdict),
        tag("h3", code(show.shown(judgement.launch.command))),
        tag("span", text(_place(judgement)), class_="place"),
    ]
    left = tag("div", picture(chain(judgement), anchor), class_="picture")
    right = tag("div", _told(judgement, report), class_="told")
    inside = tag("div", [left, right], class_="columns")
    return tag(
        "details",
        [tag("summary", title), inside],
        id=anchor,
        class_=f"start {verdict}",
        open=len(report.judgements) <= MANY,
    )


def _told(judgement: Judgement, report: Report) -> Iterator[str]:
    """What is said beside the picture: why, what to do, what happened, what was found."""
    about = findings.of_launch(report, judgement.launch.id)
    yield tag("p", prose(judgement.reason), class_="reason")
    yield tag("p", text(f"Rests on: {RESTS[judgement.basis]}."), class_="basis")
    if judgement.verdict is not Verdict.SERVES:
        yield from _cure(judgement, report)
    happened = boots(judgement)
    if happened:
        yield tag("h4", "What happened when it was booted")
        yield happened
    links = [
        tag("a", [badge(one.severity.value, one.severity.value), f" {text(one.code)} ", text(one.name)],
            href=f"#{findings.anchor(index)}")
        for index, one in about
    ]  # fmt: skip
    if links:
        yield tag("h4", "Findings")
        yield listed(links, class_="links")


def _cure(judgement: Judgement, report: Report) -> Iterator[str]:
    found = cure(judgement, [one for _, one in findings.of_launch(report, judgement.launch.id)])
    if found is None:
        return
    yield tag("h4", ["What to do: ", prose(found.title)])
    yield from changes(found, judgement, report.sources)
    if isinstance(found, Treatment):
        after = badge(found.predicted.value, found.predicted.value)
        yield tag("p", ["After it: ", after, " ", prose(found.reason)], class_="after")


def _foot(report: Report) -> str:
    environment = report.environment
    said = [f"connexion-doctor {__version__}"]
    if environment is not None:
        said.append(f"Python {environment.version} ({environment.how})")
        packages = environment.packages
        said += [f"{name} {packages[name]}" for name in SHOWN_PACKAGES if name in packages]
    return tag("p", text(", ".join(said)))
