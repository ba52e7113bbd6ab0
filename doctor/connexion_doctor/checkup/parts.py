"""The services of a project, each with its code and with what its starts get installed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from dataclasses import replace
from functools import cached_property
from pathlib import Path

from connexion_doctor.checkup.home import Home
from connexion_doctor.environment import own
from connexion_doctor.environment.interpreters import DOCTORS_OWN
from connexion_doctor.foundation.late import dataclass
from connexion_doctor.launches.project import Project
from connexion_doctor.model import Environment, Launch
from connexion_doctor.python import Sources
from connexion_doctor.requirements.connexion import connexion_of
from connexion_doctor.requirements.declarations import Declaration
from connexion_doctor.requirements.installation import Installation


class Places:
    """Where the files of a project lie: each in the innermost of the services around it."""

    def __init__(self, project: Project) -> None:
        self._project = project
        services = project.discovery.services
        self.every = frozenset(_root(one.root) for one in services)
        self.using = frozenset(_root(one.root) for one in services if one.uses_connexion)

    def sources(self, root: str) -> Sources:
        """The Python of the service in a folder, and the files of containers that may start it: they stand
        in its folder, or above it, and not in that of another service. So do its specifications; or they name
        its functions."""
        whole = self._project.sources
        if self.using == {""}:
            return whole
        around = [one for one in self._containers if _inside(f"{root}/", one)]
        containers = {path: whole.containers[path] for one in around for path in self._containers[one]}
        above = (root, *(folder.as_posix() for folder in Path(root).parents))
        paths = {path for one in above for path in self._specifications.get(_root(one), ())}
        return replace(
            whole,
            modules=whole.modules.only(self._modules.get(root, ())),
            containers=containers,
            specifications=whole.specifications.only(paths),
            body_names=tuple(one for one in whole.body_names if one.path in paths),
        )

    @cached_property
    def _modules(self) -> dict[str, list[str]]:
        return _by_home(self._project.sources.modules.paths, self.using)

    @cached_property
    def _specifications(self) -> dict[str, list[str]]:
        whole = self._project.sources
        found = _by_home(whole.specifications, self.using)
        homes = {path: home for home, paths in self._modules.items() for path in paths}
        for one in whole.specifications.with_several_types:
            for path in whole.files_of_handler(one.handler):
                if path in homes:
                    found.setdefault(homes[path], []).append(one.specification)
        return found

    @cached_property
    def _containers(self) -> dict[str, list[str]]:
        return _by_home(self._project.sources.containers, self.every)


@dataclass(frozen=True)
class Part:
    """A service: its folder, its code, what its starts get installed, and the environment that was looked
    at."""

    root: str
    places: Places
    installations: tuple[Installation, ...]
    environment: Environment | None

    @property
    def sources(self) -> Sources:
        """The Python of the service."""
        return self.places.sources(self.root)

    def beside(self, project: Project, installation: Installation) -> tuple[Declaration, ...]:
        """What other files of the same folder ask for, where no image says which of them is installed; a
        ``setup.py`` beside a list of requirements is installed by nothing."""
        if installation.by == "image":
            return ()
        own = {*installation.files, *(one.path for one in installation.behind)}
        folder = installation.path.rpartition("/")[0]
        return tuple(
            one
            for one in project.installations.files.declared.requirements
            if one.path not in own and one.path.rpartition("/")[0] == folder and not one.group
            if installation.by != "requirements" or not one.path.endswith(("setup.py", "setup.cfg"))
        )


def parts(project: Project, homes: Sequence[Home], environment: Environment | None) -> list[Part]:
    """The services that use Connexion.

    :param environment: the one that was looked at where no launch was
    """
    places = Places(project)
    roots = places.using
    found = []
    services = [_service(home.launch, roots, project.root) for home in homes]
    for root in sorted(roots):
        mine = [home for home, service in zip(homes, services, strict=True) if service == root]
        made = [home.installation for home in mine if home.installation is not None]
        known = tuple(dict.fromkeys(made)) or _of_code(root, project, homes)
        looked_at = mine[0].environment if mine else homes[0].environment if homes else environment
        if looked_at is not None and (not looked_at.executable or _is_not_ours(looked_at, known)):
            looked_at = None
        found.append(Part(root, places, known, looked_at))
    return found


def _of_code(root: str, project: Project, homes: Sequence[Home]) -> tuple[Installation, ...]:
    """What is installed for code that no start of its own runs: what its folder asks for; where it asks for
    no Connexion, that of the starts beside it, whose images it goes into, where they agree on the major."""
    own = project.installations.of_folder(root)
    others = {home.installation: None for home in homes if home.installation is not None}
    asking = [one for one in others if "connexion" in one.packages] if "connexion" not in own.packages else []
    agree = len({connexion_of(one).major for one in asking}) == 1
    return (asking[0],) if agree else (own,)


def _is_not_ours(environment: Environment, installations: Sequence[Installation]) -> bool:
    """Whether it is the doctor's own environment, and cannot be that of a service."""
    return environment.how == DOCTORS_OWN and bool(own.why_not(environment.packages, installations[0]))


def _service(launch: Launch, roots: Set[str], top: Path) -> str:
    """The service of a launch: that of the folder that it runs in, else that of its file."""
    try:
        folder = Path(launch.directory).relative_to(top).as_posix()
    except ValueError:
        folder = (launch.origin.path or "").rpartition("/")[0]
    folder = _root(folder)
    above = [root for root in roots if folder == root or _inside(folder, root)]
    return max(above, key=len, default="")


def _by_home(paths: Iterable[str], folders: Set[str]) -> dict[str, list[str]]:
    """Files by the innermost of the folders that they lie in; by none where they are in none of them."""
    found: dict[str, list[str]] = {}
    for path in paths:
        folder = path.rpartition("/")[0]
        while folder and folder not in folders:
            folder = folder.rpartition("/")[0]
        found.setdefault(folder, []).append(path)
    return found


def _root(name: str) -> str:
    return "" if name == "." else name


def _inside(path: str, folder: str) -> bool:
    return not folder or path.startswith(folder + "/")
