"""Rules about what is said to the doctor, each given what was found, not a case."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from connexion_doctor.model import Applicability, Edit, Finding, Fix, Location, Severity
from connexion_doctor.model.quiet import BaselineEntry, Comment
from connexion_doctor.model.source import Source
from connexion_doctor.rules import index
from connexion_doctor.rules.base import finding, rule


@rule("CXD601", "unused-suppression", Severity.WARNING)
def unused_suppression(unused: Sequence[tuple[Comment, str, Source]]) -> Iterator[Finding]:
    """A comment silences a rule that has nothing to say there.

    What happens: nothing, today; the comment hides the next real fault on that line.
    Why: the fault was cured, the line moved, or the code is another one.
    Fix: take the code out of the comment, or the comment out of the file.
    Before:
        web: gunicorn -k asgi app:app  # connexion-doctor: ignore[CXD101] moves next week
    After:
        web: gunicorn -k asgi app:app
    Sources:
        https://github.com/connexion-doctor/connexion-doctor/blob/main/docs/configuration.md
        test: tests/screening/test_screening.py
    """
    for comment, code, source in unused:
        others = [one for one in comment.codes or () if one != code]
        edit = _without_code(comment, others, source)
        title = f"take {code} out of the comment" if others else "take the comment out"
        yield finding(
            f"{code} finds nothing on this line: the comment is not needed.",
            location=comment.location,
            fixes=(Fix(title, Applicability.SAFE, recommended=True, edits=(edit,)),),
        )


def _without_code(comment: Comment, others: Sequence[str], source: Source) -> Edit:
    """An edit that leaves the other codes, or the line without the comment."""
    place = comment.location
    line = source.line(place.line)
    if others:
        begin = line.index("[", place.column - 1) + 1
        end = line.index("]", begin)
        return Edit(Location(place.path, place.line, begin + 1, place.line, end + 1), ", ".join(others))
    kept = line[: place.column - 1].rstrip()
    for marker in ("#", "//", "/*", ";", "<!--"):
        if kept.endswith(marker):
            kept = kept[: -len(marker)].rstrip()
            break
    if kept:
        return Edit(Location(place.path, place.line, len(kept) + 1, place.line, len(line) + 1), "")
    if place.line < len(source.lines):
        return Edit(Location(place.path, place.line, 1, place.line + 1, 1), "")
    return Edit(Location(place.path, place.line, 1, place.line, len(line) + 1), "")


@rule("CXD602", "suppression-not-understood", Severity.WARNING)
def suppression_not_understood(comments: Sequence[Comment]) -> Iterator[Finding]:
    """A comment for the doctor names no rule, or one that does not exist.

    What happens: the comment silences nothing.
    Why: a code is misspelt, the brackets are missing, or the word is not ``ignore``. There is no comment
        that silences everything: it would hide the next fault as well.
    Fix: name the rule in brackets.
    Before:
        worker_class = "sync"  # connexion-doctor: ignore
    After:
        worker_class = "sync"  # connexion-doctor: ignore[CXD101] the app is wrapped in wsgi.py
    Sources:
        https://github.com/connexion-doctor/connexion-doctor/blob/main/docs/configuration.md
        test: tests/screening/test_screening.py
    """
    for comment in comments:
        yield finding(
            _not_understood(comment),
            location=comment.location,
            fixes=(Fix.by_hand("write connexion-doctor: ignore[CODE] reason"),),
        )


def _not_understood(comment: Comment) -> str:
    if comment.verb != "ignore":
        return (
            f"the doctor does not know {comment.verb!r}: a comment is connexion-doctor: ignore[CODE] reason"
        )
    if not comment.codes:
        return "the comment names no rule: it is connexion-doctor: ignore[CODE] reason"
    unknown = next(code for code in comment.codes if not known(code))
    meant = index.suggestion(unknown)
    return f"There is no rule {unknown!r}." + (f" Did you mean {meant}?" if meant else "")


def known(code: str) -> bool:
    """Whether a rule has this code or name."""
    return index.find(code) is not None


@rule("CXD603", "baseline-entry-gone", Severity.INFO)
def baseline_entry_gone(gone: Sequence[BaselineEntry]) -> Iterator[Finding]:
    """A finding of the baseline is not there any more.

    What happens: the baseline keeps room for a fault that was cured, and would hide it when it comes back.
    Why: it was cured, or its line was changed.
    Fix: write the baseline anew.
    Before:
        connexion-doctor --baseline baseline.json
    After:
        connexion-doctor --baseline baseline.json --write-baseline
    Sources:
        https://github.com/connexion-doctor/connexion-doctor/blob/main/docs/configuration.md
        test: tests/screening/test_screening.py
    """
    for entry in gone:
        where = f" in {entry.path}" if entry.path else ""
        yield finding(
            f"{entry.code}{where} of the baseline is gone: {entry.what or 'its line was changed or cured'}",
            fixes=(Fix.by_hand("write the baseline anew with --write-baseline"),),
        )
