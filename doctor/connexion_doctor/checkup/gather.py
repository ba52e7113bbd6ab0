"""From facts to cases: the text of the files that a fault may stand in beside what is known of a launch."""

from __future__ import annotations

import ast
import os
from dataclasses import replace
from pathlib import Path

from connexion_doctor import servers
from connexion_doctor.checkup.options import Options
from connexion_doctor.facts.case import Case
from connexion_doctor.model import Environment, Interface, Launch, LaunchFacts, ServerFacts, Unbuilt
from connexion_doctor.model.source import Source, read_source
from connexion_doctor.python.ignored import git_ignores
from connexion_doctor.python.imported import files_of
from connexion_doctor.reading.made_elsewhere import made_elsewhere
from connexion_doctor.requirements.installation import Installation
from connexion_doctor.rules.loading import usual
from connexion_doctor.servers import static
from connexion_doctor.servers.base import Server

MOST_MODULES = 40  # of one app that are looked into


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
    wanted += _adding(launch, facts)
    if facts.server.stage in ("no-target", "arguments") or (facts.load and facts.load.stage == "module"):
        wanted += [str(Path(launch.directory, f"{name}.py")) for name in usual.MODULES]
    wanted += _handlers(launch, facts)
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
    found = Path(launch.directory, path)
    return made_elsewhere(found, launch, root) if found.is_relative_to(root) else None


def _specifications(launch: Launch, facts: LaunchFacts) -> list[str]:
    """The files of the app's specifications, where its stack could not be built from them."""
    connexion = facts.app.connexion if facts.app is not None else None
    found = connexion.detail.get("specification_files") if connexion is not None else None
    raised = facts.call is not None and facts.call.error is not None
    named = found if isinstance(found, (list, tuple)) and raised else ()
    return [str(Path(launch.directory, str(path))) for path in named]


def _handlers(launch: Launch, facts: LaunchFacts) -> list[str]:
    """The modules of the handlers that do not take what their operations give."""
    connexion = facts.app.connexion if facts.app is not None else None
    wrong = connexion.detail.get("arguments") if connexion is not None else None
    entries = wrong if isinstance(wrong, (list, tuple)) else ()
    paths = [one.get("path") for one in entries if isinstance(one, dict)]
    return [str(Path(launch.directory, path)) for path in paths if isinstance(path, str)]


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


def _adding(launch: Launch, facts: LaunchFacts) -> list[str]:
    """The modules with a call of ``add_api`` among the target's module and those that it imports from, where
    the stack could not be built from what they add."""
    path = facts.load.module_file if facts.load is not None else None
    if path is None or facts.call is None or facts.call.error is None:
        return []
    found: list[str] = []
    waiting, seen = [Path(path)], {Path(path)}
    while waiting and len(seen) < MOST_MODULES:
        file = waiting.pop(0)
        source = read_source(file, str(file))
        if source is None or source.tree is None:
            continue
        if "add_api" in source.text:
            found.append(str(file))
        for node in ast.walk(source.tree):
            for one in (
                files_of(node, file, Path(launch.directory)) if isinstance(node, ast.ImportFrom) else ()
            ):
                if one not in seen and os.path.isfile(one):
                    seen.add(one)
                    waiting.append(one)
    return found


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
