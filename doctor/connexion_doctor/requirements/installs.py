"""What a start gets installed: by the image that it runs in, else by the files that are nearest to it."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import field, replace
from itertools import pairwise
from pathlib import Path, PurePosixPath

from connexion_doctor.discovery.tree import Tree
from connexion_doctor.foundation import late
from connexion_doctor.foundation.late import dataclass
from connexion_doctor.model import Launch, Location
from connexion_doctor.requirements.connexion import connexion_of
from connexion_doctor.requirements.declarations import PythonDeclaration
from connexion_doctor.requirements.files import LOCKS, RequirementFiles
from connexion_doctor.requirements.gathering import Gathering
from connexion_doctor.requirements.image import of_stage
from connexion_doctor.requirements.installation import Installation
from connexion_doctor.requirements.installers import Install
from connexion_doctor.requirements.reading import Reader
from connexion_doctor.requirements.requirement_lists import DEVELOPMENT, conda, dockerfile, requirements

FOLDERS = ("requirements", "requires", "reqs", "deps", "dependencies")
# Names of a list that is installed where a program runs, the likeliest first.
LISTS = late.pattern(r"(?i)^(requirements|base|common|main|prod(uction)?|deploy)$|prod|deploy|server|app")
PYTHON_FILES = (".python-version", "runtime.txt", "pyproject.toml", "Pipfile", "setup.cfg", "setup.py")


@dataclass
class Installations:
    """What the launches of a project get installed, each looked up once.

    ``tree`` gives the project's files, where images are to be looked for; ``settle`` adds the versions that a
    fresh installation takes, where an index may be asked.
    """

    files: RequirementFiles
    tree: Callable[[], Tree] | None = None
    settle: Callable[[Installation], Installation] = lambda installation: installation
    _known: dict[object, Installation] = field(default_factory=dict)

    def of(self, launch: Launch) -> Installation:
        """What a launch gets installed."""
        key = (launch.stage, launch.directory, (launch.origin.path or "").rpartition("/")[0])
        if key not in self._known:
            tree = self.tree() if launch.stage is not None and self.tree is not None else None
            self._known[key] = self.settle(installs(launch, self.files, tree))
        return self._known[key]

    def of_folder(self, folder: str) -> Installation:
        """What the code in a folder gets installed, where nothing starts it."""
        if folder not in self._known:
            near = nearest(folders_above(folder), self.files)
            known = near if "connexion" in near.packages else _apart(self.files) or near
            self._known[folder] = self.settle(known)
        return self._known[folder]


def in_folder(root: Path) -> Installations:
    """Of a folder by itself, where the whole project is not looked at."""
    folders = [root, *(root / name for name in FOLDERS)]
    found = [
        path
        for one in folders
        if os.path.isdir(one)
        for path in sorted(one.iterdir())
        if os.path.isfile(path)
    ]
    return Installations(RequirementFiles(root, found))


def installs(launch: Launch, files: RequirementFiles, tree: Tree | None = None) -> Installation:
    """What a launch gets installed.

    :param files: the project's files that ask for packages
    :param tree: the project's files, to find the image of a launch that was read in one
    """
    image = None
    if launch.stage is not None and tree is not None:
        image = of_stage(launch.stage, tree, files)
        whole = image is not None and image.packages and not image.gaps and not _installs_itself(launch)
        if image is not None and (image.has("connexion") or whole):
            return image
    near = nearest(list(_folders(launch, files.root)), files)
    if image is not None and image.python is not None:
        near = nearest(list(_folders(launch, files.root)), files, image.python)
    if image is not None and "connexion" not in near.packages:
        return replace(near, gaps=tuple(dict.fromkeys((*image.gaps, *near.gaps))))  # one of them brings it
    return near if "connexion" in near.packages else _apart(files) or near


def _installs_itself(launch: Launch) -> bool:
    """Whether the command installs the project before it runs: ``uv run`` does."""
    words = [word.text for word in launch.command.words[: launch.command.program]]
    pairs = [one.rpartition("/")[2] == "uv" and two == "run" for one, two in pairwise(words)]
    return any(pairs) and "--no-sync" not in words


def _apart(files: RequirementFiles) -> Installation | None:
    """What the lists ask for that lie in folders of their own (``ci/pip_requirements.txt``), where those of
    them that ask for Connexion let the same in."""
    made_of = (made for folder in files.apart for made in _of_folder(folder, files, None))
    found = [made for made in made_of if "connexion" in made.packages]
    return found[0] if len({connexion_of(made).open for made in found}) == 1 else None


def nearest(
    folders: list[str], files: RequirementFiles, python: PythonDeclaration | None = None
) -> Installation:
    """What the first of the folders asks for that asks for Connexion."""
    tried = None
    for folder in folders:
        for made in _of_folder(folder, files, python):
            if "connexion" in made.packages:
                return made
            tried = tried or made
    return tried or Installation(python=python)


def _of_folder(
    folder: str, files: RequirementFiles, python: PythonDeclaration | None
) -> Iterator[Installation]:
    """What the files of one folder may install, the surest first: lock file, list, metadata, conda, image."""
    pythons = tuple(_pythons(folder, files))
    python = python or next(iter(pythons), None)
    version = exact(python)

    def made(by: str, path: str, gathering: Gathering) -> Installation:
        return gathering.installation(by, path, python, pythons)

    for name in LOCKS:
        path = _in(folder, name)
        if path in files.known:
            gathering = Gathering(files, version)
            gathering.lock(path)
            yield made("lock", path, gathering)
    for path in _lists(folder, files):
        gathering = Gathering(files, version)
        gathering.listed(path, Location(path, 1))
        for limits in _constraints(path, files):
            gathering.found += files.listed(limits, constraint=True)
        yield made("requirements", path, gathering)
    for name in ("pyproject.toml", "setup.cfg", "setup.py"):
        path = _in(folder, name)
        if path in files.known:
            gathering = Gathering(files, version)
            gathering.metadata(folder, Location(path, 1))
            yield made("metadata", path, gathering)
            break
    path = _in(folder, "Pipfile")
    if path in files.known:
        gathering = Gathering(files, version)
        install = Install("pipenv", synced=".", without_project=True, without_lock=True)
        gathering.project(folder, install, Location(path, 1))
        yield made("metadata", path, gathering)
    for path in _named(folder, files, conda):
        gathering = Gathering(files, version)
        gathering.listed(path, Location(path, 1))
        yield made("conda", path, gathering)
    for path in _named(folder, files, dockerfile):
        read = files.read(path)
        gathering = Gathering(files, version, found=list(read.requirements), used=[path])
        yield made("image", path, gathering)


def _lists(folder: str, files: RequirementFiles) -> list[str]:
    """The lists of a folder that may be what runs, the likeliest first."""
    inside = [folder, *(_in(folder, name) for name in FOLDERS)]
    found = [path for one in inside for path in files.beside(one, requirements) if not _of_tools(path)]
    found.sort(key=lambda path: (_rank(path), path))
    return found


def _rank(path: str) -> tuple[int, int, int]:
    name = PurePosixPath(path)
    stem = re.sub(r"(?i)[-_.]?requirements?[-_.]?", "", name.stem) or "requirements"
    likely = 0 if stem == "requirements" else 1 if LISTS.search(stem) else 2
    kinds = {".lock": 0, ".txt": 1, ".pip": 1, ".in": 3}
    return likely, kinds.get(name.suffix, 2), path.count("/")


def _of_tools(path: str) -> bool:
    name = PurePosixPath(path)
    tools = DEVELOPMENT.search(name.stem.replace("requirements", ""))
    return tools is not None or "constraint" in name.stem.lower()


def _constraints(path: str, files: RequirementFiles) -> list[str]:
    """A ``constraints.txt`` beside a list."""
    beside = _in(path.rpartition("/")[0], "constraints.txt")
    return [beside] if beside in files.known else []


def _named(folder: str, files: RequirementFiles, reader: Reader) -> list[str]:
    return sorted(files.beside(folder, reader))


def _pythons(folder: str, files: RequirementFiles) -> Iterator[PythonDeclaration]:
    """The Pythons that a folder asks for, the most exact first; else those of the folders above."""
    while True:
        found = [
            one
            for name in PYTHON_FILES
            if _in(folder, name) in files.known
            for one in files.read(_in(folder, name)).pythons
        ]
        if found or not folder:
            yield from found
            return
        folder = folder.rpartition("/")[0]


def exact(python: PythonDeclaration | None) -> str | None:
    """``3.7`` where one Python is named."""
    match = re.fullmatch(r"==\s*(\d+\.\d+)(\.\*|\.\d+)?", python.specifier) if python is not None else None
    return match[1] if match is not None else None


def _folders(launch: Launch, root: Path) -> Iterator[str]:
    """The folders around a launch, the nearest first, up to the root."""
    starts = [launch.directory]
    if launch.origin.path is not None:
        starts.append(str(Path(root, launch.origin.path).parent))
    seen: list[str] = []
    for start in starts:
        try:
            inside = Path(start).relative_to(root)
        except ValueError:
            continue
        for folder in (inside, *inside.parents):
            name = "" if folder.as_posix() == "." else folder.as_posix()
            if name and name not in seen:
                seen.append(name)
    yield from seen
    yield ""


def folders_above(folder: str) -> list[str]:
    """A folder and those above it, up to the root."""
    found = [folder]
    while folder:
        folder = folder.rpartition("/")[0]
        found.append(folder)
    return found


def _in(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder else name
