"""What a file of the project asks for, as data, and where it stands."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from connexion_doctor.foundation.late import dataclass
from connexion_doctor.model import Location
from connexion_doctor.model.source import Source
from connexion_doctor.python.module import Unread
from connexion_doctor.requirements.specifiers import Range, repaired

if TYPE_CHECKING:
    from packaging.requirements import Requirement as Parsed


@dataclass(frozen=True)
class Declaration:
    """One requirement as it stands in a file.

    ``text`` is the requirement as it stands at ``location``, where an edit may replace it, else empty.
    ``group`` is empty for what the application itself needs, else the name of an extra or of a group of
    development tools. ``bare``: it is a word of a shell, without quotes. ``constraint``: it limits the
    version and asks for nothing. ``locked``: of a lock file.
    """

    name: str
    specifier: str
    extras: frozenset[str]
    marker: str | None
    path: str
    location: Location | None
    kind: str
    group: str = ""
    constraint: bool = False
    locked: bool = False
    text: str = ""
    bare: bool = False

    @property
    def versions(self) -> Range:
        """The specifier, to ask."""
        return Range(self.specifier)

    @property
    def pinned(self) -> str | None:
        """The one version that is asked for, if it is one."""
        match = re.fullmatch(r"={2,3}\s*([^,*\s]+)", self.specifier.strip())
        return match.group(1) if match else None


@dataclass(frozen=True)
class PythonDeclaration:
    """A Python version, or a range of them, that a file asks for.

    ``text`` is what stands at ``location``, where an edit may replace it, else empty.
    """

    specifier: str
    path: str
    location: Location | None
    kind: str
    text: str = ""


@dataclass(frozen=True)
class Declared:
    """All that the project's files ask for."""

    requirements: tuple[Declaration, ...] = ()
    pythons: tuple[PythonDeclaration, ...] = ()
    unread: tuple[Unread, ...] = ()

    def of(self, *names: str) -> tuple[Declaration, ...]:
        """The requirements of these packages."""
        return tuple(found for found in self.requirements if found.name in names)


def parse(text: str) -> Parsed | None:
    """A requirement in the words of PEP 508, or in those of older tools; None when it is none."""
    from packaging.requirements import InvalidRequirement, Requirement

    for words in (text, repaired(text)):
        try:
            return Requirement(words)
        except InvalidRequirement:
            continue
    return None


def locate(source: Source, text: str) -> Location | None:
    """Where a text stands first in a file, as a word."""
    pattern = re.compile(rf"(?<![\w-]){re.escape(text)}(?![\w-])", re.IGNORECASE)
    for number, line in enumerate(source.lines, 1):
        match = pattern.search(line)
        if match is not None:
            return Location(source.path, number, match.start() + 1, number, match.end() + 1)
    return None
