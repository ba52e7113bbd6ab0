"""The project as a whole: how it is started, and what its code and its requirements say."""

from __future__ import annotations

import ast
from collections.abc import Collection, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from connexion_doctor.discovery.find import again, discover
from connexion_doctor.discovery.found import Discovery
from connexion_doctor.discovery.services import Services
from connexion_doctor.discovery.tree import Tree
from connexion_doctor.foundation.late import dataclass
from connexion_doctor.model import Launch

if TYPE_CHECKING:
    from connexion_doctor.python import Sources
    from connexion_doctor.python.contents import Contents
    from connexion_doctor.requirements.installs import Installations

APPS = frozenset({"connexion.FlaskApp()", "connexion.AsyncApp()", "connexion.AioHttpApp()"})


@dataclass(frozen=True)
class Project:
    """A project folder that was walked once; its code is read when somebody asks for it."""

    root: Path
    discovery: Discovery
    tree: Tree
    services: Services

    def over(self, changed: Collection[str]) -> Project:
        """The same project with other contents of some files (relative paths): an overlay has them.

        What cached properties keep is handed on where it is the same.
        """
        from connexion_doctor.python.project import matters
        from connexion_doctor.requirements.installs import Installations

        made = replace(self, tree=self.tree.over(changed))
        made.__dict__["installations"] = Installations(
            self.installations.files.over(changed), lambda: made.tree
        )
        if "sources" in self.__dict__ and not any(matters(path) for path in changed):
            made.__dict__["sources"] = self.sources
        return made

    def again(self, launch: Launch) -> list[Launch]:
        """The launches of the one file that a launch was read in."""
        return again(self.discovery, self.tree, self.services, launch)

    @cached_property
    def sources(self) -> Sources:
        """The Python that has to do with Connexion."""
        from connexion_doctor.python import read_project

        return read_project(self.root, self.discovery.files, self.contents)

    @cached_property
    def contents(self) -> Contents:
        """The bytes of its files."""
        from connexion_doctor.model.quiet import MARK
        from connexion_doctor.python.contents import Contents

        return Contents(self.root, MARK.encode())

    @cached_property
    def installations(self) -> Installations:
        """What its starts get installed."""
        from connexion_doctor.requirements.files import RequirementFiles
        from connexion_doctor.requirements.installs import Installations

        return Installations(RequirementFiles(self.root, self.discovery.files), lambda: self.tree)

    def uses_connexion(self) -> bool:
        """Whether anything in it has to do with Connexion."""
        return any(service.uses_connexion for service in self.discovery.services)

    def app_objects(self) -> list[str]:
        """Targets of the Connexion apps that stand at the top level of the project's modules."""
        found = []
        for module in self.sources.modules:
            for node in module.tree.body:
                if not isinstance(node, ast.Assign) or not isinstance(node.targets[0], ast.Name):
                    continue
                if self.sources.names.value(node.value, module, module.scope) in APPS and module.names:
                    found.append(f"{module.names[0]}:{node.targets[0].id}")
        return found


def read(root: Path, exclude: Sequence[str]) -> Project:
    """Walk over a project once and find its starts."""
    tree = Tree(root, exclude)
    services = Services(tree)
    return Project(root, discover(root, tree=tree, services=services), tree, services)
