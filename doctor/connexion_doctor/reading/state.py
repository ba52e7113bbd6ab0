"""One launch while it is read: what is known of it, and what every step of the reading asks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from connexion_doctor import servers
from connexion_doctor.foundation.late import dataclass
from connexion_doctor.model import Launch, LaunchFacts, LoadFacts, Raised, ServerFacts
from connexion_doctor.model.numbers import whole_number
from connexion_doctor.python.module import Module
from connexion_doctor.reading import failures
from connexion_doctor.reading.doubts import Doubt
from connexion_doctor.reading.imports import Imports
from connexion_doctor.reading.libraries import Libraries
from connexion_doctor.reading.made_elsewhere import made_elsewhere
from connexion_doctor.reading.modules import LaunchModules
from connexion_doctor.reading.names import kinds
from connexion_doctor.reading.objects import Objects
from connexion_doctor.reading.packages import importable
from connexion_doctor.reading.targets import Target
from connexion_doctor.reading.versions import Versions
from connexion_doctor.requirements.specifiers import Range


@dataclass(frozen=True)
class Surroundings:
    """What a launch is read in: the project's folder, the variables that are set."""

    root: Path
    environ: Mapping[str, str]


class Reading:
    """One launch while it is read."""

    def __init__(
        self,
        launch: Launch,
        server: ServerFacts,
        versions: Versions,
        modules: LaunchModules,
        around: Surroundings,
    ) -> None:
        versions = versions.with_packages(_brought(launch, server))
        self.launch, self.server, self.versions, self.modules = launch, server, versions, modules
        self.named: Module | None = None  # what an import string in a script names: its server loads it
        self.named_in_loop = False
        self.environ = {**around.environ, **launch.environ}
        modules.directory, modules.environ, modules.here = Path(launch.directory), self.environ, launch.here
        modules.python = versions.python
        modules.given = frozenset(launch.given) - self.environ.keys()
        brought = versions.extras | ({"flask"} if versions.major == 2 else set())
        packages = {**dict.fromkeys(brought, ""), **(versions.packages or {})}
        is_there = importable(packages, versions.paths)
        modules.is_there = is_there
        modules.path_is_known = launch.origin.kind == "command-line"  # elsewhere PYTHONPATH may be set
        self.objects = Objects(modules, versions.major or 3)
        self.objects.main = launch.server == "python"
        connexion = (versions.packages or {}).get("connexion", "")
        self.imports = Imports(
            self.objects.values,
            self.environ,
            is_there,
            Libraries(versions.paths, versions.python, connexion),
            lambda file: made_elsewhere(file, launch, around.root),
            major=versions.major or 3,
            main=self.objects.main,
            in_loop=self._loads_in_loop(),
        )

    def load(
        self,
        target: Target,
        module: Module,
        stage: str,
        *,
        error: Raised | None = None,
        found: str | None = None,
    ) -> LoadFacts:
        """How far the load of a target came; the stages are those of the probe."""
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

    def without_module(self, target: Target) -> LaunchFacts:
        """The facts of a launch whose module is in no folder that it looks in."""
        certain = self.launch.origin.kind == "command-line"
        return LaunchFacts(self.server, failures.no_module(target, self.modules, certain=certain))

    def while_loading(self, module: Module) -> list[Doubt]:
        """What may keep the module, and the factories that were called, from loading."""
        found = list(self.imports.loaded(module, main=self.launch.server == "python"))
        if self.named is not None:
            self.imports.in_loop = self.named_in_loop
            if self.named is module:  # what runs as __main__ is imported again, by its name
                self.imports.forget(module)
            found += self.imports.loaded(self.named)
            self.imports.in_loop = False
        for owner, function in {id(node): (owner, node) for owner, node, _ in self.objects.ran}.values():
            found += self.imports.called(owner, function)
        for taken in self.modules.taken:  # where it raises, something else is taken instead
            found += (replace(one, certain="") for one in self.imports.loaded(taken))
        return found

    def has(self, package: str) -> bool | None:
        """Whether a package is there; None where no environment tells, and nothing asks for it."""
        if self.versions.installed:
            return not self.versions.lacks(package)
        return True if self.versions.asks_for(package) else None

    def _loads_in_loop(self) -> bool:
        """Whether the server loads the app in an event loop that runs: uvicorn in its workers, and before
        0.47 wherever it does (``uvicorn/main.py``)."""
        if self.launch.server != "uvicorn":
            return False
        settings = self.server.settings
        workers = (
            settings["workers"].shown if "workers" in settings else self.environ.get("WEB_CONCURRENCY", "1")
        )
        return "reload" in settings or (whole_number(workers) or 1) > 1 or self.loads_late()

    def loads_late(self) -> bool:
        """Whether uvicorn leaves it to its event loop to load the app, whatever it is given."""
        version = (self.versions.packages or {}).get("uvicorn", "")
        return bool(version) and Range("<0.47").contains(version)

    def guesses(self) -> bool:
        """Whether the server calls a function without parameters to get the app, without being told."""
        worker = self.server.worker
        return self.launch.server == "uvicorn" or (worker is not None and worker.guesses)


def _brought(launch: Launch, server: ServerFacts) -> list[str]:
    """The packages that a base image has for the start which it makes by itself: its words stand nowhere."""
    words = launch.command.words
    if launch.stage is None or not words or any(word.location is not None for word in words):
        return []
    worker = server.worker.asked if server.worker is not None else ""
    return [servers.get(server.name).package, *(["uvicorn"] if worker.startswith("uvicorn.") else [])]
