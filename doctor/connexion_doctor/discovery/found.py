"""What discovery hands on, as frozen data classes. Paths are relative to the project root, with ``/``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from connexion_doctor.foundation.late import dataclass
from connexion_doctor.model import Launch


@dataclass(frozen=True)
class Problem:
    """A file that could not be read, or not wholly."""

    path: str
    line: int | None
    message: str


@dataclass(frozen=True)
class Service:
    """A folder with a project of its own. ``why`` says what told whether it uses Connexion."""

    root: str
    name: str
    uses_connexion: bool
    why: str


@dataclass(frozen=True)
class Unresolved:
    """A start that was seen, but whose command cannot be known from the project's files."""

    path: str
    line: int | None
    reason: str


@dataclass(frozen=True)
class Other:
    """A start that is not one of a Connexion app: a worker, another app, a script that serves nothing."""

    path: str
    line: int | None
    what: str
    why: str


@dataclass(frozen=True)
class Discovery:
    """All that was found in a project."""

    launches: tuple[Launch, ...] = ()
    problems: tuple[Problem, ...] = ()
    services: tuple[Service, ...] = ()
    unresolved: tuple[Unresolved, ...] = ()
    others: tuple[Other, ...] = ()
    files: tuple[str, ...] = ()  # every file of the project that was walked over
    read_in: Mapping[str, tuple[str, str]] = field(default_factory=dict)  # id of a launch -> kind, file
