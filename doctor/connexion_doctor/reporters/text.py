"""The report for people: verdicts first, then each finding with its place, its chain and its fixes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import click

from connexion_doctor.commands import show
from connexion_doctor.model import (
    Basis,
    Finding,
    Interface,
    Judgement,
    Location,
    Report,
    Severity,
    Verdict,
)
from connexion_doctor.reporters import candidates, changes, closing, details, terminal, upgrade_plan
from connexion_doctor.reporters.layout import COLOURS, Look, look, wrap
from connexion_doctor.reporters.wording import plan_of
from connexion_doctor.rules.base import page_url
from connexion_doctor.screening.places import judgement_of, place_of
from connexion_doctor.verify import sentences

# What bears on serving, in the order in which it is named.
SHOWN_PACKAGES = (
    "connexion flask werkzeug starlette gunicorn uvicorn uvicorn-worker a2wsgi asgiref hypercorn daphne "
    "granian waitress uwsgi gevent"
).split()


READ = "read from the project's files, nothing was run"
NOWHERE = (
    f"No environment with Connexion was found: {READ} (--python PATH names one, --build-env builds one)."
)


def render(report: Report, detail: str = "normal") -> str:
    """The report as text; colours are click's to strip where they do not belong.

    :param detail: ``quiet`` (a line a finding, nothing where there is none), ``normal`` or ``verbose``
    """
    view = look()
    if detail == "quiet":
        return "".join(f"{line}\n" for line in _quiet(report, view))
    lines = [*_environment(report, view, whole=detail == "verbose"), ""]
    plan = plan_of(report)
    told = upgrade_plan.in_plan(plan) if plan is not None and detail != "verbose" else []
    if plan is not None:
        lines += [*upgrade_plan.lines(plan, report, view), upgrade_plan.today(report), ""]
    bare = bool(report.judgements) and all(j.launch.candidate for j in report.judgements)
    if bare:
        lines += [*_needs(report.judgements[0], view, ""), *candidates.lines(report, view)]
    else:
        lines += _verdicts(report, view)
        lines += changes.treatments(report, view, whole=detail == "verbose")
    lines += _findings([one for one in report.findings if one not in told], report, view, detail)
    lines += closing.lines(report, view)
    if plan is not None:
        lines += upgrade_plan.next_commands(plan, report, view)
    if detail == "verbose":
        lines += details.lines(report, view.width)
    return "\n".join(_squeezed(line.rstrip() for line in lines)) + "\n"


def _squeezed(lines: Iterable[str]) -> Iterator[str]:
    """The lines, blank ones never two in a row."""
    before = None
    for line in lines:
        if line or before != "":
            yield line
        before = line


def _findings(findings: Sequence[Finding], report: Report, view: Look, detail: str) -> Iterator[str]:
    serving = {one.verdict for one in report.judgements if one.launch.candidate} & {Verdict.SERVES}
    in_table = {one.launch.id: one for one in report.judgements if one.launch.candidate and serving}
    short = [
        detail != "verbose" and (one.severity is Severity.INFO or one.launch in in_table) for one in findings
    ]
    said: set[str] = set()  # of chains and of other ways, which are said once
    for finding, is_short in zip(findings, short, strict=True):
        if is_short:
            yield from _in_one_line(finding, report, view, in_table.get(finding.launch or ""))
        else:
            yield from _finding(finding, report, view, said, whole=detail == "verbose")
    if short and short[-1]:
        yield ""


def _environment(report: Report, view: Look, *, whole: bool) -> Iterator[str]:
    environment = report.environment
    if environment is None:
        why, _, cure = (report.nowhere or NOWHERE).partition("\n")
        yield from wrap(why, view, hang="  ")
        if cure:
            yield click.style(f"  {view.seen(cure)}", fg="cyan")
        return
    packages = [
        f"{name} {environment.packages[name]}" for name in SHOWN_PACKAGES if name in environment.packages
    ]
    head = f"Python {environment.version} at {environment.executable} ({environment.how})"
    if not whole:
        version = environment.packages.get("connexion")
        head += f", Connexion {version}" if version else ", Connexion is not installed there"
        head += f"; {READ}" if _are_all_read(report) else ""
        yield from wrap(head, view, hang="  ")
        return
    yield from wrap(head, view, hang="  ")
    yield from wrap(", ".join(packages) or "connexion is not installed there", view, "  ", "  ")


def _are_all_read(report: Report) -> bool:
    return bool(report.judgements) and all(one.basis is Basis.READ for one in report.judgements)


def _mark(verdict: Verdict | Severity, text: str) -> str:
    return click.style(text, fg=COLOURS[verdict], bold=True)


def _origin(judgement: Judgement) -> str:
    origin = judgement.launch.origin
    place = f"{origin.path}:{origin.line}" if origin.path and origin.line else origin.path
    return f"  ({place})" if place else ""


def _verdicts(report: Report, view: Look) -> Iterator[str]:
    """Each start with its verdict; the reason once for those that follow each other and share it."""
    some_read = report.environment is not None and not _are_all_read(report)
    for at, judgement in enumerate(report.judgements):
        label = judgement.verdict.value.upper()
        launch = judgement.launch
        command = show.shown(launch.command) or f"{launch.server} {launch.target or ''}".rstrip()
        first, *rest = wrap(command + _origin(judgement), view, " " * 9)
        yield _mark(judgement.verdict, f"{label:<7}") + "  " + first.strip()
        yield from rest
        why = list(_why(judgement, view, some_read))
        after = report.judgements[at + 1] if at + 1 < len(report.judgements) else None
        if (
            after is not None
            and after.verdict is judgement.verdict
            and list(_why(after, view, some_read)) == why
        ):
            continue
        yield from why
        yield ""


def _why(judgement: Judgement, view: Look, some_read: bool) -> Iterator[str]:
    """The reason of a verdict; what fails by its files alone is told from what was loaded, where both are."""
    yield from wrap(judgement.reason, view, " " * 9)
    if some_read and judgement.basis is Basis.READ and judgement.verdict is Verdict.FAILS:
        yield from wrap("Read from its files, it was not loaded.", view, " " * 9)
    yield from _needs(judgement, view, " " * 9)
    for line in sentences.lines(judgement):
        yield from wrap(line, view, " " * 9)


def _needs(judgement: Judgement, view: Look, indent: str) -> list[str]:
    """One line on what the app would lose without an ASGI server."""
    connexion = judgement.facts.app.connexion if judgement.facts.app is not None else None
    reasons = connexion.detail.get("needs_asgi") if connexion is not None else None
    if not isinstance(reasons, (list, tuple)) or not reasons:
        return []
    return wrap(f"The app needs ASGI: {', '.join(map(str, reasons))}.", view, indent)


def _in_one_line(
    finding: Finding, report: Report, view: Look, candidate: Judgement | None = None
) -> Iterator[str]:
    """What is worth knowing and no fault: the place and all else are for ``--verbose``. Of a proposed start
    among others that serve, the table has said why."""
    said = finding.message
    if 1 < len(finding.affects) < len(report.judgements):
        said = f"{said.removesuffix('.')} ({_starts(finding, report)})."
    if candidate is not None and said == candidate.reason:
        said = f"{finding.name}: {show.shown(candidate.launch.command)}"
    indent = " " * (len(f"{finding.severity.value} {finding.code}") + 1)
    first, *rest = wrap(said, view, indent, "  ")
    yield f"{_head(finding, view)} {first.strip()}"
    yield from rest


def _finding(finding: Finding, report: Report, view: Look, said: set[str], *, whole: bool) -> Iterator[str]:
    judgement = next((j for j in report.judgements if j.launch.id == finding.launch), None)
    yield f"{_head(finding, view)} {finding.name}"
    if whole or judgement is None or finding.message != judgement.reason:  # said above, with the verdict
        yield from wrap(finding.message, view, "  ")
    if len(finding.affects) > 1:
        yield from wrap(
            f"affects {len(finding.affects)} starts: {_starts(finding, report)}", view, "  ", "    "
        )
    yield from _place(finding, judgement, report, view, brief=not whole and _shown_by_its_fix(finding))
    yield from _once(_chain_and_evidence(finding, judgement, view, whole=whole), said)
    if not changes.is_cured(finding, judgement):  # else it is said with the start
        for index, fix in enumerate(finding.fixes if whole else finding.fixes[:1]):
            yield from changes.fix_lines(fix, judgement, report, view, first=index == 0)
        if not whole:
            yield from _once(changes.others(finding.fixes[1:], view), said)
    yield ""


def _once(lines: Iterable[str], said: set[str]) -> list[str]:
    """The lines, where they were not said before."""
    found = list(lines)
    whole = "\n".join(found)
    if whole in said:
        return []
    said.add(whole)
    return found


def _chain_and_evidence(
    finding: Finding, judgement: Judgement | None, view: Look, *, whole: bool
) -> Iterator[str]:
    about_the_call = finding.code[:4] in ("CXD1", "CXD3") and not "CXD122" <= finding.code <= "CXD199"
    lines = list(_chain(judgement, view)) if judgement is not None and about_the_call else []
    for line in finding.evidence:
        if whole or not _is_the_place(line, finding):
            lines += wrap(line, view, "  ", "    ")
    yield from lines
    if lines:
        yield ""


def _is_the_place(line: str, finding: Finding) -> bool:
    """Whether a line of the evidence says what stands in the file at the place that is shown."""
    place = finding.location
    return place is not None and line.startswith(f"{place.path}:{place.line}: ")


def _starts(finding: Finding, report: Report) -> str:
    """Where the launches stand that a finding affects; their names where they stand nowhere."""
    origins = {one.launch.id: one.launch.origin for one in report.judgements}
    shown = []
    for name in finding.affects:
        origin = origins.get(name)
        place = f"{origin.path}:{origin.line}" if origin and origin.path and origin.line else None
        shown.append(place or (origin.path if origin else None) or name)
    return ", ".join(dict.fromkeys(shown))


def _head(finding: Finding, view: Look) -> str:
    code = click.style(finding.code, bold=True)
    if view.links:
        code = terminal.link(code, page_url(finding.code))
    return f"{_mark(finding.severity, finding.severity.value)} {code}"


def _quiet(report: Report, view: Look) -> Iterator[str]:
    """One line a finding, as compilers write them."""
    for finding in report.findings:
        judgement = judgement_of(finding, report)
        place = place_of(finding, judgement)
        where = ""
        if place is not None:
            where = f"{place.path}:{place.line}:{place.column}: "
        elif judgement is not None:
            where = f"{show.shown(judgement.launch.command)}: "
        yield f"{view.seen(where)}{_head(finding, view)} {view.seen(' '.join(finding.message.split()))}"


def _shown_by_its_fix(finding: Finding) -> bool:
    """Whether the change that is shown first begins with the line that a caret would point into."""
    place, fix = finding.location, next(iter(finding.fixes), None)
    if place is None or fix is None or finding.severity is Severity.ERROR:
        return False
    return any((one.location.path, one.location.line) == (place.path, place.line) for one in fix.edits)


def _place(
    finding: Finding, judgement: Judgement | None, report: Report, view: Look, *, brief: bool
) -> Iterator[str]:
    """The guilty word with a caret under it: in its file, or in the command. Brief: where it is."""
    location = finding.location
    if location is not None:
        spot = f"{view.seen(location.path)}:{location.line}:{location.column}"
        if view.links:
            spot = terminal.link(spot, Path(report.root, location.path).absolute().as_uri())
        yield f"  {spot}"
        if brief:
            return
        source = report.sources.get(location.path)
        if source is not None:
            yield from _pointed(source.line(location.line), location, view)
        yield ""
    elif judgement is not None and finding.word is not None:
        command = judgement.launch.command
        texts = [word.text for word in command.words]
        before = show.join(texts[: finding.word], up_to=command.program)
        word = show.join([texts[finding.word]])
        whole = show.shown(command)
        start = len(before) + 1 if before else 0
        if len(whole) + 2 <= view.width:
            yield f"  {view.seen(whole)}"
            yield "  " + " " * start + _mark(finding.severity, "^" * len(word))
        else:
            yield from wrap(f"at {word} in: {whole}", view, "  ", "    ")
        yield ""


def _pointed(line: str, location: Location, view: Look) -> Iterator[str]:
    text = view.seen(line.replace("\t", " "))
    start = location.column - 1
    same_line = location.end_line in (None, location.line)
    end = (location.end_column or location.column + 1) - 1 if same_line else len(text)
    room = view.width - 6
    shift = max(0, min(start - room // 3, len(text) - room)) if len(text) > room else 0
    yield "    " + text[shift : shift + room]
    indent = terminal.columns(text[shift:start])
    marked = terminal.columns(text[start : min(end, shift + room)])
    yield "    " + " " * indent + click.style("^" * max(marked, 1), fg="red", bold=True)


def _chain(judgement: Judgement, view: Look) -> Iterator[str]:
    """From the server to the innermost layer, the broken link marked."""
    facts = judgement.facts
    if facts.app is None:
        return
    call, worker = facts.call, facts.server.worker
    calls = call.calls if call is not None else worker.calls if worker is not None else facts.server.calls
    who = f"{facts.server.name} {facts.server.version or ''}".strip()
    if worker is not None:
        who += f", {worker.asked} worker"
    yield from wrap(f"{who} calls {calls.spoken}", view, "  ", "      ")
    broken = _broken(judgement, calls)
    for depth, layer in enumerate(facts.app.layers):
        indent = "  " + "   " * depth
        said = f"answers {layer.interface.spoken}" if layer.interface is not Interface.UNKNOWN else layer.role
        if layer.role == "inner":
            said += ", inside of Connexion"
        yield from wrap(f"{view.elbow} {layer.type}: {said}", view, indent, indent + "   ")
        if depth == broken:
            yield indent + "   " + click.style(f"{view.cross} breaks here", fg="red", bold=True)


def _broken(judgement: Judgement, calls: Interface) -> int | None:
    from connexion_doctor.facts.case import broken_link

    if judgement.verdict is not Verdict.FAILS or judgement.facts.app is None:
        return None
    return broken_link(judgement.facts.app.layers, calls)
