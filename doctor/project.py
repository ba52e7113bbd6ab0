"""The project as a whole: how it is started, and what its code and its requirements say."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from doctor.discovery import Discovery, discover
from doctor.model import Environment, Finding
from doctor.text import MOST_BYTES, Source, read_source

if TYPE_CHECKING:
    from doctor.rules.migration import Plan
    from doctor.rules.versions import Requirements
    from doctor.source import Sources
    from doctor.source.requirements import Declared

APPS = frozenset({"connexion.FlaskApp()", "connexion.AsyncApp()", "connexion.AioHttpApp()"})


@dataclass(frozen=True)
class Project:
    """A project folder that was walked once; its code is read when somebody asks for it."""

    root: Path
    discovery: Discovery

    @cached_property
    def paths(self) -> list[Path]:
        """Every file of the project, as an absolute path."""
        return [self.root / name for name in self.discovery.files]

    @cached_property
    def sources(self) -> Sources:
        """The Python that has to do with Connexion."""
        from doctor.source import read_project

        return read_project(self.root, self.paths)

    @cached_property
    def declared(self) -> Declared:
        """What the project's files ask to be installed."""
        from doctor.source import requirements

        return requirements.read(self.root, self.paths)

    def uses_connexion(self) -> bool:
        """Whether anything in it has to do with Connexion."""
        return any(service.uses_connexion for service in self.discovery.services)

    def marked(self) -> dict[str, Source]:
        """The files that may hold comments for the doctor, by the path that locations give."""
        from doctor.suppression import MARK

        found = {}
        for path in self.paths:
            name = path.relative_to(self.root).as_posix()
            try:
                worth = path.stat().st_size <= MOST_BYTES and MARK in path.read_bytes()
            except OSError:
                continue
            source = read_source(path, name) if worth else None
            if source is not None:
                found[name] = source
        return found

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

    def requirements(self, environment: Environment | None, target_version: int | None) -> Requirements:
        """What version rules look at."""
        from doctor.rules.versions import Requirements, uses_of

        return Requirements(environment, self.declared, uses_of(self.sources), target_version)

    def findings(self, environment: Environment | None, target_version: int | None) -> list[Finding]:
        """What the rules about a project say: its files, its code, its versions."""
        from doctor.rules import migration, project, versions

        asked = self.requirements(environment, target_version)
        found = [one for rule in project.RULES for one in rule.run(self.discovery)]
        if not self.uses_connexion():
            return found
        found += migration.check_project(self.sources, asked, target_version)
        return found + versions.check_versions(asked)

    def plan(self, findings: Sequence[Finding], starts: Sequence[str] = ()) -> Plan:
        """The upgrade to Connexion 3, step by step. ``starts`` are those that call WSGI today."""
        from doctor.rules.migration import make_plan

        return make_plan([finding for finding in findings if finding.code[:4] in ("CXD4", "CXD5")], starts)


def read(root: Path, exclude: Sequence[str]) -> Project:
    """Walk over a project once and find its starts."""
    return Project(root, discover(root, exclude=exclude))
