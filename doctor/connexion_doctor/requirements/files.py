"""The files of a project that ask for packages, each read once, and what hangs together among them."""

from __future__ import annotations

import copy
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cached_property
from pathlib import Path

from connexion_doctor.foundation import late
from connexion_doctor.foundation.late import dataclass
from connexion_doctor.model.source import Source, read_source
from connexion_doctor.python.module import Unread
from connexion_doctor.requirements.canonical import canonical
from connexion_doctor.requirements.declarations import Declaration, Declared, PythonDeclaration
from connexion_doctor.requirements.readers import reader_of
from connexion_doctor.requirements.reading import Include, Reader, Reading
from connexion_doctor.requirements.requirement_lists import NOWHERE, is_written_by_a_tool, requirements

LOCKS_OF_PYPROJECT = ("uv.lock", "poetry.lock", "pdm.lock", "pylock.toml")
LOCK_OF_PIPENV = "Pipfile.lock"
LOCKS = (*LOCKS_OF_PYPROJECT, LOCK_OF_PIPENV)
NO_PACKAGE = late.pattern(r"(?m)^[ \t]*(?:package-mode|package|distribution)[ \t]*=[ \t]*false\b")
METADATA = ("pyproject.toml", "setup.cfg", "setup.py")


@dataclass(frozen=True)
class FileRead:
    """What one file asks for, and the files that it includes."""

    requirements: tuple[Declaration, ...] = ()
    pythons: tuple[PythonDeclaration, ...] = ()
    unread: tuple[Unread, ...] = ()
    includes: tuple[Include, ...] = ()
    projects: tuple[tuple[Path, frozenset[str]], ...] = ()
    name: str = ""  # of the package that it describes


class RequirementFiles:
    """The files of a project; paths are relative to its root, with ``/``.

    :param paths: the project's files; as text they are relative to the root already
    """

    def __init__(self, root: Path, paths: Iterable[str | Path]) -> None:
        self.root = Path(os.path.abspath(root))
        self.paths = [path if isinstance(path, str) else self.relative(path) for path in paths]
        self.known = set(self.paths)
        self._read: dict[tuple[str, Reader], FileRead] = {}
        self._sources: dict[str, Source | None] = {}

    def over(self, changed: Iterable[str]) -> RequirementFiles:
        """The same files, of which some (their real paths in the root) are to be read anew: an overlay gives
        them other contents. What a file asks for stands in its own text."""
        made, top = copy.copy(self), os.path.realpath(self.root)
        real = {os.path.join(top, path) for path in changed}

        def stays(path: str) -> bool:
            return os.path.realpath(self.root / path) not in real

        made._read = {key: read for key, read in self._read.items() if stays(key[0])}
        made._sources = {path: source for path, source in self._sources.items() if stays(path)}
        made.__dict__.pop("declared", None)
        return made

    @cached_property
    def _asking(self) -> dict[str, list[str]]:
        """The files that ask for packages by their names, by folder."""
        found: dict[str, list[str]] = {}
        for path in self.known:
            if reader_of(path) is not None:
                found.setdefault(path.rpartition("/")[0], []).append(path)
        return found

    def beside(self, folder: str, reader: Reader) -> list[str]:
        """The files of a folder, not of those inside of it, that one reader reads."""
        return [path for path in self._asking.get(folder, ()) if reader_of(path) is reader]

    @cached_property
    def apart(self) -> list[str]:
        """Folders that ask for packages and hold no Python: ``ci``, ``build/deps``."""
        coded: set[str] = set()
        for path in self.known:
            folder = path.rpartition("/")[0] if path.endswith(".py") else ""
            while folder and folder not in coded:
                coded.add(folder)
                folder = folder.rpartition("/")[0]
        return sorted(folder for folder in self._asking if folder and folder not in coded)

    @property
    def locks(self) -> list[str]:
        """The lock files of the project."""
        return sorted(path for path in self.known if path.rpartition("/")[2] in LOCKS)

    def relative(self, path: str | Path) -> str:
        """A path as reports show it; as it is where it lies outside."""
        given = Path(os.path.normpath(self.root / path))
        return given.relative_to(self.root).as_posix() if given.is_relative_to(self.root) else str(given)

    def folder(self, path: Path) -> str | None:
        """A folder of the project that a list names; None where it is none."""
        name = self.relative(path)
        name = "" if name == "." else name
        there = any(self.exists(f"{name}/{one}" if name else one) for one in METADATA)
        return name if there and not os.path.isabs(name) else None

    def source(self, path: str) -> Source | None:
        """The text of a file."""
        if path not in self._sources:
            self._sources[path] = read_source(self.root / path, path)
        return self._sources[path]

    def exists(self, path: str) -> bool:
        """Whether the project has this file."""
        return path in self.known or os.path.isfile(self.root / path)

    def read(self, path: str, reader: Reader | None = None) -> FileRead:
        """One file by itself; one whose name tells nothing is a list of pip's where ``reader`` says so."""
        reader = reader or reader_of(path)
        if reader is None:
            return FileRead()
        key = (path, reader)
        if key not in self._read:
            reading = Reading(self.root)
            reading.file(self.root / path, reader)
            self._read[key] = FileRead(
                tuple(reading.found),
                tuple(reading.pythons),
                tuple(reading.unread),
                tuple(reading.includes),
                tuple(reading.projects),
                reading.name,
            )
        return self._read[key]

    def listed(self, path: str, *, constraint: bool = False) -> list[Declaration]:
        """What ``pip install -r PATH`` asks for: the list with all that it includes."""
        return [one for _, one in self._listed(path, constraint, set())]

    def files_of(self, path: str) -> list[str]:
        """A list and the files that it includes."""
        found: list[str] = []
        self._closed(path, found)
        return found

    def missing(self, path: str) -> list[str]:
        """The lines of a list, and of those that it includes, which include a file that is not there."""
        return [
            line for name in self.files_of(path) for line in _nowhere(name, self.read(name, requirements))
        ]

    def unknown(self, path: str) -> list[str]:
        """The lines of a manifest that ask for what is not in the project, in no version that they tell."""
        return _nowhere(path, self.read(path))

    def _closed(self, path: str, found: list[str]) -> None:
        if path not in found:
            found.append(path)
            for include in self.read(path, requirements).includes:
                self._closed(self.relative(include.path), found)

    def _listed(self, path: str, constraint: bool, done: set[str]) -> Iterator[tuple[str, Declaration]]:
        if path in done:
            return
        done.add(path)
        read = self.read(path, requirements)
        for one in read.requirements:
            # Who installs a list says what it is for, whatever its name.
            yield path, replace(one, group="", constraint=constraint)
        for include in read.includes:
            yield from self._listed(self.relative(include.path), constraint or include.constraint, done)

    def made_from(self, path: str) -> list[str]:
        """The files that a compiled list is made from: those that its head names, else ``NAME.in``."""
        source = self.source(path)
        if source is None or not is_written_by_a_tool(source):
            return []
        folder = path.rpartition("/")[0]
        head = " ".join(line for line in source.lines[:12] if line.startswith("#"))
        named = re.findall(r"(?<![\w./-])[\w./-]+\.(?:in|toml|cfg|py)\b", head)
        named.append(re.sub(r"\.(txt|lock)$", ".in", path.rpartition("/")[2]))
        places = [f"{base}{name}" for name in named for base in (f"{folder}/" if folder else "", "")]
        found = dict.fromkeys(self.relative(place) for place in places)
        return [one for one in found if one != path and self.exists(one)][:1]

    def metadata(self, folder: str, extras: Iterable[str] = ()) -> list[Declaration]:
        """What the package in a folder needs when it is installed."""
        wanted = {"", *extras}
        found: list[Declaration] = []
        for name in METADATA:
            path = f"{folder}/{name}" if folder else name
            if self.exists(path):
                read = self.read(path)
                found += [replace(one, group="") for one in read.requirements if one.group in wanted]
        return found

    def is_package(self, folder: str) -> bool:
        """Whether the project in a folder is a package that can be installed: Poetry, uv and PDM have a word
        for one that is not."""
        source = self.source(f"{folder}/pyproject.toml" if folder else "pyproject.toml")
        return source is None or NO_PACKAGE.search(source.text) is None

    @cached_property
    def packages(self) -> dict[str, str]:
        """The folders of the packages that the project itself is made of, by their normalised names."""
        found: dict[str, str] = {}
        for path in sorted(self.known, key=lambda path: path.count("/")):
            folder, _, name = path.rpartition("/")
            if name in METADATA and (own := self.read(path).name):
                found.setdefault(canonical(own), folder)
        return found

    @cached_property
    def declared(self) -> Declared:
        """All that the project's files ask for, lists that are included among them."""
        reads: dict[str, FileRead] = {}
        pending: list[tuple[str, bool | None]] = [(path, None) for path in self.paths]
        found: list[Declaration] = []
        while pending:
            path, constraint = pending.pop(0)
            if path in reads or (constraint is None and reader_of(path) is None):
                continue
            read = reads[path] = self.read(path, reader_of(path) or requirements)
            found += [replace(one, constraint=True) if constraint else one for one in read.requirements]
            pending += [(self.relative(one.path), one.constraint) for one in read.includes]
        return Declared(
            tuple(found),
            tuple(one for read in reads.values() for one in read.pythons),
            tuple(one for read in reads.values() for one in read.unread),
        )


def _nowhere(path: str, read: FileRead) -> list[str]:
    lines = (one.reason for one in read.unread if one.reason.endswith(NOWHERE))
    return [f"{path}:{line.removeprefix('line ').removesuffix(NOWHERE)}" for line in lines]
