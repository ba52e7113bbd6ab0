"""What is said of a project as a whole: its files, its code, its versions, and the plan of an upgrade."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from connexion_doctor.checkup.home import Home
from connexion_doctor.checkup.parts import parts
from connexion_doctor.foundation.late import dataclass
from connexion_doctor.launches.project import Project
from connexion_doctor.model import Environment, Finding
from connexion_doctor.model.source import Source, read_source
from connexion_doctor.probe.together import at_once
from connexion_doctor.processes.beside import Beside
from connexion_doctor.requirements.connexion import connexion_of
from connexion_doctor.requirements.installation import Installation
from connexion_doctor.rules import migration, versions
from connexion_doctor.rules import project as of_projects
from connexion_doctor.rules.versions import Requirements, uses_of

LARGE = 1000  # files, from which on a copy of the process is worth its making


class About:
    """What the rules about a project say, and its notes, as ``findings`` gives them, and the files with
    comments for the doctor; all of it is worked out beside the reading of the launches, where the project is
    large. Use it as a context manager."""

    def __init__(self, project: Project, target_version: int | None) -> None:
        self._project, self._target_version = project, target_version
        self._copy: Beside[tuple[list[Finding], list[str], list[str]]] | None = None
        self._marked: list[str] | None = None

    def __enter__(self) -> About:
        return self

    def __exit__(self, *exc: object) -> None:
        if self._copy is not None:
            self._copy.__exit__(*exc)

    def begin(self, homes: Sequence[Home]) -> None:
        """Begin, where there is another processor. From now on nothing of the project is run."""
        if homes and len(self._project.discovery.files) >= LARGE and at_once() > 1:
            self._copy = Beside(partial(self._all, homes))

    def findings(
        self, homes: Sequence[Home], environment: Environment | None
    ) -> tuple[list[Finding], list[str]]:
        """All of it.

        :param environment: the one that was looked at where no launch was
        """
        if self._copy is not None:
            found, notes, self._marked = self._copy.result()
            return found, notes
        return findings(self._project, homes, environment, self._target_version)

    def marked(self) -> dict[str, Source]:
        """The files that may hold comments for the doctor, by the path that locations give. Called when the
        findings are known: their files were read then."""
        project, found = self._project, {}
        for path in self._marked if self._marked is not None else _marked(project):
            source = read_source(project.root / path, path)
            if source is not None:
                found[path] = source
        return found

    def _all(self, homes: Sequence[Home]) -> tuple[list[Finding], list[str], list[str]]:
        return *findings(self._project, homes, None, self._target_version), _marked(self._project)


def findings(
    project: Project, homes: Sequence[Home], environment: Environment | None, target_version: int | None
) -> tuple[list[Finding], list[str]]:
    """What the rules about a project say, service by service; and for which Connexion each was judged, where
    that was read in its files.

    :param environment: the one that was looked at where no launch was
    """
    found = [one for rule in of_projects.RULES for one in rule.run(project.discovery)]
    if not project.uses_connexion():
        return found, []
    notes: list[str] = []
    told: dict[str, str] = {}  # which Connexion, and the first service that was judged for it
    for one in _judged(project, homes, environment, target_version):
        asked = one.asked
        where = "" if one.root in ("", ".") else f"`{one.root}`: "
        connexion = connexion_of(one.installation)
        known = asked.environment is not None or connexion.major is not None or target_version is not None
        if known:
            found += one.of_code
        else:
            notes.append(f"{where}Which Connexion the code is for is not known: {connexion.why}.")
        found += versions.check_versions(asked)
        if known and not one.is_looked_at and "connexion" in one.installation.packages:
            told.setdefault(connexion.spoken, where)
    notes += [f"{where}Judged for {spoken}." for spoken, where in told.items()]
    return list(dict.fromkeys(found)), list(dict.fromkeys(notes))


def about_code(project: Project, homes: Sequence[Home], target_version: int | None) -> list[Finding]:
    """What the rules about the project's code say, and no others."""
    return [found for one in _judged(project, homes, None, target_version) for found in one.of_code]


@dataclass(frozen=True)
class _Judged:
    """A service with one of the ways that its starts are installed, what the version rules look at there, and
    what the rules about its code say. ``is_looked_at``: the environment was."""

    root: str
    installation: Installation
    asked: Requirements
    is_looked_at: bool
    of_code: Sequence[Finding]


def _judged(
    project: Project, homes: Sequence[Home], looked_at: Environment | None, target_version: int | None
) -> list[_Judged]:
    """Each service with each of the ways that its starts are installed. A requirement that several of them
    install is asked for what the code of all of them needs.

    The code of one service is there at a time: together they may not fit into memory.
    """
    needed: defaultdict[object, frozenset[str]] = defaultdict(frozenset)
    rows = []
    for part in parts(project, homes, looked_at):
        sources = part.sources
        uses = uses_of(sources)
        for installation in part.installations:
            declared, beside = installation.declared, part.beside(project, installation)
            places = [one.location for one in (*declared.of("connexion"), *beside) if one.name == "connexion"]
            for place in places:
                needed[place] |= uses
            environment = part.environment or _resolved(installation)
            asked = Requirements(environment, declared, uses, target_version, beside)
            of_code = migration.check_project(sources, asked, target_version)
            one = _Judged(part.root, installation, asked, part.environment is not None, of_code)
            rows.append((one, places))
    all_of = needed.__getitem__
    return [
        replace(one, asked=replace(one.asked, uses=one.asked.uses.union(*map(all_of, places))))
        for one, places in rows
    ]


def _resolved(installation: Installation) -> Environment | None:
    """What an index was asked for, as if it were installed."""
    if not installation.resolved:
        return None
    from connexion_doctor.environment.resolving import python_of

    return Environment("", python_of(installation), "resolved", dict(installation.resolved))


def _marked(project: Project) -> list[str]:
    return [path for path in project.discovery.files if project.contents.has_mark(path)]
