"""One checkup, from options to report: the only place that knows the order of things.

Until the probe is asked, the app is not imported: what is needed behind that is imported meanwhile.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from connexion_doctor import servers
from connexion_doctor.checkup.clock import Clock
from connexion_doctor.checkup.examine import examine, installed
from connexion_doctor.checkup.home import Home
from connexion_doctor.checkup.options import Options
from connexion_doctor.environment.interpreters import NoInterpreter
from connexion_doctor.foundation.late import dataclass
from connexion_doctor.launches.find import find
from connexion_doctor.model import (
    Environment,
    Finding,
    Interface,
    Later,
    Launch,
    LaunchFacts,
    Report,
    Unbuilt,
    Verdict,
    overlay,
)
from connexion_doctor.model.errors import UsageError
from connexion_doctor.model.question import Question
from connexion_doctor.probe import head_start
from connexion_doctor.probe.client import ProbeError
from connexion_doctor.reading.made_elsewhere import looked_once
from connexion_doctor.screening.screening import Screening

if TYPE_CHECKING:
    from connexion_doctor.checkup.build import WithEnvironments
    from connexion_doctor.checkup.only import Only
    from connexion_doctor.checkup.whole_project import About
    from connexion_doctor.environment.resolving import Resolver
    from connexion_doctor.facts.case import Case
    from connexion_doctor.launches.project import Project
    from connexion_doctor.model.source import Source
    from connexion_doctor.requirements.installation import Installation
    from connexion_doctor.requirements.installs import Installations
    from connexion_doctor.verify.treatment import Again

NAMED = 3  # folders that do not use Connexion


def run(
    options: Options,
    head: head_start.HeadStart | None = None,
    say: Callable[[str], None] = lambda what: None,
) -> Report:
    """Diagnose, and verify where that is asked for.

    :param head: a probe that was started already; one is started where none is given
    :param say: told what is being done, where that takes long
    :raises UsageError: the options contradict each other or name what is not there
    :raises ProbeError: the target interpreter could not be used
    """
    with looked_once():
        report, project = _diagnose(options, head, say)
        fails = [one for one in report.judgements if one.verdict is Verdict.FAILS]
        if options.treat and any(not one.launch.candidate for one in fails):
            from connexion_doctor.checkup.treat import with_treatments

            report = with_treatments(report, again(options, project), loads=options.do_import)
        if options.treat and report.upgrade:
            from connexion_doctor.checkup.later import with_starts

            report = with_starts(report, partial(again, options), options.question.exclude)
    report = _verified(options, report) if options.verify else report
    unsettled = options.strict and report.unsettled > 0 and report.exit_code == 0
    from connexion_doctor.checkup.earlier_bench import with_measured_costs
    from connexion_doctor.checkup.merging import merged

    return with_measured_costs(merged(replace(report, exit_code=1) if unsettled else report))


def diagnosed(options: Options) -> Report:
    """The report as it is found, each launch with findings of its own: for those who go on from it.

    :raises UsageError: the options contradict each other or name what is not there
    :raises ProbeError: the target interpreter could not be used
    """
    return _diagnose(options, None)[0]


def _verified(options: Options, report: Report) -> Report:
    """Boot every launch, and those that fail again with their fixes made in a copy of the project."""
    from connexion_doctor.verify import verification

    verified = verification.verify(report, options.environ, options.timeout, again(options))
    return replace(verified, exit_code=verification.exit_code(verified))


def again(options: Options, project: Project | None = None) -> Callable[[Again], Report]:
    """A second checkup of the changed project, with the same options.

    :param project: as it was read before, where an overlay changes it
    """

    from connexion_doctor.checkup.only import Only

    def diagnose(wanted: Again) -> Report:
        folder, python = str(wanted.directory), wanted.python
        question = replace(options.question, directory=folder, python=python)
        if wanted.words:
            question = Question(
                command=tuple(wanted.words), directory=folder, python=python, exclude=question.exclude
            )
        asked = replace(
            options,
            question=question,
            environ={**options.environ, **wanted.variables},
            screening=Screening(comments=False),
            save_facts=None,
            do_import=options.do_import and not wanted.read,
            assume=wanted.assume,
            build_env=False,  # the copy is judged in the environment of the original
        )
        if wanted.seconds is not None:
            asked = replace(asked, timeout=min(asked.timeout, wanted.seconds))
        head = head_start.HeadStart("no environment") if wanted.nowhere else None
        with overlay.laid(wanted.over):
            return _diagnose(asked, head, only=Only.of(wanted, project))[0]

    return diagnose


@dataclass(frozen=True)
class _Asked:
    """What is to be examined: the launches, in the environments that were built for them.

    ``only`` is the one launch that is judged again; nothing is said of the project beside it.
    """

    root: Path
    project: Project | None  # None where a launch was named without one
    launches: Sequence[Launch]
    installations: Callable[[], Installations]  # what is installed where, read when it is first asked for
    resolver: Resolver | None
    unbuilt: Mapping[str, Unbuilt]  # by the id of a launch
    notes: tuple[str, ...]
    only: Only | None


def _diagnose(
    options: Options,
    head: head_start.HeadStart | None,
    say: Callable[[str], None] = lambda what: None,
    only: Only | None = None,
) -> tuple[Report, Project | None]:
    """The report, and the project where it was looked through."""
    clock = Clock()
    if options.facts is not None:
        return _replayed(options, options.facts, clock), None
    question = options.question
    if not os.path.isdir(question.directory):
        raise UsageError(f"There is no folder {question.directory}.")
    root = Path(question.directory).resolve()
    head = head or head_start.start(question.python, question.directory, probe=options.do_import)
    with ExitStack() as ended:
        ended.callback(head.close)
        if isinstance(head.error, NoInterpreter):
            raise UsageError(str(head.error)) from head.error
        if head.error is not None:
            raise head.error
        asked = _asked(options, root, say, clock, only)
        about = None
        alone = not options.do_import and asked.resolver is None  # nothing is run, and no index asked
        if asked.project is not None and only is None and alone:
            from connexion_doctor.checkup import whole_project

            about = ended.enter_context(whole_project.About(asked.project, options.target_version))
        of, ahead = partial(_installation, asked), partial(_ahead, about, asked)
        environments, facts = examine(options, asked.launches, head, root, of, asked.unbuilt, ahead)
        clock.lap("probe")
        head.close()
        cases = _cases(options, asked, environments, facts)
        return _reported(options, asked, cases, head, clock, about), asked.project


def _ahead(about: About | None, asked: _Asked, environments: Mapping[str, Environment]) -> None:
    """Begin with what is said of the project, beside the reading of its launches."""
    if about is not None:
        of = asked.installations().of
        about.begin([Home(one, environments[one.id], of(one)) for one in asked.launches])


def _asked(
    options: Options, root: Path, say: Callable[[str], None], clock: Clock, only: Only | None
) -> _Asked:
    found = find(options.question, root) if only is None else only.found(options.question, root)
    clock.lap("launches")
    project = found.project
    launches: Sequence[Launch] = found.launches
    installations = cache(partial(_installations, project, root))
    resolver = _resolver(options, installations, root, say)
    if project is not None:
        from connexion_doctor.launches.caller import as_set

        launches = [as_set(one, project.tree, options.environ) for one in launches]
    if not options.build_env:
        return _Asked(root, project, launches, installations, resolver, {}, (), only)
    made = _with_environments(options, launches, installations, root, say)
    clock.lap("environments")
    return _Asked(root, project, made.launches, installations, resolver, made.unbuilt, made.notes, only)


def _installations(project: Project | None, root: Path) -> Installations:
    if project is not None:
        return project.installations
    from connexion_doctor.requirements.installs import in_folder

    return in_folder(root)


def _installation(asked: _Asked, launch: Launch) -> Installation:
    return asked.installations().of(launch)


def _cases(
    options: Options,
    asked: _Asked,
    environments: Mapping[str, Environment],
    facts: Mapping[str, LaunchFacts],
) -> list[Case]:
    """The launches with all that is known of them, in the order in which they were found."""
    from connexion_doctor.checkup.gather import gather

    of, unbuilt = asked.installations().of, asked.unbuilt
    if asked.resolver is not None:
        failed = {one.id: asked.resolver.failed.get(of(one)) for one in asked.launches}
        unbuilt = {name: why for name, why in failed.items() if why is not None}
    return [
        gather(options, one, facts[one.id], environments[one.id], asked.root, of(one), unbuilt.get(one.id))
        for one in asked.launches
    ]


def _reported(
    options: Options,
    asked: _Asked,
    cases: Sequence[Case],
    head: head_start.HeadStart,
    clock: Clock,
    about: About | None,
) -> Report:
    """What the rules say of the cases, and of the project that they were found in."""
    from connexion_doctor.checkup.assess import Said, environment_of, report_on  # in memory by now
    from connexion_doctor.checkup.nowhere import told as nowhere_told

    root, installations = asked.root, asked.installations()
    project = asked.project if asked.only is None else None
    about_none: Sequence[Finding] = ()
    notes = list(asked.notes)
    marked: Mapping[str, Source] = {}
    homes = [Home(one.launch, one.environment, one.installation) for one in cases]
    if project is not None:
        from connexion_doctor.checkup import whole_project

        environment = None if cases else installed(head, options)
        about = about or whole_project.About(project, options.target_version)
        about_none, told = about.findings(homes, environment)
        notes += told
        clock.lap("sources")
        marked = about.marked()
    about_code = partial(_about_code, options, root, homes, asked.project) if project is None else None
    locks = installations.files.locks
    built = not asked.unbuilt if options.build_env and cases else None
    of_files = partial(installations.of_folder, "")
    nowhere, more = nowhere_told(environment_of(cases), head, of_files, built)
    others = _told(project) if project is not None else []
    said = Said((*notes, *more, *others), nowhere)
    report = report_on(options, root, cases, about_none, clock, marked, locks, about_code, said)
    if asked.only is None and any(not case.environment.executable for case in cases):
        from connexion_doctor.checkup import either

        report = replace(report, judgements=either.told(report.judgements, cases, options, root))
    if project is not None and options.target_version == 3:
        report = replace(report, upgrade=tuple(_wsgi_starts(report, cases)))
    return report


def _with_environments(
    options: Options,
    launches: Sequence[Launch],
    installations: Callable[[], Installations],
    root: Path,
    say: Callable[[str], None],
) -> WithEnvironments:
    """The launches in environments that are built; where an upgrade is planned, of what is asked for then."""
    from connexion_doctor.checkup.build import with_environments

    if options.target_version != 3:
        return with_environments(launches, installations().of, root, say)
    from connexion_doctor.checkup.upgraded import upgraded

    def plan(copy: Path) -> Report:
        question = Question(directory=str(copy), exclude=options.question.exclude)
        asked = replace(
            options,
            question=question,
            do_import=False,
            build_env=False,
            save_facts=None,
            screening=Screening(),
        )
        return _diagnose(asked, None)[0]

    with upgraded(root, options.question.exclude, plan) as copy:
        return with_environments(launches, copy.of, root, say, copy.folder)


def _resolver(
    options: Options, installations: Callable[[], Installations], root: Path, say: Callable[[str], None]
) -> Resolver | None:
    """Where an index is to be asked: from now on it settles the versions of what the launches get installed.

    :raises UsageError: there is no uv to ask
    """
    if not options.resolve:
        return None
    from connexion_doctor.environment.installer import uv_program
    from connexion_doctor.environment.resolving import NO_UV, Resolver

    if uv_program() is None:
        raise UsageError(NO_UV)
    resolver = Resolver(root, say, options.do_import)
    installations().settle = resolver.settled
    return resolver


def _about_code(options: Options, root: Path, homes: Sequence[Home], known: Project | None) -> list[Finding]:
    """What the rules about the project's code say, for a launch that is judged without the project."""
    from connexion_doctor.checkup import whole_project
    from connexion_doctor.launches import project

    whole = known or project.read(root, options.question.exclude)
    return whole_project.about_code(whole, homes, options.target_version)


def _replayed(options: Options, path: str, clock: Clock) -> Report:
    """The report on facts that were saved, in place of a project."""
    from connexion_doctor.checkup.assess import Said, report_on
    from connexion_doctor.facts import saved as replay

    saved = replay.load(path)
    said = Said(saved.notes, saved.nowhere)
    return report_on(
        options, saved.root, saved.cases, saved.findings, clock, saved.sources, saved.locks, said=said
    )


def _told(project: Project) -> list[str]:
    """What is worth a line beside the findings: what was left out."""
    others = [one.root for one in project.discovery.services if not one.uses_connexion and one.root != "."]
    lines = [f"{root} does not use Connexion: it was not looked at." for root in others[:NAMED]]
    if len(others) > NAMED:
        named = ", ".join(others[:NAMED])
        more = len(others) - NAMED
        lines = [f"{len(others)} folders do not use Connexion: {named} and {more} more were not looked at."]
    unknown = {launch.server for launch in project.discovery.launches} - set(servers.NAMES)
    return lines + [f"Starts of {name} are not checked yet." for name in sorted(unknown)]


def _wsgi_starts(report: Report, cases: Sequence[Case]) -> list[Later]:
    """The starts that call WSGI, as Connexion 2 wants it; on 3 they are findings of their own."""
    on_three = {one.launch.id for one in cases if one.environment.major("connexion") == 3}
    return [
        Later(one.launch.id)
        for one in report.judgements
        if one.facts.server.calls is Interface.WSGI
        and one.launch.server != "python"
        and one.launch.id not in on_three
    ]


__all__ = ["Options", "ProbeError", "UsageError", "run"]
