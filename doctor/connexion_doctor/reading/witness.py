"""A launch read from the project's files: the facts that a probe would give, as far as the files tell."""

from __future__ import annotations

from dataclasses import replace

from connexion_doctor import servers
from connexion_doctor.model import (
    CallFacts,
    Interface,
    Launch,
    LaunchFacts,
    LoadFacts,
    Raised,
    ServerFacts,
)
from connexion_doctor.python.module import Module
from connexion_doctor.reading import (
    connexion_run,
    failures,
    flask_run,
    needs,
    python_start,
    settings,
    workers,
)
from connexion_doctor.reading.apis import Missing
from connexion_doctor.reading.made_elsewhere import made_elsewhere
from connexion_doctor.reading.modules import LaunchModules
from connexion_doctor.reading.operations import wrong_with
from connexion_doctor.reading.outermost import of_chain
from connexion_doctor.reading.search_path import added_by, search_path
from connexion_doctor.reading.stack import judged
from connexion_doctor.reading.state import Reading, Surroundings
from connexion_doctor.reading.targets import Target, target_of
from connexion_doctor.reading.unread import Raises, Unread
from connexion_doctor.reading.versions import Versions
from connexion_doctor.servers import static

UNREAD = "unread"  # the stage of a target that could not be read to its end
ENDED = ("missing", "configuration", "no-target")  # stages of a server behind which nothing is loaded


def read(launch: Launch, versions: Versions, around: Surroundings) -> LaunchFacts:
    """The facts of a launch, read."""
    server = static.read(servers.get(launch.server), launch, around.environ)
    folders = search_path(launch, server, around.root, versions.projects, around.environ)
    modules = LaunchModules(around.root, folders)
    reading = Reading(launch, server, versions, modules, around)
    try:
        facts = _facts(reading)
    except Unread as reason:
        facts = unread(reading.server, reason.told)
    except Raises as raised:
        target = reading.server.target or ""
        facts = LaunchFacts(reading.server, failures.raising(around.root, target, raised))
    except RecursionError:
        facts = unread(server, "its names lead in a circle, or are nested too deep to follow")
    course = reading.imports.course
    reached = frozenset(course.places) if course.stopped or not course.main else frozenset()
    return replace(facts, files=tuple(module.path for module in modules.modules), reached=reached)


def unread(server: ServerFacts, why: str) -> LaunchFacts:
    """The facts of a launch that is not settled."""
    return LaunchFacts(server, LoadFacts(str(server.target or ""), stage=UNREAD), unread=(why,))


def _facts(reading: Reading) -> LaunchFacts:
    """All that was read; what is not certain raises ``Unread``."""
    reading.server = needs.server_of(reading.server, reading.versions)
    if reading.server.stage in ENDED:
        return LaunchFacts(reading.server)
    refused = settings.refused(reading.launch, reading.server)
    if refused is not None:
        return LaunchFacts(replace(reading.server, stage="arguments", usage_error=refused))
    if reading.versions.major is None:
        raise Unread(f"which Connexion it runs on is not known: {reading.versions.why}")
    if reading.launch.server == "python":
        return _of_python(reading, reading.versions.major)
    if reading.launch.server == "flask":
        return _of_flask(reading)
    if reading.launch.server == "connexion":
        return _of_connexion(reading, reading.versions.major)
    reading.server = workers.computed(reading.server, reading)
    if reading.server.target is None and _names_nothing(reading):
        return LaunchFacts(replace(reading.server, stage="no-target"))
    reading.server = workers.of_project(reading)
    return _of_target(reading, target_of(reading.launch, reading.server, reading.modules))


def _names_nothing(reading: Reading) -> bool:
    """Whether nothing says what is served, for certain."""
    words, origin = reading.launch.command.words, reading.launch.origin
    known = all(word.known for word in words) and not reading.server.details.get("unread_settings")
    told = origin.kind == "command-line" or any(word.location is not None for word in words)
    return told and known and reading.launch.server in ("gunicorn", "uvicorn", "hypercorn")


def _of_target(reading: Reading, target: Target) -> LaunchFacts:
    if target.file is None:
        return reading.without_module(target)
    module = reading.modules.module(target.file, target.module)
    if module is not None:
        reading.modules.folders += added_by(module, reading.objects.values)
    if module is None:
        return LaunchFacts(reading.server, failures.no_python(target, reading.modules))
    if not target.readable:
        return LaunchFacts(reading.server, reading.load(target, module, "grammar"))
    try:
        if reading.launch.server == "hypercorn" and not _has_itself(module, target.attribute):
            raise KeyError(target.attribute)
        chain = reading.objects.named(module, target.attribute)
    except KeyError:
        error = failures.no_attribute(target)
        doubts = reading.while_loading(module)
        raising = next((one for one in doubts if one.certain), None)
        if raising is None and doubts:
            raise Unread(doubts[0].reason, doubts[0].place) from None
        return LaunchFacts(reading.server, reading.load(target, module, "attribute", error=error))
    return of_chain(reading, chain, target, module)


def _has_itself(module: Module, attribute: str) -> bool:
    """Whether a name is in a module's namespace, where hypercorn looks for it (``hypercorn/utils.py``,
    ``load_application``): what ``__getattr__`` makes up is not."""
    names = module.scope.bindings
    return attribute.split(".")[0] in names or "*" in names or "__getattr__" not in names


def _of_python(reading: Reading, major: int) -> LaunchFacts:
    start = python_start.find(reading.launch, reading.modules)
    if isinstance(start, LoadFacts):
        return LaunchFacts(reading.server, start)
    reading.modules.folders += added_by(start.module, reading.objects.values)
    try:
        chain = python_start.app_of(start, reading.objects, reading.modules)
        calls, starts = python_start.calls(start, chain, major)
        by = python_start.server_of_run(start, chain, reading.objects.values) if major == 2 else None
        if by is not None and reading.has(by) is False:
            raise python_start.Refused(Raised("builtins.Exception", f"{by} library not installed"), "import")
    except python_start.Refused as reason:
        load = LoadFacts(start.described, module_file=None, stage=reason.stage, error=reason.error)
        return LaunchFacts(reading.server, replace(load, module=start.module.names[0]))
    place = [str(reading.modules.root / start.module.path), start.start.line]
    details = {**reading.server.details, "starts": starts, "place": place, **python_start.address(start)}
    details |= {"by": by} if by is not None else {}
    reading.server = replace(reading.server, calls=calls, details=details)
    reading.imports.course.stop = (start.module.path, start.start.line)
    reading.named = python_start.named(start, reading.modules)
    uvicorns = start.start.what in python_start.UVICORN
    reading.named_in_loop = uvicorns and (reading.loads_late() or python_start.loads_in_several(start))
    target = Target(start.described, start.module.names[0], start.described, None)
    return judged(reading, chain, target, start.module)


def _of_connexion(reading: Reading, major: int) -> LaunchFacts:
    try:
        load, app, api = connexion_run.read(reading.launch, reading.server, reading.modules, major)
    except Missing as missing:
        why = made_elsewhere(missing.path, reading.launch, reading.modules.root)
        if why is not None:
            raise Unread(f"{missing.told}{why}") from None
        raised = failures.no_specification(reading.modules.root, missing)
        load = LoadFacts("connexion run", "connexion run", stage="import", error=raised)
        return LaunchFacts(reading.server, load)
    reading.server = replace(reading.server, target=load.target, calls=app.interface)
    facts = LaunchFacts(reading.server, load, app)
    framework = str(app.layers[0].detail["framework"])
    broken = needs.lacking(facts, framework, reading.versions)
    if broken is not None:
        return replace(facts, load=broken, app=None)
    error = wrong_with([api])
    if error is not None and major == 2:
        return failures.importing(facts, error)
    if error is not None:
        return replace(facts, call=CallFacts(app.interface, "read", error=error))
    unread = [doubt.told for module in api.modules for doubt in reading.imports.loaded(module)]
    unread += needs.doubts(reading.server, framework, reading.versions)
    return replace(facts, unread=tuple(unread))


def _of_flask(reading: Reading) -> LaunchFacts:
    found = flask_run.target_of(
        reading.launch, reading.server, reading.environ, reading.objects, dotenv=reading.has("python-dotenv")
    )
    reading.server = replace(reading.server, target=found.target.text, calls=Interface.WSGI)
    if found.module is None:
        return reading.without_module(found.target)
    load = reading.load(found.target, found.module, "loaded")
    if found.factory is not None:
        load = replace(load, factory=found.factory, factory_called=True)
    if found.refused is not None:
        error = Raised("flask.cli.NoAppException", found.refused)
        what = f"the function {load.attribute}{found.factory}" if found.factory is not None else load.found
        return LaunchFacts(reading.server, replace(load, stage="refused", error=error, found=what))
    assert found.chain is not None
    return judged(reading, found.chain, found.target, found.module, load)
