"""What a start gets installed, as data: what was asked for, where, by which file, for which Python."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from connexion_doctor.foundation.late import dataclass
from connexion_doctor.model import Location
from connexion_doctor.requirements.declarations import Declaration, Declared, PythonDeclaration


@dataclass(frozen=True)
class Step:
    """One installation of a row: lists and constraints (paths in the project), requirements as words, folders
    with their extras that are installed as packages, exact pins of a lock file.

    ``location`` is the line that asks for it, ``index`` the options that say where packages come from.
    """

    location: Location
    lists: tuple[str, ...] = ()
    constraints: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    projects: tuple[tuple[str, tuple[str, ...]], ...] = ()
    pins: tuple[str, ...] = ()
    no_deps: bool = False
    index: tuple[str, ...] = ()


@dataclass(frozen=True)
class Asked:
    """One package as an installation asks for it: the one version where it is pinned, else the range."""

    name: str
    version: str | None
    declarations: tuple[Declaration, ...]
    extras: frozenset[str] = frozenset()

    @property
    def deciding(self) -> Declaration:
        """The requirement that says most: the pin, else one with a range, else the first."""
        pins = [one for one in self.declarations if one.pinned is not None and one.pinned == self.version]
        ranges = [one for one in self.declarations if one.specifier]
        return (pins or ranges or list(self.declarations))[0]

    @property
    def where(self) -> str:
        """The place of what decides: ``requirements.txt:3``."""
        return place_of(self.deciding)

    def allows(self, version: str) -> bool:
        """Whether all that limits the package lets a version in."""
        return all(one.versions.contains(version) for one in self.declarations)


def place_of(one: Declaration | PythonDeclaration) -> str:
    """Where a requirement stands: ``requirements.txt:3``."""
    return f"{one.path}:{one.location.line}" if one.location is not None else one.path


@dataclass(frozen=True)
class Installation:
    """What a start gets installed.

    :param by: what decides: ``image``, ``lock``, ``requirements``, ``metadata``, ``conda``; empty where no
        file asks for anything
    :param path: the file that decides: the Dockerfile, the lock file, the list
    :param files: the files that it is installed from, in this order
    :param requirements: all that is asked for and holds for this Python, constraints among it
    :param behind: requirements of the files that the deciding ones are made from, where a change is made
    :param gaps: what is installed and cannot be told from the files
    :param missing: lines that name a list or limits which are not in the project
    :param resolved: names and versions that a fresh installation takes, where an index was asked
    """

    by: str = ""
    path: str = ""
    files: tuple[str, ...] = ()
    requirements: tuple[Declaration, ...] = ()
    behind: tuple[Declaration, ...] = ()
    python: PythonDeclaration | None = None
    pythons: tuple[PythonDeclaration, ...] = ()
    gaps: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()
    system: frozenset[str] = frozenset()  # Python packages that the operating system's packages bring
    resolved: tuple[tuple[str, str], ...] = ()
    missing: tuple[str, ...] = ()

    @cached_property
    def packages(self) -> Mapping[str, Asked]:
        """Every package that is asked for, by its name."""
        limits: dict[str, list[Declaration]] = {}
        wanted: dict[str, list[Declaration]] = {}
        for one in self.requirements:
            (limits if one.constraint else wanted).setdefault(one.name, []).append(one)
        return {name: _asked(name, [*found, *limits.get(name, ())]) for name, found in sorted(wanted.items())}

    @property
    def declared(self) -> Declared:
        """All of it, as the rules on versions look at it."""
        seen = dict.fromkeys((*self.requirements, *self.behind))
        return Declared(tuple(seen), self.pythons)

    def has(self, *names: str) -> bool:
        """Whether one of these packages is asked for, or comes from the operating system."""
        return any(name in self.packages or name in self.system for name in names)


def _asked(name: str, found: list[Declaration]) -> Asked:
    pins = [one for one in found if one.pinned is not None]
    # A lock file says what is installed, whatever stands beside it.
    pins.sort(key=lambda one: not one.locked)
    extras = frozenset(extra for one in found for extra in one.extras)
    version = pins[0].pinned if pins else None
    if pins and pins[0].locked:
        found = [pins[0], *(one for one in found if one.pinned == version and one is not pins[0])]
    return Asked(name, version, tuple(found), extras)
