"""From launches to facts: the probes are asked, the metadata read, the files where nothing may run.

What is needed after the probe was asked is imported while it works: until then the app waits for us."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import closing
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from connexion_doctor import servers
from connexion_doctor.checkup import meanwhile
from connexion_doctor.checkup.options import Options
from connexion_doctor.environment.interpreters import DOCTORS_OWN, installed_packages
from connexion_doctor.model import Environment, Interface, Launch, LaunchFacts, ServerFacts
from connexion_doctor.probe.client import Answers, Probe, ProbeError
from connexion_doctor.probe.head_start import HeadStart
from connexion_doctor.probe.together import Job, ask_all, at_once
from connexion_doctor.processes import signals
from connexion_doctor.processes.beside import shared_out
from connexion_doctor.servers import static

if TYPE_CHECKING:
    from connexion_doctor.requirements.installation import Installation

Read = Callable[[Sequence[Launch], dict[str, Environment]], object]  # launches, from their files
NO_ENVIRONMENT = Environment("", "", "no environment")
A_PART = 16  # launches: reading as many takes ten times what making a copy of the process does


def examine(
    options: Options,
    launches: Sequence[Launch],
    head: HeadStart,
    root: Path,
    installation: Callable[[Launch], Installation],
    unbuilt: Collection[str] = (),
    at_home: Callable[[Mapping[str, Environment]], None] = lambda environments: None,
) -> tuple[dict[str, Environment], dict[str, LaunchFacts]]:
    """The environment and the facts of each launch, by its id: told by the probes, or read from the files
    where nothing may run, and where there is no environment that the app runs in.

    :param installation: what a launch gets installed, as the files say
    :param unbuilt: ids of launches for which no environment could be built
    :param at_home: told the environments where nothing may run, before the files are read
    :raises ProbeError: a target interpreter cannot be used
    """
    homeless = [one for one in launches if one.id in unbuilt or not _interpreter(one, head)[0]]
    if head.how == DOCTORS_OWN:
        homeless += [one for one in launches if one not in homeless and _is_not_ours(one, head, installation)]
    environments = {one.id: NO_ENVIRONMENT for one in homeless}
    others = [one for one in launches if one.id not in environments]
    if not options.do_import:
        environments |= {one.id: read_environment(*_interpreter(one, head)) for one in others}
        at_home(environments)
        return environments, _read(options, launches, environments, root, installation)
    facts: dict[str, LaunchFacts] = {}
    if homeless:
        facts = _read(options, homeless, environments, root, installation)
    made = [one for one in others if one.server == "gunicorn" and one.written]
    if made:  # gunicorn cannot be asked with a configuration that its start writes first
        environments |= {one.id: read_environment(*_interpreter(one, head)) for one in made}
        facts |= _read(options, made, environments, root, installation)
        others = [one for one in others if one not in made]
    read = partial(_read, options, root=root, installation=installation)
    more, told = _asked(options, others, head, read)
    environments, facts = environments | more, facts | told
    # What does not load in another Python than the one that was asked for may load in that one.
    open_ = [one for one in others if one.options.get("python_instead") and _does_not_load(told[one.id])]
    if open_:
        environments |= {one.id: NO_ENVIRONMENT for one in open_}
        facts |= read(open_, environments)
    return environments, facts


def _does_not_load(facts: LaunchFacts) -> bool:
    return facts.load is not None and facts.load.stage == "import" or facts.server.stage == "import"


def _is_not_ours(launch: Launch, head: HeadStart, installation: Callable[[Launch], Installation]) -> bool:
    """Whether the doctor's own environment, which nobody named, is not the one of a launch."""
    from connexion_doctor.environment.own import why_not

    python, how = _interpreter(launch, head)
    if python != head.python:
        return False
    head.not_ours = why_not(read_environment(python, how).packages, installation(launch)) or head.not_ours
    return bool(head.not_ours)


def _read(
    options: Options,
    launches: Sequence[Launch],
    environments: dict[str, Environment],
    root: Path,
    installation: Callable[[Launch], Installation],
) -> dict[str, LaunchFacts]:
    """The facts of launches as their files tell them; where no environment was looked at, the one that they
    tell of becomes known."""
    from connexion_doctor.checkup import read
    from connexion_doctor.reading import versions

    # An index may be asked for it: not by a copy of the process.
    known = {
        one.id: versions.versions_of(environments[one.id], installation(one)).with_packages(options.assume)
        for one in launches
    }

    def facts_of(some: Sequence[Launch]) -> list[LaunchFacts]:
        found = []
        for one in some:
            signals.look()
            found.append(read.read(one, known[one.id], root, options.environ))
        return found

    facts = facts_of(launches[:1])  # with what all of them need: a copy of the process has it then
    facts += [one for part in shared_out(facts_of, launches[1:], _parts(launches)) for one in part]
    for one in launches:
        if not environments[one.id].executable:
            environments[one.id] = known[one.id].environment
    return {one.id: its for one, its in zip(launches, facts, strict=True)}


def _parts(launches: Sequence[Launch]) -> int:
    """In how many parts they are read at once, each in a copy of the process that is worth its making."""
    return max(1, min(at_once(), len(launches) // A_PART))


def _asked(
    options: Options, launches: Sequence[Launch], head: HeadStart, read: Read
) -> tuple[dict[str, Environment], dict[str, LaunchFacts]]:
    """Ask the probes about all launches. The metadata is read while a probe works."""
    environments: dict[str, Environment] = {}
    known: dict[str, Environment] = {}
    facts: dict[str, LaunchFacts] = {}
    groups = _groups(launches)
    with closing(ask_all([_job(options, group, head, known, read) for group in groups])) as asked:
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
                    facts[launch.id] = _told(answers, launch)
    for python, environment in known.items():  # told by a probe that ended later than another
        environments |= {
            name: environment
            for name, one in environments.items()
            if one.executable == python and not one.version
        }
    return environments, facts


def _told(answers: Answers, launch: Launch) -> LaunchFacts:
    from connexion_doctor.facts.records import launch_facts

    return launch_facts(answers, launch.id, launch.server)


def _job(
    options: Options, group: Sequence[Launch], head: HeadStart, known: dict[str, Environment], read: Read
) -> Job:
    """What a probe is asked about a group of launches; ``known`` learns which environment it tells of."""
    first = group[0]
    own = first.options.get("python")
    python, how = _interpreter(first, head)
    environ = {**options.environ, **first.environ}

    def start() -> Probe:
        return Probe(own, first.directory, environ) if own else head.take(first.directory, environ)

    def on_hello(record: Mapping[str, object]) -> None:
        if python not in known:
            known[python] = environment = _environment(python, how, record)
            treated = [one for one in group if not one.candidate and environment.major("connexion") == 3]
            failing = [one for one in treated if _calls(one) is Interface.WSGI]
            meanwhile.prepare(reported=not options.specifications)
            if failing and not options.specifications:
                meanwhile.prepare_treatments(partial(read, failing, {one.id: environment for one in failing}))

    request = {
        "launches": [_request(launch) for launch in group],
        "call": options.call,
        "call_timeout": min(5.0, options.timeout / 2),
        "operations": options.verify or options.specifications,
        "specifications": options.specifications,
        "lifespan": options.lifespan,
    }
    return Job(start, request, options.timeout, on_hello, apart=first.directory)


def _calls(launch: Launch) -> Interface:
    return static.read(servers.get(launch.server), launch).calls


def _interpreter(launch: Launch, head: HeadStart) -> tuple[str, str]:
    """The interpreter of a launch, and why that one: the configuration may name one for it."""
    own = launch.options.get("python")
    return (own, launch.options.get("python_from", "the configuration")) if own else (head.python, head.how)


@cache
def read_environment(python: str, how: str) -> Environment:
    """An environment as its folders tell; its interpreter is not started."""
    from connexion_doctor.environment import folder

    found = folder.of(python)
    return Environment(python, found.version, how, installed_packages(found.paths), found.paths)


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
