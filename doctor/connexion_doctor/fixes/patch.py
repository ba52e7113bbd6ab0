"""A plan as one unified diff that ``git apply`` and ``patch`` take, with what no diff can say above it."""

from __future__ import annotations

import difflib
import re
import shlex
from collections.abc import Iterator, Mapping

from connexion_doctor.fixes import spans
from connexion_doctor.fixes.plan import Plan
from connexion_doctor.model.source import Source

NO_NEWLINE = "\\ No newline at end of file\n"


def render(plan: Plan, sources: Mapping[str, Source]) -> str:
    """The plan as text. Lines that begin with ``#`` stand before the first file and are no part of the
    diff: packages to install, commands to start, costs, what is left."""
    return "".join([*(f"# {line}\n" for line in notes(plan)), *_files(plan, sources)])


def notes(plan: Plan) -> Iterator[str]:
    """What has to be done besides the edits, what the fixes cost, and what the plan leaves alone."""
    if plan.install:
        yield f"install: pip install {shlex.join(plan.install)}"
    for start in plan.starts:
        origin = start.launch.origin
        line = f":{origin.line}" if origin.line else ""
        place = f" ({quoted(origin.path)}{line})" if origin.path else ""
        yield f"start: {start.command}{place}"
    for cost in dict.fromkeys(cost for one in plan.taken for cost in one.fix.costs):
        yield f"costs: {cost}"
    for left in plan.left:
        spot = left.finding.location
        at = f" at {quoted(spot.path)}:{spot.line}" if spot is not None else ""
        title = next(fix.title for fix in left.finding.fixes if fix.recommended)
        yield f"left: {left.finding.code}{at}: {title}: {left.why}"


def _files(plan: Plan, sources: Mapping[str, Source]) -> Iterator[str]:
    for path, some in plan.edits.items():
        source = sources.get(path)
        if source is not None:
            yield unified(path, source.text, spans.apply(source.text, some))


def unified(path: str, before: str, after: str) -> str:
    """The diff of one file; line ends are part of the lines, as ``patch`` wants them."""
    lines = difflib.unified_diff(_lines(before), _lines(after), quoted(f"a/{path}"), quoted(f"b/{path}"))
    return "".join(line if line.endswith("\n") else line + "\n" + NO_NEWLINE for line in lines)


def _bytes(path: str) -> bytes:
    """A path as the file system has it; what no file system has, as it would be in UTF-8."""
    try:
        return path.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return path.encode("utf-8", "surrogatepass")


def quoted(path: str) -> str:
    """A path as ``git`` writes it: in quotes, its odd bytes as octal numbers, where it is not plain."""
    if path.isprintable() and not set(path) & {'"', "\\"}:
        return path
    shown = (
        chr(byte) if 0x20 <= byte < 0x7F and chr(byte) not in '"\\' else f"\\{byte:03o}"
        for byte in _bytes(path)
    )
    return f'"{"".join(shown)}"'


def _lines(text: str) -> list[str]:
    return re.findall(r"[^\n]*\n|[^\n]+", text)
