"""From findings to one plan: which fixes are taken, how they go together, what is left and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field

from connexion_doctor.commands import show
from connexion_doctor.fixes.installing import together
from connexion_doctor.fixes.unused_imports import left_behind
from connexion_doctor.foundation.late import dataclass
from connexion_doctor.model import Applicability, Edit, Finding, Fix, Judgement, Launch
from connexion_doctor.model.source import Source

SECOND_RUN = "it changes the same place as another fix: run the doctor again after that one"


@dataclass(frozen=True)
class Taken:
    """A finding and the fix that is taken for it."""

    finding: Finding
    fix: Fix


@dataclass(frozen=True)
class Left:
    """A finding that the plan does not cure. ``kind``: ``manual``, ``unsafe``, ``conflict``, ``blocked``."""

    finding: Finding
    kind: str
    why: str


@dataclass(frozen=True)
class Start:
    """A launch that has to be started by another command, which stands in no file that is edited."""

    launch: Launch
    command: str


@dataclass(frozen=True)
class Plan:
    """What is done: ``edits`` by the path that locations give, packages, new start commands."""

    taken: tuple[Taken, ...] = ()
    edits: Mapping[str, tuple[Edit, ...]] = field(default_factory=dict)
    install: tuple[str, ...] = ()
    starts: tuple[Start, ...] = ()
    left: tuple[Left, ...] = ()


def plan(
    findings: Sequence[Finding],
    judgements: Sequence[Judgement],
    *,
    unsafe: bool = False,
    blocked: Mapping[str, str] | None = None,
    sources: Mapping[str, Source] | None = None,
) -> Plan:
    """Take the recommended fix of every finding where that may be done by machine.

    A fix is taken with all its edits or not at all. Where two fixes want the same characters, the first
    finding wins; identical edits are one.

    :param unsafe: take fixes that change behaviour too
    :param blocked: files that must not be touched, with the reason
    :param sources: the texts that the edits are for: imports that nothing uses after them go too
    """
    launches = {judgement.launch.id: judgement.launch for judgement in judgements}
    edits: dict[str, list[Edit]] = {}
    starts: dict[str, Start] = {}
    taken: list[Taken] = []
    left: list[Left] = []
    for finding in findings:
        fix = finding.recommended
        if fix is None:
            continue
        start = _start(fix, launches.get(finding.launch or ""))
        obstacle = _obstacle(fix, unsafe, blocked or {}, edits, start, starts)
        if obstacle is not None:
            left.append(Left(finding, *obstacle))
            continue
        taken.append(Taken(finding, fix))
        for edit in fix.edits:
            there = edits.setdefault(edit.location.path, [])
            if _told(edit) not in map(_told, there):
                there.append(edit)
        if start is not None:
            starts.setdefault(start.launch.id, start)
    taken = [one for one in taken if not _overtaken(one, edits)]
    return Plan(
        tuple(taken),
        {path: _tidied(path, some, sources or {}) for path, some in sorted(edits.items())},
        together(requirement for one in taken for requirement in one.fix.install),
        tuple(starts.values()),
        tuple(left),
    )


def _tidied(path: str, edits: Sequence[Edit], sources: Mapping[str, Source]) -> tuple[Edit, ...]:
    return (*edits, *left_behind(sources[path], edits)) if path in sources else tuple(edits)


def _overtaken(one: Taken, edits: Mapping[str, Sequence[Edit]]) -> bool:
    """Whether a fix installs what a line asks for, and another fix has that line ask for something else."""
    place = one.finding.location
    if place is None or one.fix.edits or not one.fix.install or one.fix.command is not None:
        return False
    return any(overlap(Edit(place, ""), edit) for edit in edits.get(place.path, ()))


def _start(fix: Fix, launch: Launch | None) -> Start | None:
    """The new command that no edit brings about: nobody but the user can type it."""
    if launch is None or fix.command is None or fix.command == show.shown(launch.command):
        return None
    places = {word.location.path for word in launch.command.words if word.location is not None}
    if any(edit.location.path in places for edit in fix.edits):
        return None
    return Start(launch, fix.command)


def _obstacle(
    fix: Fix,
    unsafe: bool,
    blocked: Mapping[str, str],
    edits: Mapping[str, Sequence[Edit]],
    start: Start | None,
    starts: Mapping[str, Start],
) -> tuple[str, str] | None:
    """Kind and reason why a fix is not taken; None when it is."""
    if fix.applicability is Applicability.MANUAL:
        return "manual", "it has to be done by hand"
    if fix.applicability is Applicability.UNSAFE and not unsafe:
        return "unsafe", "it changes behaviour: --unsafe-fixes takes it"
    for edit in fix.edits:
        if edit.location.path in blocked:
            return "blocked", blocked[edit.location.path]
    if any(_clash(edit, edits.get(edit.location.path, ())) for edit in fix.edits):
        return "conflict", SECOND_RUN
    before = starts.get(start.launch.id) if start is not None else None
    if start is not None and before is not None and before.command != start.command:
        return "conflict", f"it changes the same command as another fix: check {before.command!r} next"
    return None


def _told(edit: Edit) -> tuple[str, tuple[int, int], tuple[int, int], str]:
    """The same of two edits that do the same: a line is added behind the one before, or before the next."""
    place, text = edit.location, edit.replacement
    begin, end = _span(edit)
    if begin == end and text.startswith("\n"):
        begin = end = (place.line + 1, 1)
        text = f"{text[1:]}\n"
    return place.path, begin, end, text


def _clash(edit: Edit, others: Iterable[Edit]) -> bool:
    return any(edit != other and overlap(edit, other) for other in others)


def overlap(one: Edit, other: Edit) -> bool:
    """Whether two edits of one file want the same characters, or to insert at the same place."""
    begin, end = _span(one)
    begin_other, end_other = _span(other)
    if begin == end and begin_other == end_other:
        return begin == begin_other
    return begin < end_other and begin_other < end


def _span(edit: Edit) -> tuple[tuple[int, int], tuple[int, int]]:
    place = edit.location
    return (place.line, place.column), place.end
