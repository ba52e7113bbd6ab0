"""A start as a reader hands it on, before it is known whether it is a launch of a Connexion app."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, replace

from connexion_doctor.commands.placed_text import Text
from connexion_doctor.commands.shell import Simple
from connexion_doctor.discovery.paths import Paths
from connexion_doctor.foundation.late import dataclass
from connexion_doctor.model import Location, Stage


@dataclass(frozen=True)
class Place:
    """Where a process runs: its working directory as it sees it, its variables, its paths, its image.

    ``given`` are variables that are set, whose values the files do not tell.
    """

    paths: Paths
    directory: str = "."
    environ: Mapping[str, Text | str] = field(default_factory=dict)
    stage: Stage | None = None
    given: frozenset[str] = frozenset()

    def giving(self, names: frozenset[str]) -> Place:
        """With variables whose values the files do not tell."""
        return replace(
            self, environ={name: one for name, one in self.environ.items() if name not in names}, given=names
        )


@dataclass(frozen=True)
class Start:
    """One start. With ``command`` it is read from there; without, ``server`` and ``target`` say it.

    ``kind`` is the kind of file it was read in, ``location`` where it stands if the command does not
    tell, ``service`` the name that the file gives it.
    """

    kind: str
    place: Place
    location: Location
    command: Simple | None = None
    service: str | None = None
    server: str | None = None
    target: str | None = None
    options: Mapping[str, str] = field(default_factory=dict)
