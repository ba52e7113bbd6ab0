"""Say what came of the cells: a line for each, then the count and the disagreements."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tests.truth.claims import CLAIMED
from tests.truth.run import Result


def line(result: Result) -> str:
    """One cell: verdict, what happened, whether they agree."""
    if result.outcome is None:
        return f"skipped   {result.cell.name}  ({result.skipped})"
    happened, detail = result.outcome.happened, result.outcome.detail
    verdict = result.diagnosis.verdict if result.diagnosis else "-"
    mark = {True: "ok       ", False: "DISAGREE ", None: "         "}[result.agrees]
    tail = f"  ({detail})" if detail else ""
    seconds = f"{result.outcome.seconds:4.1f}s"
    return f"{mark} said {verdict:7} was {happened:6} {seconds}  {result.cell.name}{tail}"


def summary(results: Sequence[Result]) -> Iterator[str]:
    """The disagreements with all that is known of them, then the counts."""
    for result in results:
        if result.agrees is False:
            yield from _disagreement(result)
    yield from unproved(results)
    yield from counts(results)


def counts(results: Sequence[Result]) -> Iterator[str]:
    """How often reality served, the doctor was right, and gunicorn's own check was."""
    skipped = {result.skipped for result in results if result.skipped}
    for reason in sorted(skipped):
        yield f"skipped: {reason}"
    booted = [result for result in results if result.outcome]
    serving = sum(result.outcome.happened == "serves" for result in booted if result.outcome)
    yield f"reality: {len(booted)} cells, {serving} serve, {len(booted) - serving} fail"
    asked = [result for result in booted if result.agrees is not None]
    if asked:
        right = sum(result.agrees is True for result in asked)
        unknown = sum(result.diagnosis.verdict == "unknown" for result in asked if result.diagnosis)
        yield f"doctor: agreement {right} of {len(asked)} ({unknown} unknown)"
    checked = [result for result in booted if result.check_config]
    if checked:
        right = sum(result.check_config == result.outcome.happened for result in checked if result.outcome)
        yield f"gunicorn --check-config: agreement {right} of {len(checked)}"


def unproved(results: Sequence[Result]) -> Iterator[str]:
    """The cells that a rule's page names as its proof, and in which the rule was not found."""
    for result in results:
        codes = set(result.diagnosis.codes) if result.diagnosis else set()
        for code in sorted(CLAIMED.get(result.cell.name, set()) - codes if result.diagnosis else ()):
            yield f"not found: {code} in {result.cell.name}, which its page names"


def _disagreement(result: Result) -> Iterator[str]:
    assert result.outcome
    assert result.diagnosis
    yield f"--- {result.cell.name}"
    yield f"  command:  {result.cell.command}"
    yield f"  doctor:   {result.diagnosis.verdict}: {result.diagnosis.reason}"
    for form, answer in result.differing:
        yield f"  as {form}: {answer.verdict}: {answer.reason}"
    yield f"  findings: {' '.join(result.diagnosis.codes) or 'none'}"
    yield f"  reality:  {result.outcome.happened} {result.outcome.detail}"
    if result.cell.note:
        yield f"  note:     {result.cell.note}"
    yield from (f"  | {text}" for text in result.outcome.log)
    yield ""
