"""From launches to cases: the probe is asked, the metadata read, the sources of the places gathered."""

from __future__ import annotations

import ast
import importlib
import os
from collections.abc import Collection, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from functools import cache
from pathlib import Path

from connexion_doctor import servers
from connexion_doctor.checkup.options import Options
from connexion_doctor.environment import folder
from connexion_doctor.environment.interpreters import installed_packages
from connexion_doctor.facts.case import Case
from connexion_doctor.facts.records import launch_facts
from connexion_doctor.model import Environment, Interface, Launch, LaunchFacts, ServerFacts, Unbuilt
from connexion_doctor.model.source import Source, read_source
from connexion_doctor.probe.client import Probe, ProbeError
from connexion_doctor.probe.head_start import HeadStart
from connexion_doctor.probe.together import Job, ask_all
from connexion_doctor.python.ignored import git_ignores
from connexion_doctor.python.imported import files_of
from connexion_doctor.requirements.installation import Installation
from connexion_doctor.requirements.installs import Installations
from connexion_doctor.servers import static
from connexion_doctor.servers.base import Server

NO_ENVIRONMENT = Environment("", "", "no environment")


def examine(
    options: Options,
    launches: Sequence[Launch],
    head: HeadStart,
    root: Path,
    installations: Installations,
    unbuilt: Collection[str] = (),
) -> tuple[dict[str, Environment], dict[str, LaunchFacts]]:
    """The environment and the facts of each launch, by its id: told by the probes, or read from the files
    where nothing may run, and where there is no environment that the app runs in.

    :param installations: what the launches get installed, as the files say
    :param unbuilt: ids of launches for which no environment could be built
    :raises ProbeError: a target interpreter cannot be used
    """
    homeless = [one for one in launches if one.id in unbuilt or not _interpreter(one, head)[0]]
    environments = {one.id: NO_ENVIRONMENT for one in homeless}
    facts: dict[str, LaunchFacts] = {}
    if homeless:
        _warm_up()
        facts = _read(options, homeless, environments, root, installations)
    at_home = [one for one in launches if one.id not in environments]
    if not options.do_import:
        environments |= {one.id: read_environment(*_interpreter(one, head)) for one in at_home}
        return environments, facts | _read(options, at_home, environments, root, installations)
    made = [one for one in at_home if one.server == "gunicorn" and one.written]
    if made:  # gunicorn cannot be asked with a configuration that its start writes first
        _warm_up()
        environments |= {one.id: read_environment(*_interpreter(one, head)) for one in made}
        facts |= _read(options, made, environments, root, installations)
        at_home = [one for one in at_home if one not in made]
    more, told = _asked(options, at_home, head)
    return environments | more, facts | told


def _read(
    options: Options,
    launches: Sequence[Launch],
    environments: dict[str, Environment],
    root: Path,
    installations: Installations,
) -> dict[str, LaunchFacts]:
    """The facts of launches as their files tell them."""
    from connexion_doctor.checkup import read
    from connexion_doctor.reading import versions

    facts = {}
    for one in launches:
        known = versions.versions_of(environments[one.id], installations.of(one))
        known = known.with_packages(options.assume)
        facts[one.id] = read.read(one, known, root, options.environ)
        if not environments[one.id].executable:
            environments[one.id] = known.environment
    return facts


def _asked(
    options: Options, launches: Sequence[Launch], head: HeadStart
) -> tuple[dict[str, Environment], dict[str, LaunchFacts]]:
    """Ask the probes about all launches. The metadata is read while a probe works."""
    environments: dict[str, Environment] = {}
    known: dict[str, Environment] = {}
    facts: dict[str, LaunchFacts] = {}
    groups = _groups(launches)
    with closing(ask_all([_job(options, group, head, known) for group in groups])) as asked:
        for index, answers in asked:
            group = groups[index]
            python, how = _interpreter(group[0], head)
            if isinstance(answers, ProbeError) and not group[0].options.get("python"):
                raise answers
            for launch in group:
                environments[launch.id] = known.get(python, Environment(python, "", how))
                if isinstance(answers, ProbeError):  # the others have an interpreter: no worse for it
                    facts[launch.id] = _unasked(launch, answers)
                else:
                    facts[launch.id] = launch_facts(answers, launch.id, launch.server)
    for python, environment in known.items():  # told by a probe that ended later than another
        environments |= {
            name: environment
            for name, one in environments.items()
            if one.executable == python and not one.version
        }
    return environments, facts


def _job(options: Options, group: Sequence[Launch], head: HeadStart, known: dict[str, Environment]) -> Job:
    """What a probe is asked about a group of launches; ``known`` learns which environment it tells of."""
    first = group[0]
    own = first.options.get("python")
    python, how = _interpreter(first, head)
    environ = {**options.environ, **first.environ}

    def start() -> Probe:
        return Probe(own, first.directory, environ) if own else head.take(first.directory, environ)

    def on_hello(record: Mapping[str, object]) -> None:
        if python not in known:
            known[python] = _environment(python, how, record)
            _warm_up()

    request = {
        "launches": [_request(launch) for launch in group],
        "call": options.call,
        "call_timeout": min(5.0, options.timeout / 2),
        "operations": options.verify or options.specifications,
        "specifications": options.specifications,
        "lifespan": options.lifespan,
    }
    return Job(start, request, options.timeout, on_hello, apart=first.directory)


def _interpreter(launch: Launch, head: HeadStart) -> tuple[str, str]:
    """The interpreter of a launch, and why that one: the configuration may name one for it."""
    own = launch.options.get("python")
    return (own, launch.options.get("python_from", "the configuration")) if own else (head.python, head.how)


@cache
def read_environment(python: str, how: str) -> Environment:
    """An environment as its folders tell; its interpreter is not started."""
    found = folder.of(python)
    return Environment(python, found.version, how, installed_packages(found.paths))


def _unasked(launch: Launch, reason: ProbeError) -> LaunchFacts:
    return LaunchFacts(
        ServerFacts(launch.server, installed=False, stage="interpreter", usage_error=str(reason))
    )


def installed(head: HeadStart, options: Options) -> Environment:
    """The target environment where there is no launch to ask about."""
    if not head.python:
        return NO_ENVIRONMENT
    if not options.do_import:
        return read_environment(head.python, head.how)
    found = Environment(head.python, "", head.how)

    def on_hello(record: Mapping[str, object]) -> None:
        nonlocal found
        found = _environment(head.python, head.how, record)

    probe = head.take(str(Path(options.question.directory).resolve()), dict(options.environ))
    probe.ask({"launches": [], "call": False, "call_timeout": 1.0}, options.timeout, on_hello)
    return found


def _environment(python: str, how: str, record: Mapping[str, object]) -> Environment:
    """The environment that a probe's first word tells of: its version, and what is on its paths."""
    told = record.get("paths")
    paths = tuple(str(path) for path in told) if isinstance(told, list) else ()
    return Environment(python, str(record.get("version", "")), how, installed_packages(paths), paths)


def _warm_up() -> None:
    """Import what comes after the probe while the probe is still at work."""
    from connexion_doctor import reporters
    from connexion_doctor.rules import catalogue

    importlib.import_module("connexion_doctor.checkup.assess")
    catalogue.launch_rules()
    reporters.renderer("text")


# Settings that change what an import finds, or what it sees: such a launch has a probe of its own.
APART = {"chdir", "app_dir", "pythonpath", "raw_env", "env_file", "working_dir", "config", "paste"}
# Servers that do nothing to their process but load the target and look at it.
TOGETHER = {"gunicorn", "uvicorn", "hypercorn", "granian", "daphne", "waitress"}


def _groups(launches: Sequence[Launch]) -> list[list[Launch]]:
    """Launches of the same target that share interpreter, directory and environment share a probe, where
    the app is imported once. Any other launch is asked about by itself: what one imports, sets or ends
    must not become the verdict on another."""
    groups: dict[object, list[Launch]] = {}
    for launch in launches:
        shared: list[object] = [launch.options.get("python"), launch.directory]
        shared.append(tuple(sorted(launch.environ.items())))
        facts = static.read(servers.get(launch.server), launch)
        alone = (
            bool(APART & set(facts.settings)) or facts.config_file or "GUNICORN_CMD_ARGS" in launch.environ
        )
        if launch.server not in TOGETHER or alone:
            shared.append(launch.id)
        elif not launch.candidate:  # candidates have one target, and nothing that sets them apart
            shared.append(facts.target)
        groups.setdefault(tuple(shared), []).append(launch)
    return list(groups.values())


def _request(launch: Launch) -> dict[str, object]:
    server = servers.get(launch.server)
    read_statically = static.read(server, launch)
    return {
        **server.request(launch),
        "static": {"target": read_statically.target, "calls": read_statically.calls.value},
    }


def gather(
    options: Options,
    launch: Launch,
    facts: LaunchFacts,
    environment: Environment,
    root: Path,
    installation: Installation | None = None,
    unbuilt: Unbuilt | None = None,
) -> Case:
    """A launch with its facts and the text of the files that its faults may stand in."""
    server = servers.get(launch.server)
    if facts.server.stage in ("missing", "import") and options.do_import:
        facts = replace(facts, server=_completed(facts, server, launch))
    sources: dict[str, Source] = {}
    called = options.call and options.do_import
    left_out = _left_out(launch, facts, root)
    may_be = _made_elsewhere(launch, facts, root)
    case = Case(launch, facts, environment, root, sources, called, installation, left_out, unbuilt, may_be)
    wanted = [facts.server.config_file, facts.load.module_file if facts.load else None]
    errors = [facts.server.error, facts.load.error if facts.load else None]
    errors.append(facts.call.error if facts.call else None)
    wanted += [frame.path for error in errors if (frame := case.own_frame(error)) is not None]
    wanted += [
        frame.path for frame in (facts.load.ended_frames if facts.load else ()) if case.own(frame.path)
    ]
    wanted += _specifications(launch, facts)
    started = facts.server.details.get("place")  # of the call in a script that starts a server
    wanted += [str(started[0])] if isinstance(started, (list, tuple)) and started else []
    places = {word.location.path for word in launch.command.words if word.location is not None}
    places |= {place.path for place in launch.variables.values()}
    wanted += [str(root / path) for path in sorted(places)]
    wanted += _factories(launch, facts)
    wanted += [error.attributes.get("specification") for error in errors if error is not None]
    for path in wanted:
        if path and path not in sources and case.own(path):
            source = read_source(Path(path), case.relative(path))
            if source is not None:
                sources[path] = source
    return case


def _left_out(launch: Launch, facts: LaunchFacts, root: Path) -> str | None:
    """The module that an import did not find, where git leaves it out of the repository."""
    error = facts.load.error if facts.load is not None else None
    name = error.attributes.get("name") if error is not None and error.is_a("ModuleNotFoundError") else None
    return name if name and git_ignores(root, Path(launch.directory), name) else None


def _made_elsewhere(launch: Launch, facts: LaunchFacts, root: Path) -> str | None:
    """Why a file that the app did not find may be there where the launch runs."""
    error = facts.load.error if facts.load is not None else None
    path = error.attributes.get("filename", "") if error is not None else ""
    if error is None or not path or not error.is_a("FileNotFoundError"):
        return None
    from connexion_doctor.reading.made_elsewhere import made_elsewhere

    found = Path(launch.directory, path)
    return made_elsewhere(found, launch, root) if found.is_relative_to(root) else None


def _specifications(launch: Launch, facts: LaunchFacts) -> list[str]:
    """The files of the app's specifications, where its stack could not be built from them."""
    connexion = facts.app.connexion if facts.app is not None else None
    found = connexion.detail.get("specification_files") if connexion is not None else None
    raised = facts.call is not None and facts.call.error is not None
    named = found if isinstance(found, (list, tuple)) and raised else ()
    return [str(Path(launch.directory, str(path))) for path in named]


def _factories(launch: Launch, facts: LaunchFacts) -> list[str]:
    """The modules that the target's module takes names from, where the Flask app inside is served that one
    of their functions may have returned."""
    inner = [one for one in (facts.app.layers if facts.app is not None else ()) if one.role == "inner"]
    path = facts.load.module_file if facts.load is not None else None
    if path is None or not inner or inner[0].detail.get("owner_name"):
        return []
    source = read_source(Path(path), path)
    nodes = source.tree.body if source is not None and source.tree is not None else ()
    return [
        str(file)
        for node in nodes
        if isinstance(node, ast.ImportFrom)
        for file in files_of(node, Path(path), Path(launch.directory))
        if os.path.isfile(file)
    ]


def _completed(facts: LaunchFacts, server: Server, launch: Launch) -> ServerFacts:
    """Facts of a server that is not there, with what could be read without it."""
    known = static.read(server, launch)
    return replace(
        known,
        stage=facts.server.stage,
        error=facts.server.error,
        installed=facts.server.installed,
        calls=known.calls if known.calls is not Interface.UNKNOWN else facts.server.calls,
    )
