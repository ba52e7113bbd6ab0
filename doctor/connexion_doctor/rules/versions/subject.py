"""What the version rules look at: the environment, what the files ask for, and what the code uses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import field
from functools import cache, cached_property
from typing import TYPE_CHECKING

from packaging.version import InvalidVersion, Version

from connexion_doctor.foundation.late import dataclass
from connexion_doctor.model import Environment, Location
from connexion_doctor.python import Sources
from connexion_doctor.requirements.connexion import connexion_of, newest_of
from connexion_doctor.requirements.installation import Installation
from connexion_doctor.requirements.read import Declaration, Declared
from connexion_doctor.requirements.specifiers import meet

if TYPE_CHECKING:
    from packaging.markers import Marker


@dataclass(frozen=True)
class Known:
    """A version that will run: the one installed, or the one that a file pins."""

    version: Version
    source: str  # ``installed``, or the file
    location: Location | None

    @property
    def spoken(self) -> str:
        """The version with its origin, for a message."""
        return f"{self.version}" if self.source == "installed" else f"{self.version} ({self.source})"


@dataclass(frozen=True)
class Requirements:
    """The subject. ``uses`` is what the code needs: ``flask``, ``uvicorn``, ``swagger-ui``, ``reload``."""

    environment: Environment | None
    declared: Declared = field(default_factory=Declared)
    uses: frozenset[str] = frozenset()
    target_version: int | None = None
    beside: tuple[Declaration, ...] = ()  # of files that may be installed in the place of these

    def versions(self, name: str) -> list[Known]:
        """The installed version; where nothing is installed, those that files pin for the application. On the
        way to Connexion 3 what is installed may be of today, which the files ask for no more."""
        installed = self.installed(name)
        places = [d for d in self.declared.of(name) if not d.locked] or list(self.declared.of(name))
        left = (
            installed is not None
            and self.target_version == 3
            and not self.is_upgraded
            and bool(places)
            and not any(one.versions.contains(installed) for one in places)
        )
        if installed is not None and not left:
            return [Known(installed, "installed", places[0].location if places else None)]
        if self.environment is not None and "connexion" in self.environment.packages and not left:
            return []  # this environment is the one that runs, and it has not got the package
        found: dict[Version, Known] = {}
        pins = [one for one in self.declared.of(name) if parse(one.pinned) and not development(one)]
        for declaration in [one for one in pins if one.locked] or pins:  # a lock file is what is installed
            version = parse(declaration.pinned)
            if version is not None:
                found.setdefault(version, Known(version, declaration.path, declaration.location))
        return list(found.values()) or (list(self._newest()) if name == "connexion" else [])

    def _newest(self) -> Iterator[Known]:
        """The Connexion that a range leads to: ``~=2.6.0``."""
        asked = self._installation.packages.get("connexion")
        newest = parse(newest_of(asked.declarations)) if asked is not None else None
        if asked is not None and newest is not None:
            yield Known(newest, asked.deciding.path, asked.deciding.location)

    @property
    def is_upgraded(self) -> bool:
        """Whether the environment is the one of the upgrade, which the files do not ask for yet."""
        installed, asked = self.installed("connexion"), self.declared.of("connexion")
        if installed is None or installed.major != self.target_version:
            return False
        return bool(asked) and not any(one.versions.contains(installed) for one in asked)

    def installed(self, name: str) -> Version | None:
        """The version in the environment."""
        return parse(self.environment.packages.get(name)) if self.environment is not None else None

    def connexion_major(self) -> int | None:
        """2 or 3: of what is installed, else of what all files that limit it allow."""
        installed = self.installed("connexion")
        if installed is not None:
            return installed.major
        return connexion_of(self._installation).major

    def waits_for_3(self) -> bool:
        """Whether the files ask for Connexion 3 alone, whatever is installed today."""
        asked = connexion_of(self._installation)
        return asked.open == (3,) and not asked.unasked

    def held_below_3(self) -> str:
        """What beside its own requirement keeps Connexion at 2 where it is installed afresh."""
        fresh = self.target_version is None and self.installed("connexion") is None
        return connexion_of(self._installation).held if fresh else ""

    @cached_property
    def _installation(self) -> Installation:
        """What the files ask for, as one installation."""
        asked = tuple(one for one in self.declared.requirements if not development(one))
        return Installation(requirements=asked, python=next(iter(self.declared.pythons), None))

    def pairs(self, first: str, second: str) -> Iterator[tuple[Known, Known]]:
        """Versions of two packages that run together."""
        for one in self.versions(first):
            for other in self.versions(second):
                if (
                    "installed" in (one.source, other.source)
                    or one.source == other.source
                    or _folder(one.source) == _folder(other.source)
                ):
                    yield one, other

    def takes(self, name: str, version: str, python: str) -> bool:
        """Whether a fresh installation takes that version of a package or a newer one.

        So it is where nothing is installed or locked, no file limits the package, no other package that may
        limit it is asked for, and no file names a Python that is too old for the version.
        """
        if self.environment is not None and "connexion" in self.environment.packages:
            return False
        around = {"flask": "flask-", "starlette": "fastapi"}.get(name, name)
        asked = self.declared.requirements
        return (
            all(d.versions.contains(version) and not d.locked for d in self.declared.of(name))
            and not any(d.locked or d.name.startswith(around) for d in asked)
            and all(meet(p.specifier, python) for p in self.declared.pythons)
        )

    def has(self, *names: str) -> bool:
        """Whether one of these packages is installed or asked for."""
        inside = self.environment is not None and any(n in self.environment.packages for n in names)
        return inside or bool(self.declared.of(*names))


def uses_of(sources: Sources) -> frozenset[str]:
    """What the code needs of Connexion's extras."""
    found = set(sources.extensions)
    for use, name in sources.calls:
        if use.guarded:
            continue
        if name in ("connexion.FlaskApp", "connexion.FlaskApi"):
            found.add("flask")
            given = [k.value for k in use.node.keywords if k.arg == "validate_responses"]
            found |= {"validate-responses"} if given and getattr(given[0], "value", True) else set()
        elif name in ("connexion.FlaskApp().run", "connexion.AsyncApp().run"):
            found.add("uvicorn")
            if use.node.args:
                found.add("reload")
        elif name == "connexion.options.SwaggerUIOptions":
            keywords = {k.arg: k.value for k in use.node.keywords}
            off = getattr(keywords.get("swagger_ui"), "value", True) is False
            if not off and "swagger_ui_template_dir" not in keywords and keywords:
                found.add("swagger-ui")
        elif name.endswith(".add_api") and name.startswith("connexion."):
            given = [k.value for k in use.node.keywords if k.arg == "validate_responses"]
            found |= {"validate-responses"} if given and getattr(given[0], "value", True) else set()
    return frozenset(found | ({"references"} if sources.references else set()))


@cache
def parse(text: str | None) -> Version | None:
    """A version; None when it is none."""
    try:
        return Version(text) if text else None
    except InvalidVersion:
        return None


@cache
def within(version: Version, specifier: str) -> bool:
    """Whether a version lies in a range."""
    from packaging.specifiers import SpecifierSet

    return SpecifierSet(specifier, prereleases=True).contains(version)


def development(declaration: Declaration) -> bool:
    """Whether a requirement belongs to a group of tools, not to the application."""
    return bool(declaration.group)


# Environments that tell markers apart; what is true in none of them together excludes each other.
_WORLDS = tuple(
    {
        "python_version": python,
        "python_full_version": f"{python}.1",
        "sys_platform": platform,
        "platform_system": system,
        "os_name": os,
        "implementation_name": implementation.lower(),
        "platform_python_implementation": implementation,
        "platform_machine": machine,
        "extra": "",
    }
    for python in ("2.7", "3.6", "3.7", "3.8", "3.9", "3.10", "3.11", "3.12", "3.13", "3.14")
    for platform, system, os, machine in (
        ("linux", "Linux", "posix", "x86_64"),
        ("linux", "Linux", "posix", "aarch64"),
        ("darwin", "Darwin", "posix", "arm64"),
        ("win32", "Windows", "nt", "AMD64"),
    )
    for implementation in ("CPython", "PyPy")
)


def together(*markers: str | None) -> bool:
    """Whether requirements with these markers can hold in one environment."""
    parsed = [_marker(one) for one in markers if one]
    if None in parsed:
        return False
    return any(all(one.evaluate(dict(world)) for one in parsed if one) for world in _WORLDS)


def _marker(text: str) -> Marker | None:
    """None where it cannot be read."""
    from packaging.markers import InvalidMarker, Marker

    try:
        return Marker(text)
    except InvalidMarker:
        return None


def applies(marker: str | None, environment: Environment) -> bool:
    """Whether a marker holds for an interpreter on this platform; without a version, whether it can."""
    if not marker:
        return True
    if not environment.version:
        return together(marker)
    version = environment.version.split()[0]
    short = ".".join(version.split(".")[:2])
    world = {"python_version": short, "python_full_version": version, "extra": ""}
    parsed = _marker(marker)
    return parsed is not None and parsed.evaluate(world)


def _folder(path: str) -> str:
    head, _, _ = path.rpartition("/")
    return "" if head.rpartition("/")[2] == "requirements" and "/" not in head else head
