"""Which Connexion a launch will run on: the one in its environment, else what it gets installed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from connexion_doctor.foundation import late
from connexion_doctor.foundation.late import dataclass
from connexion_doctor.model import Environment
from connexion_doctor.model.numbers import whole_number
from connexion_doctor.requirements.bringing import ALONE, EXTRAS, STANDARD
from connexion_doctor.requirements.canonical import canonical
from connexion_doctor.requirements.connexion import connexion_of
from connexion_doctor.requirements.declarations import Declared
from connexion_doctor.requirements.installation import Installation
from connexion_doctor.requirements.installs import exact
from connexion_doctor.requirements.specifiers import Range

REQUIREMENT = late.pattern(r"([A-Za-z0-9][\w.-]*)(?:\[([\w,-]*)\])?([^;]*)")
LOWEST = late.pattern(r"(?:==|>=|~=)\s*([\w.]+)")  # of the versions that a specifier lets in


@dataclass(frozen=True)
class Versions:
    """The major version of Connexion (None: not known, ``why`` says it) and where that stands; ``packages``
    are those of the environment, or the ones that are asked for (with the version they are pinned to).

    ``why`` beside a major: an older Connexion, read as that one for what its modules import alone."""

    major: int | None
    source: str = ""
    why: str = ""
    packages: Mapping[str, str] | None = None
    installed: bool = False
    paths: tuple[str, ...] = ()  # of the environment, where imports look
    extras: frozenset[str] = frozenset()  # of Connexion, as they are asked for
    declared: Declared | None = None  # what is asked for, where no environment has it
    projects: tuple[str, ...] = ()  # folders of the project that are installed as packages of their own
    python: str = ""  # its version (``3.11``), where one is known
    whole: bool = False  # nothing else is installed: a lock file, or packages that bring nothing of their own

    def major_of(self, name: str) -> int | None:
        """The major version of a package that is installed or pinned."""
        head = (self.packages or {}).get(name, "").partition(".")[0]
        return whole_number(head)

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
        """With packages that are taken for there, by their requirements: what is there and does not meet
        them is taken for replaced, by the lowest version that does."""
        packages, extras = dict(self.packages or {}), set(self.extras)
        for one in requirements:
            match = REQUIREMENT.match(one.strip())
            if match is None:
                continue
            name = canonical(match[1])
            given = set((match[2] or "").split(",")) - {""}
            extras |= given
            if name == "connexion":
                for package in (one for extra in given for one in EXTRAS.get(extra, ())):
                    packages.setdefault(package, "")
            wanted = Range(match[3].strip())
            if name not in packages or (packages[name] and not wanted.contains(packages[name])):
                lowest = LOWEST.search(match[3])
                packages[name] = lowest[1] if lowest is not None else ""
        return replace(self, packages=packages, extras=frozenset(extras))

    def asks_for(self, name: str) -> bool:
        """Whether a package is installed, or asked for, as an extra of Connexion too."""
        return self.installed or name in (self.packages or {}) or name in self.extras

    def lacks(self, *names: str) -> bool:
        """Whether none of these packages is there, as far as an environment tells."""
        return self.installed and not any(name in (self.packages or {}) for name in names)


def versions_of(environment: Environment | None, installation: Installation) -> Versions:
    """The versions that a launch gets: those of its environment, else what it gets installed."""
    if environment is not None and "connexion" in environment.packages:
        version = environment.packages["connexion"]
        python = ".".join(environment.version.split(".")[:2])
        return Versions(
            environment.major("connexion"),
            version,
            "",
            environment.packages,
            True,
            environment.paths,
            python=python,
            projects=_projects(installation),
        )
    found = connexion_of(installation)
    packages = {name: one.version or "" for name, one in installation.packages.items()}
    packages.update(installation.resolved)
    packages.update({name: "" for name in installation.system if name not in packages})
    if found.major not in (1, 2, 3):
        return Versions(None, found.where, found.why or f"{found.spoken} is none that the doctor knows")
    asked = installation.packages.get("connexion")
    extras = asked.extras if asked is not None else frozenset()
    alone = set(packages) <= ALONE
    server = installation.packages.get("uvicorn")
    if found.major == 3 and "uvicorn" in extras or server is not None and "standard" in server.extras:
        packages = {**dict.fromkeys(STANDARD, ""), **packages}
    return Versions(
        max(found.major, 2),
        found.where,
        f"{found.spoken} is older than what the doctor knows" if found.major == 1 else "",
        packages,
        extras=extras,
        declared=installation.declared,
        python=exact(installation.python) or "",
        projects=_projects(installation),
        whole=not found.unasked
        and not installation.gaps
        and not installation.missing
        and (installation.by == "lock" or alone),
    )


def _projects(installation: Installation) -> tuple[str, ...]:
    """The folders of the project that are installed as packages of their own."""
    return tuple(folder for step in installation.steps for folder, _ in step.projects)
