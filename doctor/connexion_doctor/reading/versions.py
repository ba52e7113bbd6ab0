"""Which Connexion a launch will run on: the one in its environment, else what the files around it ask for."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from connexion_doctor.model import Environment, Launch
from connexion_doctor.model.source import read_source
from connexion_doctor.requirements.declarations import Declaration, Declared

# What Connexion 3 needs of packages that may be held below (Requires-Dist of connexion 3.3).
NEEDED_BY_3 = {"flask": "2.2", "werkzeug": "2.2.1", "starlette": "0.35", "httpx": "0.23"}
MAJORS = {2: ("2.7.0", "2.14.2", "2.15.1"), 3: ("3.0.0", "3.0.6", "3.1.0", "3.2.0", "3.3.0")}
REQUIREMENT_FILE = re.compile(r"(?:-r|--requirement)[ =]?[\"']?([\w./-]+)")


@dataclass(frozen=True)
class Versions:
    """The major version of Connexion (None: not known, ``why`` says it) and where that stands; ``packages``
    are those of the environment, or the ones that are asked for (with the version they are pinned to)."""

    major: int | None
    source: str = ""
    why: str = ""
    packages: Mapping[str, str] | None = None
    installed: bool = False
    paths: tuple[str, ...] = ()  # of the environment, where imports look
    extras: frozenset[str] = frozenset()  # of Connexion, as they are asked for

    def major_of(self, name: str) -> int | None:
        """The major version of a package that is installed or pinned."""
        head = (self.packages or {}).get(name, "").partition(".")[0]
        return int(head) if head.isdigit() else None

    @property
    def environment(self) -> Environment:
        """What is asked for, in the place of an environment."""
        known = {name: version for name, version in (self.packages or {}).items() if version}
        return Environment("", "", f"asked for in {self.source}", known)

    def flask_is_whole(self) -> bool:
        """Whether what FlaskApp of Connexion 3 needs is there, or asked for."""
        if "flask" in self.extras:
            return True
        return all(name in (self.packages or {}) for name in ("flask", "a2wsgi"))

    def with_packages(self, requirements: Sequence[str]) -> Versions:
        """With packages that are taken for there, by their requirements."""
        if not requirements:
            return self
        named = [re.match(r"([A-Za-z0-9][\w.-]*)(?:\[([\w,-]*)\])?", one.strip()) for one in requirements]
        found = [(match[1], match[2] or "") for match in named if match is not None]
        more = {re.sub(r"[-_.]+", "-", name).lower(): "" for name, _ in found}
        extras = frozenset(extra for _, given in found for extra in given.split(",") if extra)
        return replace(self, packages={**more, **(self.packages or {})}, extras=self.extras | extras)

    def asks_for(self, name: str) -> bool:
        """Whether a package is installed, or asked for, as an extra of Connexion too."""
        return self.installed or name in (self.packages or {}) or name in self.extras

    def lacks(self, *names: str) -> bool:
        """Whether none of these packages is there, as far as an environment tells."""
        return self.installed and not any(name in (self.packages or {}) for name in names)


def versions_of(launch: Launch, environment: Environment | None, declared: Declared, root: Path) -> Versions:
    """The versions that a launch gets."""
    if environment is not None and "connexion" in environment.packages:
        version = environment.packages["connexion"]
        return Versions(
            environment.major("connexion"), version, "", environment.packages, True, environment.paths
        )
    near = _near(launch, declared, root)
    asked = [one for one in near if one.name == "connexion"]
    if not asked:
        return Versions(None, why="no file near it asks for Connexion")
    packages = {one.name: one.pinned or "" for one in near if not one.constraint}
    allowed = {
        major
        for major, releases in MAJORS.items()
        if any(all(one.versions.contains(release) for one in asked) for release in releases)
    }
    pinned = next((one for one in asked if one.pinned), asked[0])
    if pinned.pinned:
        allowed = {int(pinned.pinned.split(".")[0])} if pinned.pinned[0].isdigit() else allowed
    place = f"{pinned.path}:{pinned.location.line}" if pinned.location else pinned.path
    if allowed == {2, 3}:
        held = _held_below_3(near)
        allowed = {2} if held else {3}  # a fresh installation takes the newest
    if len(allowed) != 1 or not allowed & {2, 3}:
        return Versions(None, place, "the files ask for versions of Connexion that exclude each other")
    extras = frozenset(extra for one in asked for extra in one.extras)
    return Versions(allowed.pop(), place, "", packages, extras=extras)


def _held_below_3(near: Sequence[Declaration]) -> Declaration | None:
    """A requirement that lets pip take Connexion 2 only."""
    for one in near:
        needed = NEEDED_BY_3.get(one.name)
        if needed is not None and one.specifier and not _allows(one, needed):
            return one
    return None


def _allows(one: Declaration, needed: str) -> bool:
    """Whether a requirement lets in a version from ``needed`` on, as far as the pins of this one tell."""
    from packaging.version import InvalidVersion, Version

    try:
        if one.pinned is not None:
            return Version(one.pinned) >= Version(needed)
        return any(one.versions.contains(version) for version in (needed, f"{needed}.99", "99"))
    except InvalidVersion:
        return True


def _near(launch: Launch, declared: Declared, root: Path) -> list[Declaration]:
    """The requirements of the files that the start's image installs, else of those nearest to the launch."""
    wanted = [one for one in declared.requirements if not _development(one)]
    origin = launch.origin.path
    if origin is not None and re.search(r"(?i)dockerfile|containerfile", PurePosixPath(origin).name):
        named = _installed_by(Path(root, origin))
        of_image = [one for one in wanted if PurePosixPath(one.path).name in named or one.path == origin]
        if any(one.name == "connexion" for one in of_image):
            return of_image
    folders = _folders(launch, root)
    for folder in folders:
        here = [one for one in wanted if _folder(one.path) == folder]
        locked = [one for one in here if one.locked]
        if any(one.name == "connexion" for one in locked):
            return locked
        if any(one.name == "connexion" for one in here):
            return here
    inside = [one for one in wanted if one.name == "connexion"]
    return wanted if len({_folder(one.path) for one in inside}) == 1 else []


def _installed_by(dockerfile: Path) -> set[str]:
    source = read_source(dockerfile, dockerfile.name)
    return {PurePosixPath(name).name for name in REQUIREMENT_FILE.findall(source.text if source else "")}


def _folders(launch: Launch, root: Path) -> list[str]:
    """The folders around a launch, the nearest first, up to the root."""
    found: list[str] = []
    starts = [launch.directory]
    if launch.origin.path is not None:
        starts.append(str(Path(root, launch.origin.path).parent))
    for start in starts:
        try:
            inside = Path(start).relative_to(root)
        except ValueError:
            continue
        for folder in (inside, *inside.parents):
            name = "" if folder.as_posix() == "." else folder.as_posix()
            if name not in found:
                found.append(name)
    if "" in found:  # the root is the last resort of both
        found = [name for name in found if name] + [""]
    return found


def _folder(path: str) -> str:
    folder = path.rpartition("/")[0]
    return (
        folder.rpartition("/")[0] if folder.rpartition("/")[2] in ("requirements", "reqs", "deps") else folder
    )


def _development(one: Declaration) -> bool:
    name = PurePosixPath(one.path).name.lower()
    return bool(re.search(r"dev|test|lint|doc", one.group.lower() or name.replace("dockerfile", "")))


def without_markers(declared: Declared) -> Declared:
    """The requirements that hold on the Python of today; those for others are left out."""
    from packaging.markers import InvalidMarker, Marker

    def holds(one: Declaration) -> bool:
        if not one.marker:
            return True
        try:
            return Marker(one.marker).evaluate({"extra": ""})
        except (InvalidMarker, ValueError, KeyError):
            return True

    return replace(declared, requirements=tuple(one for one in declared.requirements if holds(one)))
