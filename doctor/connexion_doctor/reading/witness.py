"""A launch read from the project's files: the facts that a probe would give, as far as the files tell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from connexion_doctor import servers
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
from connexion_doctor.reading import python_start
from connexion_doctor.reading.modules import LaunchModules
from connexion_doctor.reading.objects import Chain, Objects, Unread
from connexion_doctor.reading.specification import Api, apis_of
from connexion_doctor.reading.versions import Versions
from connexion_doctor.servers import static

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


def read(launch: Launch, versions: Versions, root: Path) -> LaunchFacts:
    """The facts of a launch, read.

    :param root: the project's folder
    """
    server = static.read(servers.get(launch.server), launch)
    modules = LaunchModules(root, _search_path(launch, server, root))
    try:
        return _Reading(launch, server, versions, modules).facts()
    except Unread as reason:
        load = LoadFacts(str(server.target or ""), stage=UNREAD, found=reason.told)
        return LaunchFacts(server, load)


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
        if self.launch.server == "python":
            return self._of_python(self.versions.major)
        target = self._target()
        if target.file is None:
            return self._without_module(target)
        module = self.modules.module(target.file, target.module)
        if module is None:
            raise Unread(f"{target.file.name} cannot be read as Python")
        objects = Objects(self.modules, self.versions.major)
        try:
            chain = objects.named(module, target.attribute)
        except KeyError:
            return LaunchFacts(
                self.server, self._load(target, module, "attribute", error=_no_attribute(target))
            )
        if (
            target.calls
            and chain.kind in ("function", "class")
            or chain.kind == "function"
            and self._guesses()
        ):
            chain = objects.called(chain, Location(module.path, 1))
        return self._judged(chain, target, module)

    def _judged(self, chain: Chain, target: Target, module: Module) -> LaunchFacts:
        if chain.kind in ("none", "other"):
            found = "None" if chain.kind == "none" else "an object that cannot be called"
            if chain.kind == "other":
                raise Unread(f"what {target.text} stands for cannot be read", Location(module.path, 1))
            return LaunchFacts(self.server, self._load(target, module, "callable", found=found))
        if chain.kind in ("function", "class"):
            raise Unread(f"{target.text} is a {chain.kind} of this project", Location(module.path, 1))
        outer = chain.layers[0]
        app = AppFacts(outer.type, outer.interface, outer.interface.spoken, chain.layers)
        load = replace(self._load(target, module, "loaded"), factory_called=target.calls)
        facts = LaunchFacts(self._calling(outer.interface), load, app)
        calls = facts.server.worker.calls if facts.server.worker is not None else facts.server.calls
        if calls is Interface.UNKNOWN:
            raise Unread(f"how {self.launch.server} calls the app cannot be read")
        if chain.app is None:
            raise Unread("no Connexion app was found behind the target", Location(module.path, 1))
        self._needs(chain)
        if self.versions.major == 3 and outer.role != "inner":
            return replace(facts, call=self._stack(chain, calls))
        return facts

    def _stack(self, chain: Chain, calls: Interface) -> CallFacts | None:
        """What Connexion 3 would find when it builds its stack, in the words in which it would raise it."""
        assert chain.app is not None
        apis = apis_of(chain.app, self.modules)
        for api in apis:
            for wrote, looked in api.unresolved:
                return CallFacts(calls, "read", error=_unresolved(wrote, looked, api))
        bases = [api.base_path.rstrip("/") for api in apis if not api.named]
        twice = next((base for base in bases if bases.count(base) > 1), None)
        if twice is not None:
            message = f"The name {twice or '/'!r} is already registered for a different blueprint."
            return CallFacts(calls, "read", error=Raised("builtins.ValueError", message, (_frame(apis[-1]),)))
        return None

    def _needs(self, chain: Chain) -> None:
        """The packages that the app cannot do without, where an environment tells what is there."""
        flask = chain.app is not None and chain.app.framework == "flask" and self.versions.major == 3
        if flask and (self.versions.lacks("flask") or self.versions.lacks("a2wsgi")):
            raise Unread("FlaskApp needs connexion[flask], which is not whole in this environment")
        program = servers.get(self.launch.server).package
        if program not in ("", "python") and self.versions.lacks(program):
            raise Unread(f"{program} is not installed in this environment")
        worker = self.server.worker
        asked = worker.asked.partition(".")[0].replace("_", "-") if worker is not None else ""
        if asked in ("uvicorn-worker", "uvicorn", "gevent") and self.versions.lacks(asked):
            raise Unread(f"the worker's package {asked} is not installed in this environment")
        gunicorn = (self.versions.packages or {}).get("gunicorn", "")
        major = int(gunicorn.partition(".")[0]) if gunicorn[:1].isdigit() else None
        if worker is not None and worker.asked == "asgi" and major is not None and major < 24:
            raise Unread(f"gunicorn {gunicorn} may have no worker called asgi")

    def _calling(self, outer: Interface) -> ServerFacts:
        """The server's facts, where how it calls the app follows from the app."""
        if self.launch.server == "hypercorn" and "interface" not in self.server.settings:
            return replace(self.server, calls=outer)
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
        server = servers.get(self.launch.server)
        module, colon, attribute = text.partition(":")
        calls = (
            attribute.endswith("()") or "factory" in self.server.settings or "call" in self.server.settings
        )
        if not colon:
            if server.default_attribute is None:
                raise Unread(f"which object of {text} is served cannot be read")
            attribute = server.default_attribute
        name = attribute.removesuffix("()")
        if not all(part.isidentifier() for part in name.split(".")) or not module.strip():
            raise Unread(f"the target {text} cannot be read")
        if attribute.endswith("()") and not server.calls_factory:
            raise Unread(f"{self.launch.server} may not take {text} for a call")
        if module.endswith(".py") or "/" in module:
            file = Path(self.launch.directory, module)
            return Target(text, Path(module).stem, name, file if file.is_file() else None, calls)
        return Target(text, module, name, self.modules.file(module), calls)

    def _without_module(self, target: Target) -> LaunchFacts:
        """No file of that name: the project's own module is missing, or it is somebody else's."""
        first = target.module.partition(".")[0]
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
    found: list[Path] = []
    for name in ("chdir", "app_dir", "working_dir"):
        given = server.settings.get(name)
        if given is not None and isinstance(given.value, str):
            found.append(here / given.value)
    given = server.settings.get("pythonpath")
    entries = str(given.value).split(",") if given is not None else []
    entries += launch.environ.get("PYTHONPATH", "").split(":")
    found.append(here)
    found += [here / entry for entry in entries if entry]
    found += [folder / "src" for folder in (here, root) if (folder / "src").is_dir()]
    return list(dict.fromkeys(folder.resolve() for folder in found))


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
