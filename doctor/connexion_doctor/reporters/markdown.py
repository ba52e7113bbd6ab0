"""Markdown (CommonMark with GitHub's tables), for a comment or a summary."""

from __future__ import annotations

import re
from collections.abc import Iterator

from connexion_doctor.commands import show
from connexion_doctor.fixes import spans as edits_module
from connexion_doctor.foundation import late
from connexion_doctor.model import Finding, Fix, Report, Verdict
from connexion_doctor.reporters import changes, wording
from connexion_doctor.rules.base import page_url
from connexion_doctor.screening.places import judgement_of, place_of

SIGNS = {Verdict.SERVES: "✅ serves", Verdict.FAILS: "❌ fails", Verdict.UNKNOWN: "❔ unknown"}
SPECIAL = late.pattern(r"([\\`*_{}\[\]<>#+!|~$&])")


def render(report: Report) -> str:
    """A table of launches, a table of findings, and the details of each finding."""
    lines = [f"## connexion-doctor: {wording.counts(report)}", ""]
    if report.judgements:
        lines += ["| Verdict | Start | Basis | Why |", "| --- | --- | --- | --- |"]
        lines += [
            f"| {SIGNS[one.verdict]} | {code(show.shown(one.launch.command))} | {one.basis.value} "
            f"| {escape(one.reason)} |"
            for one in report.judgements
        ]
        lines.append("")
        lines += _treatments(report)
    if report.findings:
        lines += ["| Severity | Rule | Where | What |", "| --- | --- | --- | --- |"]
        lines += [_row(finding, report) for finding in report.findings]
        lines.append("")
    for finding in report.findings:
        lines += _details(finding, report)
    lines += [f"- note: {escape(note)}" for note in wording.notes(report)]
    return "\n".join(lines).rstrip("\n") + "\n"


def escape(text: str) -> str:
    """Text that means itself, in a table cell too."""
    return SPECIAL.sub(r"\\\1", " ".join(text.split()))


def code(text: str) -> str:
    """A code span that holds any text, in a table cell too."""
    text = " ".join(text.split()).replace("|", "\\|")
    fence = "`" * (max((len(run) for run in re.findall("`+", text)), default=0) + 1)
    pad = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def block(text: str, language: str = "") -> list[str]:
    """A fenced code block that holds any text."""
    fence = "`" * max(3, max((len(run) for run in re.findall("`+", text)), default=0) + 1)
    return [f"{fence}{language}", *text.splitlines(), fence]


def _treatments(report: Report) -> Iterator[str]:
    """What is done for each start that has a treatment, with the other ways."""
    for treatment, treated in changes.treated_starts(report):
        starts = ", ".join(code(changes.where(one)) for one in treated)
        yield f"### What to do for {starts}"
        yield ""
        ways = [changes.as_shown(treatment), *changes.other_ways(treated[0], report)]
        for index, fix in enumerate(ways):
            yield from _fix(fix, index, report)
            if not index:
                said = [f"- {escape(line)}" for line in changes.left_open(treatment, treated[0])]
                yield from [*said, ""] if said else []


def _row(finding: Finding, report: Report) -> str:
    place = place_of(finding, judgement_of(finding, report))
    where = code(f"{place.path}:{place.line}") if place is not None else "the start command"
    return f"| {finding.severity.value} | {_rule(finding)} | {where} | {escape(finding.message)} |"


def _rule(finding: Finding) -> str:
    return f"[{finding.code}]({page_url(finding.code)})"


def _details(finding: Finding, report: Report) -> Iterator[str]:
    yield f"### {_rule(finding)} {escape(finding.name)}"
    yield ""
    yield escape(finding.message)
    yield ""
    if finding.evidence:
        yield from block("\n".join(finding.evidence), "text")
        yield ""
    cured = changes.is_cured(finding, judgement_of(finding, report))  # then it is said with the start
    for index, fix in enumerate(() if cured else finding.fixes):
        yield from _fix(fix, index, report)


def _fix(fix: Fix, index: int, report: Report) -> Iterator[str]:
    lead = "Fix (recommended)" if fix.recommended else "Or" if index else "Fix"
    yield f"**{lead}:** {escape(fix.title)}"
    yield ""
    commands = [f"pip install {show.join(fix.install)}"] if fix.install else []
    commands += [fix.command] if fix.command is not None else []
    if commands:
        yield from block("\n".join(commands), "sh")
        yield ""
    for path in dict.fromkeys(edit.location.path for edit in fix.edits):
        source = report.sources.get(path)
        if source is not None:
            after = edits_module.apply(source.text, [e for e in fix.edits if e.location.path == path])
            yield from block("\n".join(edits_module.diff(path, source.text, after)), "diff")
            yield ""
    for cost in fix.costs:
        yield f"- costs: {escape(cost)}"
    if fix.costs:
        yield ""
