"""One treatment a launch: its fixes made together, and judged again until it serves."""

from __future__ import annotations

import difflib
import time
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from connexion_doctor.checkup.trying import NoTime, Trial, Tried
from connexion_doctor.commands import show
from connexion_doctor.fixes.applying import NotApplied
from connexion_doctor.fixes.installing import together
from connexion_doctor.foundation import late
from connexion_doctor.model import (
    Applicability,
    Edit,
    Finding,
    Fix,
    Judgement,
    Report,
    Severity,
    Treatment,
    Verdict,
    overlay,
)
from connexion_doctor.model.source import Source, read_source
from connexion_doctor.model.voice import clause, sentence
from connexion_doctor.verify.scratch import NotCopied
from connexion_doctor.verify.treatment import Diagnose, errors

MOST = 12  # launches of one report that are treated
SECONDS = 20.0  # for all of them; what is not done by then has no treatment
MOST_WAYS = 4  # fixes of the first fault that are tried


THEN = "; then "  # between the steps of a treatment
BETTER = {Verdict.FAILS: 0, Verdict.UNKNOWN: 1, Verdict.SERVES: 2}


def with_treatments(report: Report, diagnose: Diagnose, *, loads: bool, most: int = MOST) -> Report:
    """The report with a treatment for every launch of the project's own that fails.

    Of the fixes of the first fault, the one that ends in an app that serves is recommended; where none does,
    the treatment says what is left.

    :param diagnose: makes a report on the changed project
    :param loads: whether the app may be loaded where the files do not tell what a treatment ends in
    :param most: how many launches are treated
    """
    failing = [one for one in report.judgements if one.verdict is Verdict.FAILS and not one.launch.candidate]
    until = time.monotonic() + SECONDS
    treated = 0
    for judgement in failing[:most]:
        try:
            report = _with(report, judgement, Trial(diagnose, until), loads=loads)
        except NoTime:
            break
        except Exception as exc:  # a fault of ours must not cost the report
            said = f"{judgement.launch.id}: its treatment could not be made: {type(exc).__name__}: {exc}"
            report = replace(report, notes=(*report.notes, said))
        treated += 1
    if treated < len(failing):
        said = f"{treated} of the {len(failing)} starts that fail were treated"
        report = replace(report, notes=(*report.notes, f"{said}: ask for another one alone, behind `--`"))
    return _with_sources(report)


def _with_sources(report: Report) -> Report:
    """The report with the text of every file that a treatment edits: some are seen to need it only after
    others were edited."""
    treated = [one.treatment for one in report.judgements if one.treatment is not None]
    paths = {edit.location.path for one in treated for edit in one.edits} - set(report.sources)
    read = {path: read_source(Path(report.root, path), path) for path in sorted(paths)}
    added = {path: source for path, source in read.items() if source is not None}
    return replace(report, sources={**report.sources, **added}) if added else report


def _with(report: Report, judgement: Judgement, trial: Trial, *, loads: bool) -> Report:
    first = _first_fault(report, judgement)
    chosen_first = first.recommended if first is not None else None
    if first is None or chosen_first is None:
        return report
    by_hand = chosen_first.applicability is Applicability.MANUAL
    best: tuple[Report, Treatment] | None = None
    useless: set[Fix] = set()
    for fix, tried in _ways(report, first):
        settled = best is not None and best[1].predicted is Verdict.SERVES
        try:  # what an alternative ends in must cost no import
            made = _treatment(tried, judgement, trial, loads=loads and not settled)
        except NoTime:
            if best is None:
                raise
            break
        if made is not None and (made.predicted is Verdict.FAILS or THEN in made.title):
            useless.add(fix)  # as an alternative: by itself it does not end in an app that serves
        if made is not None and (best is None or BETTER[made.predicted] > BETTER[best[1].predicted]):
            best = tried, made
    if best is None or by_hand and best[1].predicted is not Verdict.SERVES:
        return _without(report, first, useless)  # a person decides
    chosen, treatment = best
    if treatment.predicted is not Verdict.FAILS:
        chosen = _without(chosen, first, useless)
    if treatment.predicted is not Verdict.FAILS and _is_whole(chosen, judgement, treatment):
        ways = {fix.title for fix in first.fixes} - {fix.title for fix in useless}
        findings = [_whole(one, judgement, treatment, ways) for one in chosen.findings]
        chosen = replace(chosen, findings=tuple(findings))
    judgements = [
        replace(one, treatment=treatment) if one.launch.id == judgement.launch.id else one
        for one in chosen.judgements
    ]
    return replace(chosen, judgements=tuple(judgements))


def _first_fault(report: Report, judgement: Judgement) -> Finding | None:
    """The finding that the verdict is about; where a rule about the code explains the reason in its own
    words, that rule's."""
    own = [one for one in report.findings if one.launch == judgement.launch.id]
    same = (one for one in own if one.message == judgement.reason)
    return next(same, None) or next((one for one in own if one.severity is Severity.ERROR), None)


def _without(report: Report, first: Finding, useless: Collection[Fix]) -> Report:
    """The report without those fixes of the first fault that end in an app which does not serve."""
    spoiled = {(fix.title, fix.command, fix.edits) for fix in useless}

    def kept(one: Finding) -> Finding:
        if (one.code, one.launch) != (first.code, first.launch) or one.message != first.message:
            return one
        fixes = [
            fix for fix in one.fixes if fix.recommended or (fix.title, fix.command, fix.edits) not in spoiled
        ]
        return replace(one, fixes=tuple(fixes))

    return replace(report, findings=tuple(kept(one) for one in report.findings))


def _ways(report: Report, first: Finding) -> Iterator[tuple[Fix, Report]]:
    """Each fix of the first fault, and the report with that one recommended; the first is as it is."""
    by_machine = [at for at, fix in enumerate(first.fixes) if fix.applicability is not Applicability.MANUAL]
    for at in by_machine[:MOST_WAYS]:
        fixes = [replace(fix, recommended=index == at) for index, fix in enumerate(first.fixes)]
        fixes.sort(key=lambda fix: not fix.recommended)
        changed = replace(first, fixes=tuple(fixes))
        found = tuple(changed if one == first else one for one in report.findings)
        yield first.fixes[at], replace(report, findings=found)


def _is_whole(report: Report, judgement: Judgement, treatment: Treatment) -> bool:
    """Whether the launch's findings are cured together only: their own fixes hold one that is not needed,
    or are several of which each looks at what the last one made."""
    own = [one for one in report.findings if one.launch == judgement.launch.id]
    fixes = [fix for one in own if one.code in treatment.cures for fix in one.fixes if fix.recommended]
    parts = {part for fix in fixes for part in fix.install}
    return THEN in treatment.title or not parts <= {*treatment.install}


def _whole(finding: Finding, judgement: Judgement, treatment: Treatment, ways: Collection[str]) -> Finding:
    """A finding that is cured by several fixes together has them as one, the first of its fixes; and beside
    it the ways that were tried, by their titles: what another one of the faults offers was not."""
    if finding.launch != judgement.launch.id or finding.code not in treatment.cures:
        return finding
    others = [
        replace(fix, recommended=False) for fix in finding.fixes if not fix.recommended and fix.title in ways
    ]
    return replace(finding, fixes=(treatment.as_fix, *others))


def _treatment(report: Report, judgement: Judgement, trial: Trial, *, loads: bool) -> Treatment | None:
    try:
        tried = trial.tried(report, judgement, loads=loads)
        if tried.judgement.verdict is Verdict.SERVES:
            tried = trial.needed(report, judgement, tried)
    except (NotCopied, NotApplied):
        return None
    if not tried.taken:
        return None
    return _described(report, judgement, tried, tuple(_edits(Path(report.root), tried)))


def _together(titles: Sequence[str]) -> str:
    first, *more = dict.fromkeys(titles)
    return sentence(THEN.join([first.rstrip("."), *map(clause, more)])) if more else first


def _described(report: Report, judgement: Judgement, treated: Tried, edits: tuple[Edit, ...]) -> Treatment:
    fixes = [one.fix for one in treated.taken]
    unsafe = any(fix.applicability is Applicability.UNSAFE for fix in fixes)
    command = show.shown(treated.judgement.launch.command)
    before = show.shown(judgement.launch.command)
    left = {one.code for one in treated.left}
    cured = [one.finding for one in treated.taken]
    if treated.judgement.verdict is Verdict.SERVES:
        cured += errors(report, (judgement.launch.id,))
    return Treatment(
        title=_together([fix.title for fix in fixes]),
        applicability=Applicability.UNSAFE if unsafe else Applicability.SAFE,
        predicted=treated.judgement.verdict,
        reason=treated.judgement.reason,
        install=together(name for fix in fixes for name in fix.install),
        edits=edits,
        command=command if command and command != before else None,
        costs=tuple(dict.fromkeys(cost for fix in fixes for cost in fix.costs)),
        left=tuple(dict.fromkeys(one.message for one in treated.left)),
        cures=tuple(dict.fromkeys(one.code for one in cured if one.code not in left)),
    )


def _edits(root: Path, treated: Tried) -> Iterator[Edit]:
    """What the files have come to, as edits of the project."""
    for path, real in sorted(treated.paths.items()):
        if real not in treated.over:
            continue
        try:
            before = overlay.read(root / path).decode("utf-8")
            after = treated.over[real].decode("utf-8")
        except (OSError, UnicodeDecodeError):
            continue
        yield from _of_file(path, before, after)


WORDS = late.pattern(r"\n|[^\S\n]+|[^\s\w]|\w+")


def _of_file(path: str, before: str, after: str) -> Iterator[Edit]:
    """The differences, word by word: what stays, a secret beside it included, is in no edit."""
    old, new = WORDS.findall(before), WORDS.findall(after)
    source = Source(path, before)
    starts = [0]
    for word in old:
        starts.append(starts[-1] + len(word))
    for kind, start, end, first, last in _opcodes(old, new):
        if kind != "equal":
            yield Edit(source.span(starts[start], starts[end]), "".join(new[first:last]))


def _opcodes(old: Sequence[str], new: Sequence[str]) -> Sequence[tuple[str, int, int, int, int]]:
    """``SequenceMatcher.get_opcodes`` over what differs: a file's unchanged head and tail are left out."""
    head = next((at for at, (one, other) in enumerate(zip(old, new, strict=False)) if one != other), None)
    if head is None:
        head = min(len(old), len(new))
    most = min(len(old), len(new)) - head
    tail = 0
    while tail < most and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    matcher = difflib.SequenceMatcher(
        None, old[head : len(old) - tail], new[head : len(new) - tail], autojunk=False
    )
    return [
        (kind, start + head, end + head, first + head, last + head)
        for kind, start, end, first, last in matcher.get_opcodes()
    ]
