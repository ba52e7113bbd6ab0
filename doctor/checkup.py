"""One checkup, from options to report: the only place that knows the order of things."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from doctor import baseline, candidates, early, launches, replay, servers
from doctor.case import Case
from doctor.environment import NoInterpreter
from doctor.examine import examine, gather, installed
from doctor.judge import judge, without_doubles
from doctor.model import Finding, Judgement, Report, Severity
from doctor.options import Options, Screening, UsageError
from doctor.probe.client import ProbeError
from doctor.project import Project
from doctor.screening import completed, screen
from doctor.stopping import signals_end_it
from doctor.suppression import MARK
from doctor.text import Source


def run(options: Options, head: early.HeadStart | None = None) -> Report:
    """Diagnose, and verify where that is asked for.

    :param head: a probe that was started already; one is started where none is given
    :raises UsageError: the options contradict each other or name what is not there
    :raises ProbeError: the target interpreter could not be used
    """
    with signals_end_it():
        report = _diagnose(options, head)
        return _verified(options, report) if options.verify else report


def _verified(options: Options, report: Report) -> Report:
    """Boot every launch, and those that fail again with their fixes made in a copy of the project."""
    from doctor.verify import verification
    from doctor.verify.treatment import Again

    def diagnose(again: Again) -> Report:
        asked = options
        if again.words:
            asked = replace(options, target=None, gunicorn_conf=None, server=None, factory=False, launches=())
        asked = replace(
            asked,
            directory=str(again.directory),
            command=tuple(again.words),
            python=again.python,
            environ={**options.environ, **again.variables},
            select=(),
            ignore=(),
            screening=Screening(comments=False),
            save_facts=None,
        )
        return _diagnose(asked, None)

    verified = verification.verify(report, options.environ, options.timeout, diagnose)
    return replace(verified, exit_code=verification.exit_code(verified))


def _diagnose(options: Options, head: early.HeadStart | None) -> Report:
    clock = _Clock()
    if options.facts is not None:
        saved = replay.load(options.facts)
        return _report(options, saved.root, saved.cases, saved.findings, clock, saved.sources)
    directory = Path(options.directory)
    if not directory.is_dir():
        raise UsageError(f"{options.directory} is not a directory")
    root = directory.resolve()
    head = head or early.start(options.python, options.directory)
    try:
        if isinstance(head.error, NoInterpreter):
            raise UsageError(str(head.error)) from head.error
        if head.error is not None:
            raise head.error
        found = launches.find(options, root)
        clock.lap("launches")
        environments, facts = examine(options, found.launches, head)
        clock.lap("probe")
    finally:
        head.close()
    cases = [gather(options, one, facts[one.id], environments[one.id], root) for one in found.launches]
    about_none: list[Finding] = []
    if found.project is not None:
        environment = cases[0].environment if cases else installed(head, options)
        about_none = found.project.findings(environment, options.target_version)
        clock.lap("sources")
    marked = found.project.marked(MARK) if found.project is not None else {}
    report = _report(options, root, cases, about_none, clock, marked)
    if found.project is not None:
        report = replace(report, notes=(*report.notes, *_told(found.project, report, options)))
    return report


def _told(project: Project, report: Report, options: Options) -> list[str]:
    """What is worth a line beside the findings: what was left out, and the plan of an upgrade."""
    lines = [
        f"{service.root}: not looked at, it does not use Connexion"
        for service in project.discovery.services
        if not service.uses_connexion and service.root != "."
    ]
    unknown = {launch.server for launch in project.discovery.launches} - set(servers.NAMES)
    lines += [f"starts of {name} are not checked yet" for name in sorted(unknown)]
    if options.target_version == 3:
        lines += str(project.plan(report.findings).summary).splitlines()
    return lines


def _report(
    options: Options,
    root: Path,
    cases: Sequence[Case],
    about_none: Sequence[Finding],
    clock: _Clock,
    sources: Mapping[str, Source],
) -> Report:
    """From cases to the report; ``about_none`` are findings about no launch, of the project itself, and
    ``sources`` files that were looked at beside those of the cases."""
    judgements, findings = _judge(cases)
    findings = without_doubles([*findings, *(one for one in about_none if one not in findings)])
    clock.lap("rules")
    report = Report(
        root=str(root),
        environment=cases[0].environment if cases else None,
        judgements=tuple(judgements),
        findings=tuple(findings),
        exit_code=0,
        sources={**sources, **{one.path: one for case in cases for one in case.sources.values()}},
        timings=clock.laps,
    )
    report = replace(report, sources=completed(report))
    if options.save_facts is not None:
        told = replay.save(options.save_facts, cases, report, options.environ)
        report = replace(
            report, notes=(*report.notes, f"{options.save_facts} holds the text of {', '.join(told)}")
        )
    report = screen(report, options)
    if options.screening.write_baseline and options.screening.baseline is not None:
        report = baseline.written(report, options.screening.baseline)
    clock.lap("screening")
    return replace(report, exit_code=exit_code(report.findings, options.fail_on))


def exit_code(findings: Sequence[Finding], fail_on: str) -> int:
    """1 when a finding is at least as severe as ``fail_on``, else 0."""
    if fail_on == "never":
        return 0
    threshold = Severity(fail_on).rank
    return int(any(finding.severity.rank <= threshold for finding in findings))


class _Clock:
    def __init__(self) -> None:
        self._last = time.perf_counter()
        self.laps: dict[str, float] = {}

    def lap(self, name: str) -> None:
        now = time.perf_counter()
        self.laps[name] = self.laps.get(name, 0.0) + now - self._last
        self._last = now


def _judge(cases: Sequence[Case]) -> tuple[list[Judgement], list[Finding]]:
    from doctor import rules

    judgements: list[Judgement] = []
    findings: list[Finding] = []
    for case in cases:
        judgement, found = judge(case, rules.launch_rules())
        judgements.append(judgement)
        findings.extend(found)
    return candidates.settle(judgements, findings)


__all__ = ["Options", "ProbeError", "UsageError", "run"]
