"""Installations of a row, one after the other, become one: what is there in the end."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import field, replace

from connexion_doctor.foundation.late import dataclass
from connexion_doctor.model import Location, Word
from connexion_doctor.requirements.canonical import canonical
from connexion_doctor.requirements.declarations import Declaration, PythonDeclaration, parse
from connexion_doctor.requirements.files import LOCK_OF_PIPENV, LOCKS_OF_PYPROJECT, RequirementFiles
from connexion_doctor.requirements.installation import Installation, Step, place_of
from connexion_doctor.requirements.installers import Install, brought_by_system
from connexion_doctor.requirements.locks import MANIFESTS, locked
from connexion_doctor.requirements.markers import holds
from connexion_doctor.requirements.requirement_lists import requirements

OF_TOOL = {
    "uv": ("uv.lock",),
    "poetry": ("poetry.lock",),
    "pdm": ("pdm.lock", "pylock.toml"),
    "pipenv": (LOCK_OF_PIPENV,),
}
TOOLS = {"pip", "setuptools", "wheel", "poetry", "pipenv", "pdm", "uv", "pip-tools", "virtualenv", "build"}


@dataclass
class Gathering:
    """What was gathered so far, for one Python (``3.11``; None: not known)."""

    files: RequirementFiles
    python: str | None = None
    found: list[Declaration] = field(default_factory=list)
    behind: list[Declaration] = field(default_factory=list)
    used: list[str] = field(default_factory=list)
    gaps: list[str] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    system: set[str] = field(default_factory=set)
    missing: list[str] = field(default_factory=list)

    def installation(
        self, by: str, path: str, python: PythonDeclaration | None, pythons: Iterable[PythonDeclaration] = ()
    ) -> Installation:
        """All of it; what does not hold for the Python is left out."""
        self._of_the_project()
        kept = [one for one in self.found if holds(one.marker, self.python)]
        return Installation(
            by,
            path,
            tuple(dict.fromkeys(self.used)),
            tuple(_settled(kept)),
            tuple(one for one in self.behind if holds(one.marker, self.python)),
            python,
            tuple(dict.fromkeys((*((python,) if python else ()), *pythons))),
            tuple(dict.fromkeys(self.gaps)),
            tuple(self.steps),
            frozenset(canonical(name) for name in self.system),
            missing=tuple(dict.fromkeys(self.missing)),
        )

    # -- what is installed -----------------------------------------------------------------

    def pip(
        self,
        install: Install,
        projects: Sequence[tuple[str, tuple[str, ...]]],
        location: Location,
    ) -> None:
        """One ``pip install``: lists and constraints are paths of the project, ``projects`` its folders."""
        self.system |= set(brought_by_system(install.system))
        wheels = {one: self._made_of(one) for one in install.unknown}
        projects = (*projects, *((folder, ()) for folder in wheels.values() if folder is not None))
        self.gaps += [
            f"{location.path}:{location.line}: {one}" for one, folder in wheels.items() if folder is None
        ]
        step = Step(location, no_deps=install.no_deps, index=install.index)
        for path in install.files:
            if re.search(r"\.ya?ml$", path):
                self._conda(path)
                continue
            if re.search(r"(pyproject\.toml|setup\.(py|cfg))$", path):
                step = replace(step, projects=(*step.projects, (path.rpartition("/")[0], install.extras)))
                self._metadata(path.rpartition("/")[0], install.extras)
                continue
            step = replace(step, lists=(*step.lists, path))
            self._list(path)
        for path in install.constraints:
            step = replace(step, constraints=(*step.constraints, path))
            self.found += self.files.listed(path, constraint=True)
            self.used.append(path)
        words = []
        for one in words_asked(install.words):
            if one.name == "python":  # of conda, which brings the interpreter as a package
                continue
            folder = self.files.packages.get(one.name)
            if folder is None:
                # Beside a name that only a folder of wheels is searched for, no other can be written.
                words.append(replace(one, location=None) if install.wheels_only else one)
            else:  # the project's own package, by its name: from wheels that were made of it
                projects = (*projects, (folder, tuple(sorted(one.extras))))
        self.found += words
        step = replace(step, words=tuple(one.text for one in words if one.name not in TOOLS))
        for folder, extras in projects:
            step = replace(step, projects=(*step.projects, (folder, extras)))
            if not install.no_deps:
                self._metadata(folder, extras)
        if step.lists or step.words or step.projects:
            self.steps.append(step)

    def _made_of(self, wheel: str) -> str | None:
        """The folder of the project that a wheel is made of; of ``dist/*.whl``, where it is one package."""
        packages = self.files.packages
        if wheel.endswith("*.whl") and len(packages) == 1:
            return next(iter(packages.values()))
        return packages.get(_of_wheel(wheel))

    def listed(self, path: str, location: Location) -> None:
        """A list of requirements."""
        self.pip(Install("pip", files=(path,)), (), location)

    def project(self, folder: str, install: Install, location: Location) -> None:
        """A project that a tool installs with its lock file, or from its metadata without one."""
        names = OF_TOOL.get(install.tool, LOCKS_OF_PYPROJECT)
        lock = next((path for name in names if self.files.exists(path := _in(folder, name))), None)
        member = self.files.packages.get(canonical(install.member)) if install.member else None
        folder = member if member is not None and lock is None else folder
        manifest = _in(folder, "Pipfile" if install.tool == "pipenv" else "pyproject.toml")
        if lock is not None and not install.without_lock:
            self.lock(lock, install.groups, install.extras, location)
        elif self.files.exists(manifest):
            wanted = {"", *install.extras, *install.groups}
            asked = [
                replace(one, group="")
                for one in self.files.read(manifest).requirements
                if one.group in wanted or (one.group and "*" in install.extras)
            ]
            self.found += asked
            self.used.append(manifest)
            self.missing += self.files.unknown(manifest)
            self._step_of(asked, location)
        else:
            self.gaps.append(f"{location.path}:{location.line}: {manifest} is not in the project")
        package = not install.without_project and install.tool != "pipenv" and self.files.is_package(folder)
        if package and self.files.exists(manifest):
            self.steps.append(Step(location, projects=((folder, ()),), no_deps=True))

    def lock(
        self,
        path: str,
        groups: Iterable[str] = (),
        extras: Iterable[str] = (),
        location: Location | None = None,
    ) -> None:
        """What a lock file installs; what is changed stands in the manifest that it is made from."""
        named, more = list(groups), list(extras)
        manifest = _in(path.rpartition("/")[0], MANIFESTS.get(path.rpartition("/")[2], "pyproject.toml"))
        behind = self.files.read(manifest).requirements if self.files.exists(manifest) else ()
        if "*" in more:
            more = [one.group for one in behind if one.group]
        found = locked(self.files, path, groups=named, extras=more, python=self.python)
        chosen = {"", *named, *more}
        asked = [replace(one, group="") for one in behind if one.group in chosen]
        wanted = {one.name: one.extras for one in asked}
        self.found += [replace(one, extras=one.extras | wanted.get(one.name, frozenset())) for one in found]
        self.behind += asked
        self.used += [path, *([manifest] if behind else [])]
        place = location or Location(path, 1)
        pins = tuple(f"{one.name}{one.specifier}" for one in found if one.pinned)
        self.steps.append(Step(place, pins=tuple(dict.fromkeys(pins)), no_deps=True))

    def metadata(self, folder: str, location: Location, extras: Iterable[str] = ()) -> None:
        """The package in a folder with what it needs; of a project that is no package only that."""
        self._metadata(folder, tuple(extras))
        if not self.files.is_package(folder):
            self._step_of(self.files.metadata(folder, extras), location)
            return
        self.steps.append(Step(location, projects=((folder, tuple(extras)),)))

    def _of_the_project(self) -> None:
        """Packages of the project that are asked for by their names are installed from their folders."""
        there = {folder for step in self.steps for folder, _ in step.projects}
        waiting = list(self.found)
        while waiting:
            one = waiting.pop()
            folder = self.files.packages.get(one.name)
            if folder is None or folder in there or one.constraint or one.path.rpartition("/")[0] == folder:
                continue
            there.add(folder)
            place = one.location or Location(one.path, 1)
            self.steps.insert(0, Step(place, projects=((folder, tuple(sorted(one.extras))),)))
            before = len(self.found)
            self._metadata(folder, one.extras)
            waiting += self.found[before:]

    # -- the parts -------------------------------------------------------------------------

    def _list(self, path: str) -> None:
        found = self.files.listed(path)
        self.found += found
        self.missing += self.files.missing(path)
        for name in self.files.files_of(path):
            self.used.append(name)
            for one, extras in self.files.read(name, requirements).projects:
                folder = self.files.folder(one)
                if folder is not None:
                    self.steps.append(Step(Location(name, 1), projects=((folder, tuple(sorted(extras))),)))
                    self._metadata(folder, extras)
            for source in self.files.made_from(name):
                read = self.files.read(source)
                self.behind += [replace(one, group="") for one in read.requirements if not one.group]

    def _metadata(self, folder: str, extras: Iterable[str]) -> None:
        asked = self.files.metadata(folder, extras)
        self.found += asked
        paths = sorted({one.path for one in asked})
        self.used += paths
        self.missing += [line for path in paths for line in self.files.unknown(path)]

    def _conda(self, path: str) -> None:
        read = self.files.read(path)
        self.found += read.requirements
        self.used.append(path)
        self._step_of(list(read.requirements), Location(path, 1))

    def _step_of(self, asked: Sequence[Declaration], location: Location) -> None:
        words = tuple(requirement_text(one) for one in asked if not one.constraint)
        self.steps.append(Step(location, words=words))


def requirement_text(one: Declaration) -> str:
    """A requirement in the words of PEP 508; an alternative of Poetry's loses its second part."""
    extras = f"[{','.join(sorted(one.extras))}]" if one.extras else ""
    specifier = one.specifier.split("||")[-1].strip()
    marker = f" ; {one.marker}" if one.marker else ""
    return f"{one.name}{extras}{specifier}{marker}"


def words_asked(words: Iterable[Word]) -> Iterator[Declaration]:
    """Requirements that stand as words of a command."""
    for word in words:
        parsed = parse(word.text)
        if parsed is None:
            continue
        place = word.location
        yield Declaration(
            canonical(parsed.name),
            str(parsed.specifier),
            frozenset(canonical(extra) for extra in parsed.extras),
            str(parsed.marker) if parsed.marker is not None else None,
            place.path if place is not None else "",
            _inside_quotes(place, word.text),
            "Dockerfile",
            text=word.text,
            bare=place is not None and _inside_quotes(place, word.text) == place,
        )


def _inside_quotes(place: Location | None, text: str) -> Location | None:
    """The place of a requirement in its word, which may stand in quotes."""
    if place is None or place.end_column is None or place.end_line not in (None, place.line):
        return place
    spare = place.end_column - place.column - len(text)
    if spare != 2:
        return place
    return replace(place, column=place.column + 1, end_column=place.end_column - 1)


def _settled(found: Sequence[Declaration]) -> Iterator[Declaration]:
    """Each requirement once."""
    yield from dict.fromkeys(found)


def _in(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder else name


__all__ = ["Gathering", "place_of", "requirement_text", "words_asked"]


def _of_wheel(name: str) -> str:
    """The package that a wheel, or an archive of sources, is named after."""
    file = name.rpartition("/")[2]
    return canonical(re.split(r"-(?=\d)", file)[0]) if file.endswith((".whl", ".tar.gz")) else ""
