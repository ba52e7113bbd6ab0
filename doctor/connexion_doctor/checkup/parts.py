"""The services of a project, each with its code and with what its starts get installed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from connexion_doctor.facts.case import Case
from connexion_doctor.foundation.late import dataclass
from connexion_doctor.launches.project import Project
from connexion_doctor.model import Environment
from connexion_doctor.python import Sources
from connexion_doctor.requirements.declarations import Declaration
from connexion_doctor.requirements.installation import Installation


@dataclass(frozen=True)
class Part:
    """A service: its folder, what its starts get installed, and the environment that was looked at.

    ``inner`` are the folders of services inside of it, whose code is not its own.
    """

    root: str
    inner: tuple[str, ...]
    installations: tuple[Installation, ...]
    environment: Environment | None

    def sources(self, project: Project) -> Sources:
        """The Python of the service."""
        if not self.root and not self.inner:
            return project.sources
        return replace(project.sources, modules=project.sources.modules.within(self._owns))

    def _owns(self, path: str) -> bool:
        return _inside(path, self.root) and not any(_inside(path, one) for one in self.inner)

    def beside(self, project: Project, installation: Installation) -> tuple[Declaration, ...]:
        """What other files of the same folder ask for, where no image says which of them is installed."""
        if installation.by == "image":
            return ()
        own = {*installation.files, *(one.path for one in installation.behind)}
        folder = installation.path.rpartition("/")[0]
        return tuple(
            one
            for one in project.installations.files.declared.requirements
            if one.path not in own and one.path.rpartition("/")[0] == folder and not one.group
        )


def parts(project: Project, cases: Sequence[Case], environment: Environment | None) -> list[Part]:
    """The services that use Connexion.

    :param environment: the one that was looked at where no launch was
    """
    roots = {_root(service.root) for service in project.discovery.services if service.uses_connexion}
    found = []
    of_case = {id(case): _service(case, roots, project.root) for case in cases}
    for root in sorted(roots):
        mine = [case for case in cases if of_case[id(case)] == root]
        made = [case.installation for case in mine if case.installation is not None]
        known = tuple(dict.fromkeys(made)) or (project.installations.of_folder(root),)
        looked_at = mine[0].environment if mine else cases[0].environment if cases else environment
        if looked_at is not None and not looked_at.executable:
            looked_at = None
        inner = tuple(one for one in roots if one != root and _inside(one, root))
        found.append(Part(root, inner, known, looked_at))
    return found


def _service(case: Case, roots: set[str], top: Path) -> str:
    """The service of a launch: that of the folder that it runs in, else that of its file."""
    try:
        folder = Path(case.launch.directory).relative_to(top).as_posix()
    except ValueError:
        folder = (case.launch.origin.path or "").rpartition("/")[0]
    folder = _root(folder)
    above = [root for root in roots if folder == root or _inside(folder, root)]
    return max(above, key=len, default="")


def _root(name: str) -> str:
    return "" if name == "." else name


def _inside(path: str, folder: str) -> bool:
    return not folder or path.startswith(folder + "/")
