"""Findings on the page: each once, with its place in the text, and the ways to cure it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from connexion_doctor.commands import show
from connexion_doctor.model import Finding, Fix, Location, Report
from connexion_doctor.model.source import Source
from connexion_doctor.reporters.changes import is_cured
from connexion_doctor.reporters.html.changes import changes
from connexion_doctor.reporters.html.parts import badge, code, listed, prose, tag, text
from connexion_doctor.screening.places import judgement_of

AROUND = 2  # lines of a file shown before and after the guilty one
LONGEST_LINE = 400


def of_launch(report: Report, launch: str) -> list[tuple[int, Finding]]:
    """The findings that concern a launch, with their numbers in the report."""
    return [
        (index, finding)
        for index, finding in enumerate(report.findings)
        if launch == finding.launch or launch in finding.affects
    ]


def anchor(index: int) -> str:
    """The id of a finding in the page."""
    return f"finding-{index + 1}"


def finding(index: int, found: Finding, report: Report, anchors: Mapping[str, str]) -> str:
    """One finding in full.

    :param anchors: the id in the page of each launch
    """
    head = tag(
        "h3",
        [badge(found.severity.value, found.severity.value), f" {text(found.code)} ", text(found.name)],
    )
    explain = tag("p", ["More: ", code(f"connexion-doctor explain {found.code}")], class_="more")
    parts = [head, tag("p", prose(found.message), class_="message"), *_where(found, report, anchors)]
    if found.evidence:
        parts.append(listed((code(line) for line in found.evidence), class_="evidence"))
    judgement = judgement_of(found, report)
    cured = is_cured(found, judgement)
    if cured and judgement is not None and judgement.launch.id in anchors:
        there = tag("a", "with the start", href=f"#{anchors[judgement.launch.id]}")
        parts.append(tag("p", ["What to do stands ", there, "."], class_="way"))
    parts += [_way(fix, found, report) for fix in found.fixes if not (cured and fix.recommended)]
    return tag("article", [*parts, explain], id=anchor(index), class_="finding")


def _where(found: Finding, report: Report, anchors: Mapping[str, str]) -> Iterator[str]:
    source = report.sources.get(found.location.path) if found.location is not None else None
    if found.location is not None and source is not None:
        yield excerpt(source, found.location)
    elif found.location is not None:
        yield tag("p", code(f"{found.location.path}:{found.location.line}"), class_="where")
    judgement = judgement_of(found, report)
    if found.location is None and judgement is not None:
        yield tag("p", code(show.shown(judgement.launch.command)), class_="where")
    starts = [one for one in dict.fromkeys((found.launch, *found.affects)) if one in anchors]
    if len(report.judgements) > 1 and starts:
        links = ", ".join(tag("a", text(one), href=f"#{anchors[one or '']}") for one in starts)
        counted = "1 start" if len(starts) == 1 else f"{len(starts)} starts"
        yield tag("p", f"Affects {counted}: {links}", class_="affects")


def excerpt(source: Source, place: Location) -> str:
    """The lines around a place, the guilty characters marked."""
    first, last = max(1, place.line - AROUND), min(len(source.lines), place.end[0] + AROUND)
    last -= last > place.end[0] and not source.line(last)  # the end of the file
    rows = []
    for number in range(first, min(last, first + 12) + 1):
        line = source.line(number)[:LONGEST_LINE]
        marked = _marked(line, number, place) if place.line <= number <= place.end[0] else text(line)
        rows.append(tag("span", text(f"{number:>4} "), class_="number", aria_hidden="true") + marked + "\n")
    caption = tag("figcaption", code(f"{source.path}:{place.line}"))
    block = tag("pre", tag("code", rows), tabindex="0", role="region", aria_label=f"Lines of {source.path}")
    return tag("figure", [caption, block], class_="excerpt")


def _marked(line: str, number: int, place: Location) -> str:
    end_line, end_column = place.end
    start = place.column - 1 if number == place.line else len(line) - len(line.lstrip())
    end = end_column - 1 if number == end_line else len(line)
    end = max(end, start + 1) if number == place.line else end
    return text(line[:start]) + tag("mark", text(line[start:end])) + text(line[end:])


def _way(fix: Fix, found: Finding, report: Report) -> str:
    inside = list(changes(fix, judgement_of(found, report), report.sources))
    lead = "Recommended" if fix.recommended else "Another way" if len(found.fixes) > 1 else "A way"
    title = [tag("span", f"{lead}: ", class_="lead"), prose(fix.title)]
    if not inside:
        return tag("p", title, class_="way")
    return tag("details", [tag("summary", title), *inside], class_="way")
