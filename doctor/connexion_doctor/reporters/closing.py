"""The end of the report for people: notes, how many findings, and what to do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from connexion_doctor.commands import show
from connexion_doctor.facts import redaction
from connexion_doctor.model import Applicability, Report, Severity, Verdict
from connexion_doctor.model.voice import counted, sentence
from connexion_doctor.reporters import wording
from connexion_doctor.reporters.layout import Look, wrap

MANY = 20  # findings, of which the end says how many are of which rule


def lines(report: Report, view: Look) -> Iterator[str]:
    """The last lines: notes, counts, and what to do."""
    for note in report.notes:
        yield from wrap(f"note: {sentence(note)}", view, "", "  ")
    counts = [
        f"{report.count(severity)} {word}{'' if report.count(severity) == 1 else 's'}"
        for severity, word in (
            (Severity.ERROR, "error"),
            (Severity.WARNING, "warning"),
            (Severity.INFO, "note"),
        )
        if report.count(severity)
    ]
    suppressed = f" {view.dot} {_suppressed(report)}" if report.suppressed else ""
    unsettled = report.unsettled
    if not counts:
        if unsettled:
            yield f"{counted(unsettled, 'start')} could not be settled.{suppressed}"
        elif hidden := _hidden(report):
            yield from wrap(hidden, view)
        elif not report.judgements:
            yield f"0 starts checked.{suppressed}"
        else:
            yield f"Nothing to fix.{suppressed}"
        return
    if len(report.findings) > MANY:
        yield from wrap(f"by rule: {', '.join(_by_rule(report))}", view, hang="  ")
    said = f"{', '.join(counts)}{suppressed}"
    worst = min(report.findings, key=lambda one: list(Severity).index(one.severity))
    more = (
        f"more: connexion-doctor explain {worst.code}"  # one line of its own where it does not fit: to copy
    )
    if len(f"{said} {view.dot} {more}") <= view.width:
        yield f"{said} {view.dot} {more}"
    else:
        yield from wrap(said, view, hang="  ")
        yield more
    what_to_do = _what_to_do(report, unsettled)
    if what_to_do:
        doctor = show.join(wording.again(report))
        asked = next((one for one in ("--fix", "--diff") if f"{doctor} {one}" in what_to_do), "")
        yield from wrap(what_to_do, view, kept=f"{doctor} {asked}" if asked else "")


def _what_to_do(report: Report, unsettled: int) -> str:
    """The last line: how many faults keep how many starts from serving, and the command that cures them."""
    failing, _ = _failing(report)
    faults = [one for one in report.findings if one.severity is Severity.ERROR]
    parts = [] if report.judgements or _is_not_done(report) else ["0 starts checked."]
    if failing:
        fails = "fails" if failing == 1 else "fail"
        parts.append(f"{counted(len(faults), 'fault')}, {counted(failing, 'start')} {fails}.")
    if hidden := _hidden(report):
        parts.append(hidden)
    if unsettled:
        parts.append(f"{counted(unsettled, 'start')} could not be settled.")
    recommended = [fix for one in faults for fix in one.fixes if fix.recommended and fix.edits]
    safe = [fix for fix in recommended if fix.applicability is Applicability.SAFE]
    if report.upgrade is not None or not _reads_them_again(report):  # the plan ends with its own commands
        return " ".join(parts)
    doctor = show.join(wording.again(report))
    if failing and len(safe) == len(faults) and not _open(report):
        them = "it" if len(faults) == 1 else "them"
        parts.append(f"{doctor} --fix cures {them} (--diff shows it).")
    elif failing and recommended:
        parts.append(f"{doctor} --diff shows what a machine can change, --fix changes it.")
    elif not failing and (changes := _safe_changes(report)):
        parts.append(f"{doctor} --fix makes {counted(changes, 'change')} (--diff shows it).")
    return " ".join(parts)


def _reads_them_again(report: Report) -> bool:
    """Whether the bare command looks at the same starts: it knows none that was only named, and no project
    whose saved facts were judged."""
    named = any(one.launch.origin.kind == "command-line" for one in report.judgements)
    return not named and report.root != redaction.ROOT


def _open(report: Report) -> bool:
    """Whether a start has a treatment, and it is not known that it serves then."""
    treatments = [one.treatment for one in report.judgements if one.treatment is not None]
    return any(one.predicted is not Verdict.SERVES for one in treatments)


def _safe_changes(report: Report) -> int:
    """How many findings ``--fix`` would cure."""
    fixes = [fix for one in report.findings for fix in one.fixes if fix.recommended and fix.edits]
    return sum(fix.applicability is Applicability.SAFE for fix in fixes)


def _failing(report: Report) -> tuple[int, int]:
    """How many starts fail with an error that is reported, and how many with none but hidden ones."""
    failing = {
        one.launch.id
        for one in report.judgements
        if one.verdict is Verdict.FAILS and not one.launch.candidate
    }
    if not report.suppressed:
        return len(failing), 0
    errors = [one for one in report.findings if one.severity is Severity.ERROR]
    said = {name for one in errors for name in (*one.affects, one.launch)}
    return len(failing & said), len(failing - said)


def _hidden(report: Report) -> str:
    """What is said of starts that fail while their errors are kept quiet."""
    _, hidden = _failing(report)
    if not hidden:
        return ""
    return (
        f"{counted(hidden, 'start')} still {'fails' if hidden == 1 else 'fail'}; "
        f"{counted(len(report.suppressed), 'finding')} hidden ({_hows(report)})."
    )


def _is_not_done(report: Report) -> bool:
    return any(one.code == "CXD600" for one in report.findings)


def _by_rule(report: Report) -> Iterator[str]:
    found = Counter(f"{finding.code} {finding.name}" for finding in report.findings)
    yield from (f"{rule} ({count})" for rule, count in found.most_common())


def _suppressed(report: Report) -> str:
    return f"{len(report.suppressed)} suppressed ({_hows(report)})"


def _hows(report: Report) -> str:
    """``1 by comment, 2 by baseline``."""
    words = {"comment": "by comment", "baseline": "by baseline", "per-file": "by per-file-ignores"}
    hows = [one.how for one in report.suppressed]
    return ", ".join(f"{hows.count(how)} {word}" for how, word in words.items() if how in hows)
