"""A launch read from the project's files: the facts that a probe would give, as far as the files tell."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from connexion_doctor import servers
from connexion_doctor.model import (
    AppFacts,
    CallFacts,
    Interface,
    Launch,
    LaunchFacts,
    LoadFacts,
    Location,
    Raised,
    ServerFacts,
)
from connexion_doctor.python.module import Module
from connexion_doctor.python.nodes import argument, short
from connexion_doctor.reading import (
    connexion_run,
    failures,
    flask_run,
    needs,
    project_objects,
    python_start,
    settings,
    workers,
)
from connexion_doctor.reading.callables import missing_arguments, shape_of
from connexion_doctor.reading.chains import Chain, ReadApp
from connexion_doctor.reading.guesses import called_as
from connexion_doctor.reading.imports import Doubt, Imports
from connexion_doctor.reading.modules import LaunchModules
from connexion_doctor.reading.names import kinds
from connexion_doctor.reading.objects import Objects
from connexion_doctor.reading.operations import with_specifications, wrong_with
from connexion_doctor.reading.packages import importable
from connexion_doctor.reading.search_path import search_path
from connexion_doctor.reading.specification import Missing, apis_of
from connexion_doctor.reading.targets import Target, target_of
from connexion_doctor.reading.unread import Raises, Unread
from connexion_doctor.reading.versions import Versions
from connexion_doctor.servers import static

UNREAD = "unread"  # the stage of a target that could not be read to its end
ENDED = ("missing", "configuration", "no-target")  # stages of a server behind which nothing is loaded


@dataclass(frozen=True)
class Surroundings:
    """What a launch is read in: the project's folder, the variables that are set."""

    root: Path
    environ: Mapping[str, str]


def read(launch: Launch, versions: Versions, around: Surroundings) -> LaunchFacts:
    """The facts of a launch, read."""
    server = static.read(servers.get(launch.server), launch, around.environ)
    modules = LaunchModules(around.root, search_path(launch, server, around.root))
    reading = _Reading(launch, server, versions, modules, around)
    try:
        facts = reading.facts()
    except Unread as reason:
        unread = reason.told
        facts = LaunchFacts(
            reading.server, LoadFacts(str(server.target or ""), stage=UNREAD), unread=(unread,)
        )
    except Raises as raised:
        target = reading.server.target or ""
        facts = LaunchFacts(reading.server, failures.raising(around.root, target, raised))
    except RecursionError:
        told = "its names lead in a circle, or are nested too deep to follow"
        facts = LaunchFacts(server, LoadFacts(str(server.target or ""), stage=UNREAD), unread=(told,))
    return replace(facts, files=tuple(module.path for module in modules.modules))


class _Reading:
    """One launch while it is read."""

    def __init__(
        self,
        launch: Launch,
        server: ServerFacts,
        versions: Versions,
        modules: LaunchModules,
        around: Surroundings,
    ) -> None:
        self.launch, self.server, self.versions, self.modules = launch, server, versions, modules
        self.environ = {**around.environ, **launch.environ}
        brought = versions.extras | ({"flask"} if versions.major == 2 else set())
        packages = {**dict.fromkeys(brought, ""), **(versions.packages or {})}
        is_there = importable(packages, versions.paths)
        self.imports = Imports(modules, self.environ, is_there, Path(launch.directory))
        self.objects = Objects(modules, versions.major or 3)

    def facts(self) -> LaunchFacts:
        """All that was read; what is not certain raises ``Unread``."""
        self.server = needs.server_of(self.server, self.versions)
        if self.server.stage in ENDED:
            return LaunchFacts(self.server)
        if self.versions.major is None:
            raise Unread(f"which Connexion it runs on is not known: {self.versions.why}")
        if self.launch.server == "python":
            return self._of_python(self.versions.major)
        if self.launch.server == "flask":
            return self._of_flask()
        if self.launch.server == "connexion":
            return self._of_connexion(self.versions.major)
        if self.server.target is None and self._names_nothing():
            return LaunchFacts(replace(self.server, stage="no-target"))
        self.server = workers.of_project(self.server, self.modules)
        return self._of_target(target_of(self.launch, self.server, self.modules))

    def _names_nothing(self) -> bool:
        """Whether nothing says what is served, for certain."""
        words, origin = self.launch.command.words, self.launch.origin
        known = all(word.known for word in words) and not self.server.details.get("unread_settings")
        told = origin.kind == "command-line" or any(word.location is not None for word in words)
        return told and known and self.launch.server in ("gunicorn", "uvicorn", "hypercorn")

    # -- the target ------------------------------------------------------------------------

    def _of_target(self, target: Target) -> LaunchFacts:
        if target.file is None:
            return self._without_module(target)
        module = self.modules.module(target.file, target.module)
        if module is None:
            return LaunchFacts(self.server, failures.no_python(target, self.modules))
        if not target.readable:
            return LaunchFacts(self.server, self._load(target, module, "grammar"))
        try:
            chain = self.objects.named(module, target.attribute)
        except KeyError:
            error = failures.no_attribute(target)
            doubts = self._while_loading(module)
            raising = next((one for one in doubts if one.certain), None)
            if raising is None and doubts:
                raise Unread(doubts[0].reason, doubts[0].place) from None
            return LaunchFacts(self.server, self._load(target, module, "attribute", error=error))
        return self._of_chain(chain, target, module)

    def _of_chain(self, chain: Chain, target: Target, module: Module) -> LaunchFacts:
        at = Location(module.path, 1)
        guessed = chain.kind == "function" and self._guesses() and not target.calls
        if chain.kind == "function" and (target.calls or guessed):
            return self._of_factory(chain, target, module, guessed)
        if target.calls:
            raise Unread(f"what calling {target.text} gives cannot be read", at)
        if chain.kind == "function":
            return self._of_function(chain, target, module)
        if chain.kind == "class":
            return self._of_class(chain, target, module)
        return self._judged(chain, target, module)

    def _of_factory(self, chain: Chain, target: Target, module: Module, guessed: bool) -> LaunchFacts:
        """A function that the server calls to get the app; where it guesses, one that can be called so."""
        assert chain.function is not None
        owner, node = chain.function
        missing = missing_arguments(node, target.call)
        if missing and guessed:
            return self._of_function(chain, target, module)
        load = replace(
            self._load(target, module, "loaded"), factory=shape_of(node).signature, factory_called=not guessed
        )
        if missing:
            message = f"{node.name}() missing required arguments: {', '.join(missing)}"
            error = Raised("builtins.TypeError", message)
            return LaunchFacts(self.server, replace(load, stage="factory", error=error))
        if isinstance(node, ast.AsyncFunctionDef):
            return LaunchFacts(self.server, replace(load, stage="callable", found="a coroutine"))
        raising = next((one for one in self.imports.called(owner, node) if one.certain), None)
        if raising is not None and raising.place.path == owner.path and not guessed:
            frame = failures.frame(self.modules.root, raising.place, node.name)
            name = raising.certain.partition("(")[0]
            error = Raised(f"builtins.{name}", raising.certain, (frame,))
            return LaunchFacts(self.server, replace(load, stage="factory", error=error))
        made = self.objects.called(chain, Location(module.path, 1), target.call)
        return self._judged(made, target, module, load)

    def _of_function(self, chain: Chain, target: Target, module: Module) -> LaunchFacts:
        """A function that the server calls with a request."""
        assert chain.function is not None
        owner, node = chain.function
        if any(one for one in node.decorator_list):
            raise Unread(
                f"what the decorators of {node.name} make of it cannot be read", owner.location(node)
            )
        shape = shape_of(node)
        load = replace(self._load(target, module, "loaded"), factory=shape.signature, found="a function")
        if len(shape.required) < 2 and shape.most is not None and shape.required != ("scope",):
            made = None
            if not missing_arguments(node, None):
                try:
                    made = self.objects.called(chain, Location(module.path, 1))
                except Unread:
                    made = None
            served = self._served(replace(chain, layers=chain.layers[:1]), module, load)
            made_facts = _app(made) if made is not None and made.kind == "app" and made.layers else None
            return replace(served, made=made_facts)
        outer = chain.layers[0]
        try:
            chain = project_objects.served(chain, self.objects)
        except Unread:
            facts = self._served(chain, module, load)
            worker = facts.server.worker
            calls = worker.calls if worker is not None else facts.server.calls
            if Interface.UNKNOWN in (outer.interface, calls) or outer.interface is calls:
                raise
            return facts
        return self._judged(chain, target, module, load)

    def _of_class(self, chain: Chain, target: Target, module: Module) -> LaunchFacts:
        """A class that the server calls with a request: it makes an object, which answers nothing."""
        if chain.klass is not None:
            owner, node = chain.klass
            made = owner.scopes[id(node)].bindings.get("__init__")
            init = made[-1].node if made else None
            shape = shape_of(init, method=True) if isinstance(init, ast.FunctionDef) else None
            fits = shape is None or shape.most is None or shape.required == ("scope",)
            worker = self.server.worker
            calls = worker.calls if worker is not None else self.server.calls
            count = {Interface.WSGI: 2, Interface.ASGI3: 3}.get(calls)
            if fits or shape is not None and (count is None or len(shape.required) == count):
                raise Unread(f"{target.text} is a class", owner.location(node))
        load = replace(self._load(target, module, "loaded"), found="a class")
        return self._served(chain, module, load)

    def _served(self, chain: Chain, module: Module, load: LoadFacts) -> LaunchFacts:
        """An object that is served as it is, whatever it does."""
        app = _app(chain)
        facts = LaunchFacts(called_as(self.launch, self.server, chain), load, app)
        return replace(facts, unread=("what it does with a request cannot be read",))

    def _judged(
        self, chain: Chain, target: Target, module: Module, load: LoadFacts | None = None
    ) -> LaunchFacts:
        """An object that takes requests, as far as it was understood."""
        load = load or self._load(target, module, "loaded")
        at = Location(module.path, 1)
        if chain.kind == "none" or chain.kind in ("other", "object") and chain.found is not None:
            found = "None" if chain.kind == "none" else chain.found
            return LaunchFacts(self.server, replace(load, stage="callable", found=found))
        if chain.kind != "app" or not chain.layers:
            raise Unread(f"what {target.text} stands for cannot be read", at)
        facts = LaunchFacts(called_as(self.launch, self.server, chain, target.mode), load, _app(chain))
        worker = facts.server.worker
        calls = worker.calls if worker is not None else facts.server.calls
        framework = chain.app.framework if chain.app is not None else ""
        broken = needs.lacking(facts, framework, self.versions)
        if broken is not None:
            return replace(facts, load=broken, app=None)
        if calls is Interface.UNKNOWN and (worker is None or worker.error is None):
            raise Unread(f"how {self.launch.server} calls the app cannot be read")
        if chain.app is None and not _breaks(chain, calls):
            raise Unread("no Connexion app was found behind the target", at)
        return self._down_to_connexion(facts, chain, calls, module)

    # -- what the app is made of -----------------------------------------------------------

    def _down_to_connexion(
        self, facts: LaunchFacts, chain: Chain, calls: Interface, module: Module
    ) -> LaunchFacts:
        """The stack, and all that may keep the app from coming up."""
        unread: list[str] = []
        doubts = self._while_loading(module)
        certain = next((one for one in doubts if one.certain), None)
        if certain is not None and self._own(certain.place):
            return failures.importing(
                facts, failures.certain(self.modules.root, certain.place, certain.certain)
            )
        unread += [one.told for one in doubts]
        if chain.app is not None:
            try:
                facts = self._stack(facts, chain, calls)
            except Missing as missing:
                if self.launch.origin.kind == "command-line":
                    return failures.importing(facts, failures.no_specification(self.modules.root, missing))
                unread.append(missing.told)
            except Unread as reason:
                unread.append(reason.told)
        framework = chain.app.framework if chain.app is not None else ""
        unread += needs.doubts(facts.server, framework, self.versions)
        unread += settings.doubts(self.launch, self.server, self.versions.major_of("gunicorn"))
        if chain.app is not None and calls is Interface.ASGI3:
            facts, told = self._lifespan(facts, chain.app)
            unread += told
        return replace(facts, unread=tuple(dict.fromkeys(unread)))

    def _while_loading(self, module: Module) -> list[Doubt]:
        found = list(self.imports.loaded(module, main=self.launch.server == "python"))
        for owner, function in self.objects.ran:
            found += self.imports.called(owner, function)
        return found

    def _lifespan(self, facts: LaunchFacts, app: ReadApp) -> tuple[LaunchFacts, list[str]]:
        """The app's lifespan handler, where it has one: what it may fail with when the server runs it."""
        given = argument(app.call, 99, "lifespan")
        off = any(
            setting.shown == "off"
            for name, setting in self.server.settings.items()
            if name in ("lifespan", "asgi_lifespan")
        )
        if given is None or off or self.launch.server == "daphne":
            return facts, []
        name = self.modules.names.raw(given, app.module, app.scope)
        found = self.modules.definition(name)
        if found is None or isinstance(found[1], ast.ClassDef):
            return facts, [f"what the lifespan handler {short(given)[:40]} does cannot be read"]
        return facts, [one.told for one in self.imports.called(found[0], found[1])]

    def _own(self, place: Location) -> bool:
        return not Path(place.path).is_absolute()

    def _stack(self, facts: LaunchFacts, chain: Chain, calls: Interface) -> LaunchFacts:
        """What Connexion finds when it resolves the operations, in the words in which it would raise it:
        Connexion 2 while the API is added, Connexion 3 when it builds its stack."""
        assert chain.app is not None
        apis = apis_of(chain.app, self.objects)
        facts = with_specifications(facts, apis)
        error = wrong_with(apis)
        for api in apis:
            for module in api.modules:
                for doubt in self.imports.loaded(module):
                    if error is None:
                        raise Unread(doubt.reason, doubt.place)
        if error is None or chain.layers[0].role == "inner":
            return facts
        if self.versions.major == 2:
            if error.is_a("ValueError"):
                return facts
            return failures.importing(facts, error)
        return replace(facts, call=CallFacts(calls, "read", error=error))

    def _guesses(self) -> bool:
        """Whether the server calls a function without parameters to get the app, without being told."""
        worker = self.server.worker
        return self.launch.server == "uvicorn" or (worker is not None and worker.guesses)

    def _without_module(self, target: Target) -> LaunchFacts:
        certain = self.launch.origin.kind == "command-line"
        return LaunchFacts(self.server, failures.no_module(target, self.modules, certain=certain))

    def _load(
        self,
        target: Target,
        module: Module,
        stage: str,
        *,
        error: Raised | None = None,
        found: str | None = None,
    ) -> LoadFacts:
        return LoadFacts(
            target=target.text,
            module=target.module,
            attribute=target.attribute,
            module_file=str(self.modules.root / module.path),
            stage=stage,
            error=error,
            found=found,
            names=kinds(module),
        )

    # -- Python that starts a server, and flask run ----------------------------------------

    def _of_python(self, major: int) -> LaunchFacts:
        start = python_start.find(self.launch, self.modules)
        if isinstance(start, LoadFacts):
            return LaunchFacts(self.server, start)
        try:
            chain = python_start.app_of(start, self.objects, self.modules)
            calls, starts = python_start.calls(start, chain, major)
        except python_start.Refused as reason:
            load = LoadFacts(start.described, module_file=None, stage="attribute", error=reason.error)
            return LaunchFacts(self.server, replace(load, module=start.module.names[0]))
        details = {**self.server.details, "starts": starts}
        self.server = replace(self.server, calls=calls, details=details)
        self.imports.meant = (start.module.path, start.start.line)
        target = Target(start.described, start.module.names[0], start.described, None)
        return self._judged(chain, target, start.module)

    def _of_connexion(self, major: int) -> LaunchFacts:
        load, app, api = connexion_run.read(self.launch, self.server, self.modules, major)
        self.server = replace(self.server, target=load.target, calls=app.interface)
        facts = LaunchFacts(self.server, load, app)
        framework = str(app.layers[0].detail["framework"])
        broken = needs.lacking(facts, framework, self.versions)
        if broken is not None:
            return replace(facts, load=broken, app=None)
        error = wrong_with([api])
        if error is not None and major == 2:
            return failures.importing(facts, error)
        if error is not None:
            return replace(facts, call=CallFacts(app.interface, "read", error=error))
        unread = [doubt.told for module in api.modules for doubt in self.imports.loaded(module)]
        unread += needs.doubts(self.server, framework, self.versions)
        return replace(facts, unread=tuple(unread))

    def _of_flask(self) -> LaunchFacts:
        found = flask_run.target_of(self.launch, self.server, self.environ, self.modules, self.objects)
        self.server = replace(self.server, target=found.target.text, calls=Interface.WSGI)
        if found.module is None:
            return self._without_module(found.target)
        if found.refused is not None:
            error = Raised("click.exceptions.NoAppException", found.refused)
            load = self._load(found.target, found.module, "refused", error=error)
            return LaunchFacts(self.server, load)
        assert found.chain is not None
        return self._judged(found.chain, found.target, found.module)


def _app(chain: Chain) -> AppFacts:
    outer = chain.layers[0]
    return AppFacts(outer.type, outer.interface, outer.signature or outer.interface.spoken, chain.layers)


def _breaks(chain: Chain, calls: Interface) -> bool:
    """Whether the outermost layer does not answer the way it is called."""
    return chain.layers[0].interface not in (Interface.UNKNOWN, calls)
