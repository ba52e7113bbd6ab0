"""What ``--verbose`` adds to the text report: what was found where, who read it, how long it took."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from connexion_doctor.model import Judgement, Report
from connexion_doctor.model.voice import counted
from connexion_doctor.reporters import terminal


def lines(report: Report, width: int) -> Iterator[str]:
    """The additional lines."""
    yield ""
    yield "looked at:"
    for judgement in report.judgements:
        yield from _launch(judgement, width)
    for path in sorted(report.sources):
        yield f"  {path}: {counted(len(report.sources[path].lines), 'line')} read"
    if report.suppressed:
        yield "suppressed:"
        for one in report.suppressed:
            reason = f": {one.reason}" if one.reason else ""
            yield from _wrapped(f"{one.finding.code} by {one.how}{reason}", width)
    environment = report.environment
    if environment is not None:
        packages = ", ".join(f"{name} {version}" for name, version in sorted(environment.packages.items()))
        yield "packages:"
        yield from _wrapped(packages or "none", width)
    if report.timings:
        yield "took:"
        longest = max(map(len, report.timings))
        for stage, seconds in report.timings.items():
            yield f"  {stage:<{longest}}  {seconds * 1000:7.1f} ms"


def _launch(judgement: Judgement, width: int) -> Iterator[str]:
    launch, facts = judgement.launch, judgement.facts
    origin, server, load = launch.origin, facts.server, facts.load
    place = f" at {origin.path}:{origin.line or 1}" if origin.path else ""
    yield from _wrapped(f"{launch.id}: {origin.kind}{place}, started in {launch.directory}", width)
    asked = server.stage not in ("static", "missing", "import")
    who = f"{server.name} {server.version or ''}".strip()
    reader = f"{who} itself" if asked else f"the doctor, without {server.name} ({server.stage})"
    yield from _wrapped(f"command and settings read by {reader}", width, 4)
    if server.config_file:
        yield from _wrapped(f"configuration: {server.config_file}", width, 4)
    for name, setting in sorted(server.settings.items()):
        yield from _wrapped(f"{name} = {setting.shown} ({setting.source})", width, 4)
    if server.worker is not None:
        yield from _wrapped(
            f"worker {server.worker.asked}: {server.worker.resolved or 'not resolved'}", width, 4
        )
    if load is not None:
        file = f" from {load.module_file}" if load.module_file else ""
        yield from _wrapped(f"target {load.target}: {load.stage}{file}", width, 4)
    if facts.call is not None:
        why = f" ({facts.call.why})" if facts.call.why else ""
        status = f" with {facts.call.status}" if facts.call.status else ""
        yield from _wrapped(
            f"trial call as {facts.call.calls.spoken}{why}: {facts.call.outcome}{status}", width, 4
        )


def _wrapped(text: str, width: int, indent: int = 2) -> list[str]:
    pad = " " * indent
    return textwrap.wrap(
        terminal.visible(text),
        width,
        initial_indent=pad,
        subsequent_indent=f"{pad}  ",
        break_long_words=False,
        break_on_hyphens=False,
    )
