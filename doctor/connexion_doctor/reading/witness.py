"""A launch read from the project's files: the facts that a probe would give, as far as the files tell."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from connexion_doctor import servers
from connexion_doctor.facts.case import broken_link
from connexion_doctor.model import (
    AppFacts,
    CallFacts,
    Frame,
    Interface,
    Launch,
    LaunchFacts,
    LoadFacts,
    Location,
    Raised,
    ServerFacts,
)
from connexion_doctor.python.module import Module
from connexion_doctor.reading import imports, python_start, settings, workers
from connexion_doctor.reading.modules import LaunchModules
from connexion_doctor.reading.objects import Chain, Objects, Refused, Unread, required, shown_parameters
from connexion_doctor.reading.specification import Api, apis_of
from connexion_doctor.reading.versions import Versions
from connexion_doctor.servers import static

# hypercorn below 0.18 wants start_response called before the answer is read (hypercorn/app_wrappers.py).
HYPERCORN_BEGINS_LATE = re.compile(r"0\.(\d|1[0-7])(\.|$)")
UNREAD = "unread"  # the stage of a target that could not be read to its end; ``found`` says why
BUILD = "_build_middleware_stack"  # where Connexion 3 finds out (connexion/middleware/main.py)


@dataclass(frozen=True)
class Target:
    """Where a server would find its app: a module's file and the name in it; ``calls`` says that it calls
    what the name stands for."""

    text: str
    module: str
    attribute: str
    file: Path | None
    calls: bool = False
    arguments: tuple[ast.expr, ...] = ()


class Grammar(Exception):
    """A target that its server does not read."""

    def __init__(self, text: str, module: str, attribute: str) -> None:
        super().__init__(text)
        self.load = LoadFacts(text, module, attribute, stage="grammar")


def read(launch: Launch, versions: Versions, root: Path) -> LaunchFacts:
    """The facts of a launch, read.

    :param root: the project's folder
    """
    server = static.read(servers.get(launch.server), launch)
    modules = LaunchModules(root, _search_path(launch, server, root))
    try:
        return _Reading(launch, server, versions, modules).facts()
    except Grammar as fault:
        name = str(fault.load.module)
        file = modules.file(name)
        module = modules.module(file, name) if file is not None else None
        return LaunchFacts(server, replace(fault.load, names=_kinds(module) if module is not None else {}))
    except Unread as reason:
        told = reason.told
    except RecursionError:
        told = "its names lead in a circle, or are nested too deep to follow"
    return LaunchFacts(server, LoadFacts(str(server.target or ""), stage=UNREAD, found=told))


class _Reading:
    """One launch while it is read."""

    def __init__(
        self, launch: Launch, server: ServerFacts, versions: Versions, modules: LaunchModules
    ) -> None:
        self.launch, self.server, self.versions, self.modules = launch, server, versions, modules

    def facts(self) -> LaunchFacts:
        """All that was read; what is not certain raises ``Unread``."""
        if self.versions.major is None:
            raise Unread(f"which Connexion it runs on is not known: {self.versions.why}")
        settings.check(self.server, self.launch)
        version = (self.versions.packages or {}).get(servers.get(self.launch.server).package)
        self.server = replace(self.server, version=version)
        self.server = workers.resolved(self.server, self.modules, self.versions)
        if self.launch.server == "python":
            return self._of_python(self.versions.major)
        target = self._target()
        if target.file is None:
            return self._without_module(target)
        module = self.modules.module(target.file, target.module)
        if module is None:
            raise Unread(f"{target.file.name} cannot be read as Python")
        missing = imports.missing(module, self.modules, self.versions, self.launch.environ)
        if missing is not None:
            raise Unread(*missing)
        objects = Objects(self.modules, self.versions.major)
        try:
            chain = objects.named(module, target.attribute)
        except KeyError:
            return LaunchFacts(
                self.server, self._load(target, module, "attribute", error=_no_attribute(target))
            )
        return self._called(chain, target, module, objects)

    def _called(self, chain: Chain, target: Target, module: Module, objects: Objects) -> LaunchFacts:
        """The facts of what the target names, called where the server calls it."""
        if chain.kind == "app" and target.calls:
            raise Unread(f"{target.text} is no factory, and is called as one", Location(module.path, 1))
        if chain.kind != "function" or chain.function is None:
            return self._judged(chain, target, module)
        node = chain.function[1]
        load = replace(self._load(target, module, "loaded"), factory=shown_parameters(node))
        if not target.calls and not (self._guesses() and not required(node)):
            if required(node):  # a plain callable, or a factory that nobody can call
                raise Unread(f"{target.text} is a function of this project", module.location(node))
            made = objects.called(chain, Location(module.path, 1))
            if made.app is None:
                raise Unread(f"{target.text} is a function of this project", module.location(node))
            app = AppFacts(chain.layers[0].type, chain.layers[0].interface, None, chain.layers)
            what = AppFacts(made.layers[0].type, made.layers[0].interface, None, made.layers)
            return LaunchFacts(self.server, load, app, made=what)
        try:
            made = objects.called(chain, Location(module.path, 1), target.arguments)
        except Refused as reason:
            error = Raised("builtins.TypeError", str(reason))
            return LaunchFacts(self.server, replace(load, stage="factory", error=error, factory_called=True))
        return self._judged(made, target, module)

    def _judged(self, chain: Chain, target: Target, module: Module) -> LaunchFacts:
        """The facts of an object that the server calls."""
        at = Location(module.path, 1)
        if chain.kind == "none":
            load = replace(self._load(target, module, "callable", found="None"), factory_called=target.calls)
            return LaunchFacts(self.server, load)
        if chain.kind != "app":
            raise Unread(f"what {target.text} stands for cannot be read", at)
        outer = chain.layers[0]
        app = AppFacts(outer.type, outer.interface, outer.interface.spoken, chain.layers)
        load = replace(self._load(target, module, "loaded"), factory_called=target.calls)
        facts = LaunchFacts(self._calling(outer.interface), load, app)
        calls = facts.server.worker.calls if facts.server.worker is not None else facts.server.calls
        if calls is Interface.UNKNOWN:
            raise Unread(f"how {self.launch.server} calls the app cannot be read")
        if chain.app is None:
            raise Unread("no Connexion app was found behind the target", at)
        if broken_link(chain.layers, calls) is not None or outer.role == "inner":
            return facts  # that decides, whatever else there is
        self._needs(chain)
        error = self._stack(chain)
        if error is None:
            return facts
        if self.versions.major == 2:  # resolved while the module is imported
            return LaunchFacts(facts.server, replace(load, stage="import", error=error))
        return replace(facts, call=CallFacts(calls, "read", error=error))

    def _stack(self, chain: Chain) -> Raised | None:
        """What Connexion would raise over its specifications, in its words."""
        assert chain.app is not None
        apis = apis_of(chain.app, self.modules)
        for api in apis:
            for wrote, looked in api.unresolved:
                return _unresolved(wrote, looked, api)
        bases = [api.base_path.rstrip("/") for api in apis if not api.named]
        twice = next((base for base in bases if bases.count(base) > 1), None)
        if twice is None:
            return None
        message = f"The name {twice or '/'!r} is already registered for a different blueprint."
        return Raised("builtins.ValueError", message, (_frame(apis[-1]),))

    def _needs(self, chain: Chain) -> None:
        """The packages that the app cannot do without, where an environment tells what is there."""
        flask = chain.app is not None and chain.app.framework == "flask" and self.versions.major == 3
        if flask and not self.versions.flask_is_whole():
            raise Unread("FlaskApp needs connexion[flask], which is neither installed nor asked for whole")
        program = servers.get(self.launch.server).package
        if program not in ("", "python") and self.versions.lacks(program):
            raise Unread(f"{program} is not installed in this environment")

    def _calling(self, outer: Interface) -> ServerFacts:
        """The server's facts, where how it calls the app follows from the app."""
        if self.launch.server == "hypercorn" and "interface" not in self.server.details:
            old = HYPERCORN_BEGINS_LATE.match(self.server.version or "") is not None
            return replace(self.server, calls=outer, details={**self.server.details, "start_at_once": old})
        if self.launch.server == "granian" and "interface" not in self.server.settings:
            return replace(self.server, calls=Interface.RSGI)  # granian/cli.py: its own interface
        return self.server

    def _guesses(self) -> bool:
        """Whether the server calls a function without parameters to get the app, without being told."""
        worker = self.server.worker
        return self.launch.server == "uvicorn" or (worker is not None and "UvicornWorker" in worker.asked)

    # -- the target ------------------------------------------------------------------------

    def _target(self) -> Target:
        text = self.server.target
        if not text:
            raise Unread("which app is served cannot be read")
        if self.launch.server == "hypercorn" and text.partition(":")[0] in ("asgi", "wsgi"):
            told = Interface.ASGI3 if text.startswith("asgi:") else Interface.WSGI
            text = text.partition(":")[2]
            self.server = replace(self.server, calls=told, details={"interface": told.value})
        server = servers.get(self.launch.server)
        module, colon, attribute = text.partition(":")
        named = self.server.settings.get("callable")
        if self.launch.server == "uwsgi" and not colon and named is not None:
            colon, attribute = ":", named.shown
        calls = attribute.endswith(")") or "factory" in self.server.settings or "call" in self.server.settings
        if not colon:
            if server.default_attribute is None:
                raise Unread(f"which object of {text} is served cannot be read")
            attribute = server.default_attribute
        name, arguments = _call_in(attribute)
        if not all(part.isidentifier() for part in name.split(".")) or not module.strip():
            raise Unread(f"the target {text} cannot be read")
        if name != attribute and not server.calls_factory:
            raise Grammar(text, module, attribute)
        if "." in name and self.launch.server == "gunicorn":
            raise Grammar(text, module, attribute)
        if module.endswith(".py") or "/" in module:
            file = Path(self.launch.directory, module)
            return Target(text, Path(module).stem, name, file if file.is_file() else None, calls, arguments)
        return Target(text, module, name, self.modules.file(module), calls, arguments)

    def _without_module(self, target: Target) -> LaunchFacts:
        """No file of that name: the project's own module is missing, or it is somebody else's."""
        first = target.module.partition(".")[0]
        for folder in self.modules.folders:
            if (folder / "src" / first).exists() or (folder / "src" / f"{first}.py").exists():
                raise Unread(f"{first} is found in {folder.name}/src only where the project is installed")
        inside = self.modules.file(first) is not None or self.modules.is_folder(first)
        if not inside and self.launch.origin.kind != "command-line":
            raise Unread(f"the module {target.module} is not in this project")
        similar = sorted({path.stem for folder in self.modules.folders for path in folder.glob("*.py")})
        error = Raised("builtins.ModuleNotFoundError", f"No module named {target.module!r}")
        load = LoadFacts(
            target.text,
            target.module,
            target.attribute,
            stage="module",
            error=error,
            similar_modules=tuple(similar),
        )
        return LaunchFacts(self.server, load)

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
            names=_kinds(module),
        )

    # -- Python that starts a server -------------------------------------------------------

    def _of_python(self, major: int) -> LaunchFacts:
        start = python_start.find(self.launch, self.modules)
        odd = [name for name, value in self.launch.environ.items() if not value.isdigit()]
        told = next((name for name in odd if name in start.module.source.text), None)
        if told is not None:
            raise Unread(f"what the script makes of {told} is not read", Location(start.module.path, 1))
        missing = imports.missing(
            start.module, self.modules, self.versions, self.launch.environ, served=False
        )
        if missing is not None:
            raise Unread(*missing)
        objects = Objects(self.modules, major)
        chain = python_start.app_of(start, objects, self.modules)
        calls, starts = python_start.calls(start, chain, major)
        details = {**self.server.details, "starts": starts}
        self.server = replace(self.server, calls=calls, details=details)
        target = Target(start.described, start.module.names[0], start.described, None)
        return self._judged(chain, target, start.module)


def _search_path(launch: Launch, server: ServerFacts, root: Path) -> Sequence[Path]:
    """``sys.path`` as far as it lies in the project, in the order in which it is looked through."""
    here = Path(launch.directory)
    for name in ("chdir", "app_dir", "working_dir"):
        given = server.settings.get(name)
        if given is not None and isinstance(given.value, str):
            here = here / given.value  # in the place of the working directory
    found: list[Path] = []
    given = server.settings.get("pythonpath")
    entries = str(given.value).split(",") if given is not None else []
    entries += launch.environ.get("PYTHONPATH", "").split(":")
    found.append(here)
    found += [here / entry for entry in entries if entry]
    return list(dict.fromkeys(folder.resolve() for folder in found))


def _call_in(attribute: str) -> tuple[str, tuple[ast.expr, ...]]:
    """``name`` or ``name(literal, ...)``: the name, and what it is called with.

    :raises Unread: something else
    """
    try:
        node = ast.parse(attribute.strip(), mode="eval").body
    except SyntaxError:
        raise Unread(f"{attribute} in the target cannot be read") from None
    if not isinstance(node, ast.Call):
        return attribute, ()
    literal = all(isinstance(one, ast.Constant) for one in node.args) and not node.keywords
    if not literal or not isinstance(node.func, ast.Name):
        raise Unread(f"{attribute} in the target cannot be read")
    return node.func.id, tuple(node.args)


def _no_attribute(target: Target) -> Raised:
    message = f"module {target.module!r} has no attribute {target.attribute!r}"
    return Raised("builtins.AttributeError", message)


def _kinds(module: Module) -> dict[str, str]:
    """The names that may have been meant, those that are Connexion apps first."""
    found = {}
    for name, bindings in module.scope.bindings.items():
        last = bindings[-1]
        if name.startswith("_") or last.kind == "import":
            continue
        made = last.value is not None and "App(" in module.text(last.value)
        found[name] = "connexion" if made else "factory" if last.kind == "def" else "other"
    return dict(sorted(found.items(), key=lambda item: item[1] != "connexion"))


def _unresolved(wrote: str, looked: str, api: Api) -> Raised:
    return Raised(
        "connexion.exceptions.ResolverError",
        f'Cannot resolve operationId "{looked}"!',
        (_frame(api),),
        attributes={"operation_written": wrote, "operation_looked_for": looked},
    )


def _frame(api: Api) -> Frame:
    return Frame(str(api.path), 1, BUILD)
