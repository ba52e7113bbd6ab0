"""From cases to the report: the rules run, and what they find is screened.

Kept apart from the checkup, so that it is imported while the probe is at work.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from connexion_doctor.checkup import explained
from connexion_doctor.checkup.clock import Clock
from connexion_doctor.checkup.judge import judge, without_doubles
from connexion_doctor.checkup.options import Options
from connexion_doctor.checkup.settle import settle
from connexion_doctor.facts import saved
from connexion_doctor.facts.case import Case
from connexion_doctor.foundation.late import dataclass
from connexion_doctor.model import Environment, Finding, Judgement, Report, Severity
from connexion_doctor.model.source import Source
from connexion_doctor.rules import catalogue
from connexion_doctor.screening import baseline
from connexion_doctor.screening.screen import completed, screen


@dataclass(frozen=True)
class Said:
    """What a report says beside its findings: ``nowhere`` where there is no environment."""

    notes: tuple[str, ...] = ()
    nowhere: str = ""


NOTHING_BESIDE = Said()


def report_on(
    options: Options,
    root: Path,
    cases: Sequence[Case],
    about_none: Sequence[Finding],
    clock: Clock,
    sources: Mapping[str, Source],
    locks: Collection[str] = (),
    about_code: Callable[[], Sequence[Finding]] | None = None,
    said: Said = NOTHING_BESIDE,
) -> Report:
    """From cases to the report; ``about_none`` are findings about no launch, of the project itself,
    ``sources`` files that were looked at beside those of the cases, and ``locks`` the lock files of the
    project; ``about_code`` what the rules about its code say, where they were not asked: they
    are for a launch that fails in that code."""
    judgements, findings = _judge(cases)
    if explained.is_asked(findings):
        known = about_none if about_code is None else about_code()
        findings = explained.explained(findings, known, cases)
    about_none = explained.left_over(findings, about_none)
    if any(fix.install or fix.needs for one in findings for fix in one.fixes):
        from connexion_doctor.fixes.additions import Asking, with_additions

        installations = {one.launch.id: one.installation for one in cases if one.installation is not None}
        asking = Asking(root, installations, sources, locks)
        findings, more = with_additions(findings, [one.launch for one in cases], asking)
        sources = {**sources, **more}
    findings = without_doubles([*findings, *(one for one in about_none if one not in findings)])
    clock.lap("rules")
    report = Report(
        root=str(root),
        environment=environment_of(cases),
        judgements=tuple(judgements),
        findings=tuple(findings),
        exit_code=0,
        sources={**sources, **{one.path: one for case in cases for one in case.sources.values()}},
        timings=clock.laps,
        notes=said.notes,
        nowhere=said.nowhere,
    )
    report = replace(report, sources=completed(report))
    if options.save_facts is not None:
        told = saved.save(options.save_facts, cases, report, options.environ, locks)
        report = replace(
            report, notes=(*report.notes, f"{options.save_facts} holds the text of {', '.join(told)}")
        )
    report = screen(report, options.screening, partial(_covers, options))
    if options.screening.write_baseline and options.screening.baseline is not None:
        report = baseline.written(report, options.screening.baseline)
    clock.lap("screening")
    return replace(report, exit_code=exit_code(report.findings, options.fail_on))


def environment_of(cases: Sequence[Case]) -> Environment | None:
    """The environment that a report names; None where it was read from files."""
    return cases[0].environment if cases and cases[0].environment.executable else None


def _covers(options: Options, path: str | None) -> bool:
    """Whether this run looked at all that could be found at a path."""
    return options.do_import and options.call and options.question.covers(path)


def exit_code(findings: Sequence[Finding], fail_on: str) -> int:
    """1 when a finding is at least as severe as ``fail_on``, else 0."""
    if fail_on == "never":
        return 0
    threshold = Severity(fail_on).rank
    return int(any(finding.severity.rank <= threshold for finding in findings))


def _judge(cases: Sequence[Case]) -> tuple[list[Judgement], list[Finding]]:
    judgements: list[Judgement] = []
    findings: list[Finding] = []
    for case in cases:
        judgement, found = judge(case, catalogue.launch_rules())
        judgements.append(judgement)
        findings.extend(found)
    return settle(judgements, findings)
