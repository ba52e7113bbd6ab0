"""What is said of a project as a whole: its files, its code, its versions, and the plan of an upgrade."""

from __future__ import annotations

from collections.abc import Sequence

from connexion_doctor.launches.project import Project
from connexion_doctor.model import Environment, Finding
from connexion_doctor.model.source import MOST_BYTES, Source, read_source
from connexion_doctor.rules import migration, versions
from connexion_doctor.rules import project as of_projects
from connexion_doctor.rules.migration import Plan, make_plan
from connexion_doctor.rules.versions import Requirements, uses_of
from connexion_doctor.screening.comments import MARK


def findings(project: Project, environment: Environment | None, target_version: int | None) -> list[Finding]:
    """What the rules about a project say."""
    found = [one for rule in of_projects.RULES for one in rule.run(project.discovery)]
    if not project.uses_connexion():
        return found
    asked = _asked(project, environment, target_version)
    found += migration.check_project(project.sources, asked, target_version)
    return found + versions.check_versions(asked)


def about_code(
    project: Project, environment: Environment | None, target_version: int | None
) -> list[Finding]:
    """What the rules about the project's code say, and no others."""
    return migration.check_project(
        project.sources, _asked(project, environment, target_version), target_version
    )


def _asked(project: Project, environment: Environment | None, target_version: int | None) -> Requirements:
    return Requirements(environment, project.declared, uses_of(project.sources), target_version)


def plan(found: Sequence[Finding], starts: Sequence[str] = ()) -> Plan:
    """The upgrade to Connexion 3, step by step. ``starts`` are those that call WSGI today."""
    return make_plan([finding for finding in found if finding.code[:4] in ("CXD4", "CXD5")], starts)


def marked(project: Project) -> dict[str, Source]:
    """The files that may hold comments for the doctor, by the path that locations give."""
    found = {}
    for path in project.paths:
        name = path.relative_to(project.root).as_posix()
        try:
            worth = path.stat().st_size <= MOST_BYTES and MARK in path.read_bytes()
        except OSError:
            continue
        source = read_source(path, name) if worth else None
        if source is not None:
            found[name] = source
    return found
