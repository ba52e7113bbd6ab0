"""One checkup, from options to report: the only place that knows the order of things."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from doctor import candidates, servers
from doctor.case import Case
from doctor.commands.argv import PROGRAMS, read, words_of
from doctor.environment import NoInterpreter, find_interpreter, installed_packages
from doctor.facts import launch_facts
from doctor.judge import judge
from doctor.model import (
    Environment,
    Finding,
    Interface,
    Judgement,
    Launch,
    LaunchFacts,
    Origin,
    Report,
    ServerFacts,
    Severity,
)
from doctor.probe.client import ProbeError, ask
from doctor.servers import static
from doctor.text import Source, read_source


class UsageError(Exception):
    """What was asked for cannot be done as asked; the message names the input and the way out."""


@dataclass(frozen=True)
class Options:
    """What a checkup is asked to do. ``command`` are the words behind ``--``."""

    target: str | None = None
    command: tuple[str, ...] = ()
    gunicorn_conf: str | None = None
    server: str | None = None
    factory: bool = False
    directory: str = "."
    python: str | None = None
    do_import: bool = True
    call: bool = True
    timeout: float = 30.0
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    fail_on: str = "error"
    environ: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))


def run(options: Options) -> Report:
    """Diagnose.

    :raises UsageError: the options contradict each other or name what is not there
    :raises ProbeError: the target interpreter could not be used
    """
    clock = _Clock()
    directory = Path(options.directory)
    if not directory.is_dir():
        raise UsageError(f"{options.directory} is not a directory")
    root = directory.resolve()
    try:
        python, how = find_interpreter(options.python, (root, Path.cwd()), options.environ)
    except NoInterpreter as exc:
        raise UsageError(str(exc)) from exc
    launches = _launches(options, root)
    environment, facts = _examine(options, launches, python, how, clock)
    cases = [_case(options, launch, facts[launch.id], environment, root) for launch in launches]
    judgements, findings = _judge(options, cases)
    clock.lap("rules")
    return Report(
        root=str(root),
        environment=environment,
        judgements=tuple(judgements),
        findings=tuple(findings),
        exit_code=exit_code(findings, options.fail_on),
        sources={source.path: source for case in cases for source in case.sources.values()},
        timings=clock.laps,
    )


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


def _launches(options: Options, root: Path) -> list[Launch]:
    """What is to be judged: a start command, a configuration file, a target under one server or all."""
    if options.command:
        return [_from_command(options, root)]
    if options.gunicorn_conf is not None:
        conf = Path(root, options.gunicorn_conf)
        if not options.gunicorn_conf.startswith("python:") and not conf.is_file():
            raise UsageError(f"--gunicorn-conf {options.gunicorn_conf}: there is no such file in {root}")
        words = ["gunicorn", "-c", options.gunicorn_conf, *([options.target] if options.target else [])]
        origin = Origin("gunicorn-conf", options.gunicorn_conf)
        return [_launch("gunicorn-conf", origin, words, root)]
    if options.target is None:
        raise UsageError(
            "nothing to check: give a target (connexion-doctor app:app), a start command "
            "(connexion-doctor -- gunicorn app:app) or --gunicorn-conf PATH"
        )
    if options.server is not None:
        return [_from_server(options, root)]
    return candidates.launches(options.target, root, _launch)


def _from_command(options: Options, root: Path) -> Launch:
    if options.target is not None:
        raise UsageError(f"give either a target ({options.target}) or a start command behind --, not both")
    command = read(words_of(options.command))
    shown = " ".join(options.command[:6])
    if command.server is None:
        known = ", ".join(sorted(set(PROGRAMS)))
        raise UsageError(f"no server is started by {shown!r}; the doctor knows {known}")
    if command.server not in servers.NAMES:
        raise UsageError(f"{shown!r}: start commands of {command.server} cannot be checked yet")
    return Launch("command", Origin("command-line"), command.server, str(root), command, environ=command.environ)


def _from_server(options: Options, root: Path) -> Launch:
    name = options.server or ""
    if name not in servers.NAMES:
        raise UsageError(f"--server {name}: the doctor knows {', '.join(servers.NAMES)}")
    server, target = servers.get(name), options.target or ""
    words = [server.program, *server.candidates(target)[0]]
    if options.factory:
        words = [server.program, *server.factory_arguments(target)]
    return _launch(name, Origin("target"), words, root)


def _launch(name: str, origin: Origin, words: Sequence[str], root: Path, *, candidate: bool = False) -> Launch:
    command = read(words_of(words))
    assert command.server is not None
    return Launch(name, origin, command.server, str(root), command, candidate=candidate)


def _examine(
    options: Options, launches: Sequence[Launch], python: str, how: str, clock: _Clock
) -> tuple[Environment, dict[str, LaunchFacts]]:
    """Ask the probe about all launches; the metadata is read while it works."""
    environment = Environment(python, "", how)
    facts: dict[str, LaunchFacts] = {}

    def on_hello(record: Mapping[str, object]) -> None:
        nonlocal environment
        paths = record.get("paths")
        packages = installed_packages([str(path) for path in paths] if isinstance(paths, list) else [])
        environment = replace(environment, version=str(record.get("version", "")), packages=packages)
        _warm_up()

    for group in _groups(launches):
        asked = [_request(launch) for launch in group] if options.do_import else []
        answers = ask(
            python,
            {"launches": asked, "call": options.call, "call_timeout": min(5.0, options.timeout / 2)},
            directory=group[0].directory,
            environ={**options.environ, **group[0].environ},
            timeout=options.timeout,
            on_hello=on_hello if not environment.packages else None,
        )
        clock.lap("probe")
        for launch in group:
            if options.do_import:
                facts[launch.id] = launch_facts(answers, launch.id, launch.server)
            else:
                facts[launch.id] = LaunchFacts(static.read(servers.get(launch.server), launch))
    return environment, facts


def _warm_up() -> None:
    """Import what comes after the probe while the probe is still at work."""
    from doctor import rules

    rules.launch_rules()


def _groups(launches: Sequence[Launch]) -> list[list[Launch]]:
    """Launches that share directory and environment share a probe; the app is imported once."""
    groups: dict[object, list[Launch]] = {}
    for launch in launches:
        groups.setdefault((launch.directory, tuple(sorted(launch.environ.items()))), []).append(launch)
    return list(groups.values())


def _request(launch: Launch) -> dict[str, object]:
    server = servers.get(launch.server)
    read_statically = static.read(server, launch)
    return {
        **server.request(launch),
        "static": {"target": read_statically.target, "calls": read_statically.calls.value},
    }


def _case(
    options: Options, launch: Launch, facts: LaunchFacts, environment: Environment, root: Path
) -> Case:
    server = servers.get(launch.server)
    if facts.server.stage in ("missing", "import") and options.do_import:
        facts = replace(facts, server=_completed(facts, server, launch))
    sources: dict[str, Source] = {}
    case = Case(launch, facts, environment, root, server, sources, options.call and options.do_import)
    wanted = [facts.server.config_file, facts.load.module_file if facts.load else None]
    errors = [facts.server.error, facts.load.error if facts.load else None]
    errors.append(facts.call.error if facts.call else None)
    wanted += [frame.path for error in errors if (frame := case.own_frame(error)) is not None]
    wanted += [frame.path for frame in (facts.load.ended_frames if facts.load else ()) if case.own(frame.path)]
    for path in wanted:
        if path and path not in sources and case.own(path):
            source = read_source(Path(path), case.relative(path))
            if source is not None:
                sources[path] = source
    return case


def _completed(facts: LaunchFacts, server: servers.Server, launch: Launch) -> ServerFacts:
    """Facts of a server that is not there, with what could be read without it."""
    known = static.read(server, launch)
    return replace(
        known,
        stage=facts.server.stage,
        error=facts.server.error,
        installed=facts.server.installed,
        calls=known.calls if known.calls is not Interface.UNKNOWN else facts.server.calls,
    )


def _judge(options: Options, cases: Sequence[Case]) -> tuple[list[Judgement], list[Finding]]:
    from doctor import rules

    judgements: list[Judgement] = []
    findings: list[Finding] = []
    for case in cases:
        judgement, found = judge(case, rules.launch_rules())
        judgements.append(judgement)
        findings.extend(found)
    judgements, findings = candidates.settle(judgements, findings)
    return judgements, [finding for finding in findings if _wanted(finding, options)]


def _wanted(finding: Finding, options: Options) -> bool:
    def named(patterns: Sequence[str]) -> bool:
        return any(finding.code.startswith(p.upper()) or finding.name == p for p in patterns)

    return (not options.select or named(options.select)) and not named(options.ignore)


__all__ = ["Options", "ProbeError", "UsageError", "run"]
