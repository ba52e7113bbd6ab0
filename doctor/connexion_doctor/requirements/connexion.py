"""Which Connexion an installation gets, and which line says so."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from connexion_doctor.foundation.late import dataclass
from connexion_doctor.model.numbers import whole_number
from connexion_doctor.requirements.declarations import Declaration, PythonDeclaration
from connexion_doctor.requirements.installation import Installation, place_of
from connexion_doctor.requirements.specifiers import Range

# The releases of each major on PyPI; what comes later is found by the bounds of what is asked for.
RELEASES = {
    2: (
        "2.0.0", "2.0.1", "2.0.2", "2.1.0", "2.2.0", "2.3.0", "2.4.0", "2.5.0", "2.5.1", "2.6.0", "2.7.0",
        "2.8.0", "2.9.0", "2.10.0", "2.11.0", "2.11.1", "2.11.2", "2.12.0", "2.13.0", "2.13.1", "2.14.0",
        "2.14.1", "2.14.2", "2.15.0", "2.15.1",
    ),
    3: (
        "3.0.0", "3.0.1", "3.0.2", "3.0.3", "3.0.4", "3.0.5", "3.0.6", "3.1.0", "3.2.0", "3.3.0",
    ),
}  # fmt: skip
# What Connexion 3 asks for (Requires-Dist), and what that asks for: the least that 3.0 and that 3.3 take, and
# the extra that brings it. What excludes all of a package from the first on excludes Connexion 3.
NEEDED: tuple[tuple[str, str, str, str], ...] = (
    ("werkzeug", "2.2.1", "2.2.1", ""),
    ("markupsafe", "2.1.1", "2.1.1", ""),  # of Werkzeug
    ("jinja2", "3.0.0", "3.0", ""),
    ("jsonschema", "4.0.1", "4.17.3", ""),
    ("requests", "2.27", "2.27", ""),
    ("pyyaml", "5.1", "5.1", ""),
    ("httpx", "0.23", "0.23", ""),
    ("starlette", "0.27", "0.35", ""),
    ("idna", "2.8", "2.8", ""),  # of anyio, of Starlette
    ("asgiref", "3.4", "3.4", ""),
    ("typing-extensions", "4.0.0", "4.6.1", ""),
    ("python-multipart", "0.0.5", "0.0.15", ""),
    ("flask", "2.2", "2.2", "flask"),
    ("click", "8.0", "8.0", "flask"),  # of Flask
    ("itsdangerous", "2.0", "2.0", "flask"),  # of Flask
    ("a2wsgi", "1.7", "1.7", "flask"),
    ("uvicorn", "0.17.6", "0.17.6", "uvicorn"),
    ("swagger-ui-bundle", "1.1.0", "1.1.0", "swagger-ui"),
)
# Releases of Flask that exclude what Connexion 3 needs by what they ask for themselves (Werkzeug below 2).
OLD_FLASK = Range("==1.1.3 || ==1.1.4")
PYTHONS = tuple(f"3.{minor}.5" for minor in range(8, 40))  # those that some Connexion 3 lets in


@dataclass(frozen=True)
class Connexion:
    """The Connexion of an installation.

    ``major`` is what a fresh installation takes (None: not known, ``why`` says it); ``open`` the majors that
    the files let in. ``version`` is the exact one where it is pinned; ``where`` the line that says it, and
    ``held`` what keeps the other major out. ``resolved``: an index was asked for the version; ``unasked``: no
    file asks for Connexion.
    """

    major: int | None
    open: tuple[int, ...] = ()
    version: str | None = None
    where: str = ""
    why: str = ""
    held: str = ""
    resolved: bool = False
    unasked: bool = False

    @property
    def spoken(self) -> str:
        """``Connexion 2.14.2 (requirements.txt:1)``, with what decides it where nothing is pinned."""
        if self.major is None:
            return self.why
        if self.unasked:
            held = f"{self.held} leaves no other" if self.held else "a fresh installation takes it"
            return f"Connexion {self.major}: no file asks for Connexion, {held}"
        place = f" ({self.where})" if self.where else ""
        if self.resolved:
            return f"Connexion {self.version} ({self.where}: the version that uv finds for it)"
        if self.version is not None:
            return f"Connexion {self.version}{place}"
        if self.held:
            return f"Connexion {self.major}{place}, held there by {self.held}"
        if len(self.open) > 1:
            return f"Connexion {self.major}{place}: a fresh installation takes it, and 2 is let in too"
        return f"Connexion {self.major}{place}"


def connexion_of(installation: Installation) -> Connexion:
    """Which Connexion an installation gets."""
    asked = installation.packages.get("connexion")
    if asked is None:
        if installation.gaps or installation.missing:
            return Connexion(None, why="no file that is installed asks for Connexion")
        held = next(_excluding_3(installation), "")
        return Connexion(2 if held else 3, (2,) if held else (3, 2), held=held, unasked=True)
    where = asked.where
    found = dict(installation.resolved).get("connexion")
    if found is not None:
        major = int(found.partition(".")[0])
        return Connexion(major, (major,), found, where, resolved=asked.version is None)
    if asked.version is not None and asked.version[0].isdigit():
        pinned = whole_number(asked.version.split(".")[0])
        if pinned is None or not all(one.versions.contains(asked.version) for one in asked.declarations):
            return Connexion(None, why=f"{where}: what is asked for excludes itself", where=where)
        return Connexion(pinned, (pinned,), asked.version, where)
    majors = majors_of(asked.declarations)
    if not majors:
        return Connexion(None, where=where, why=f"{where}: no release of Connexion 2 or 3 fits")
    if 3 in majors and 2 in majors:
        held = next(_excluding_3(installation), "")
        if held:
            return Connexion(2, (2,), None, where, held=held)
        if installation.missing:
            why = f"{installation.missing[0]}, which may limit it, is not in the project"
            return Connexion(None, majors, where=where, why=why)
    return Connexion(majors[0], majors, None, where)


def majors_of(declarations: Sequence[Declaration]) -> tuple[int, ...]:
    """The majors that requirements let in together, the newest first."""
    return tuple(
        major
        for major, releases in sorted(RELEASES.items(), reverse=True)
        if any(
            all(one.versions.contains(release) for one in declarations)
            for release in (*releases, *_bounds(declarations, major))
        )
    )


def newest_of(declarations: Sequence[Declaration]) -> str | None:
    """The version that a fresh installation takes, where the requirements hold it below the last release of
    its major: the last one may ask for a newer Python."""
    for major in majors_of(declarations)[:1]:
        fitting = [one for one in RELEASES[major] if all(d.versions.contains(one) for d in declarations)]
        if fitting and fitting[-1] != RELEASES[major][-1]:
            return fitting[-1]
    return None


def _bounds(declarations: Sequence[Declaration], major: int) -> Iterator[str]:
    """The versions of a major that requirements name: ``2.5.0`` of ``~=2.5.0,<2.5.1``."""
    for one in declarations:
        for alternative in one.versions.sets:
            versions = (part.version.removesuffix(".*") for part in alternative)
            yield from (version for version in versions if version.partition(".")[0] == str(major))


def _excluding_3(installation: Installation) -> Iterator[str]:
    """What keeps Connexion 3 out, beside the requirement of Connexion itself."""
    asked = installation.packages.get("connexion")
    extras = asked.extras if asked is not None else frozenset()
    limits = [one for one in installation.requirements if one.name != "connexion" and one.specifier]
    for name, needed, _, extra in NEEDED:
        for one in limits if not extra or extra in extras else ():
            if one.name == name and not lets_in(one, needed):
                yield f"{one.name}{one.specifier} ({place_of(one)})"
    for one in limits:
        if one.name == "flask" and one.pinned is not None and OLD_FLASK.contains(one.pinned):
            yield f"{one.name}{one.specifier} ({place_of(one)})"
    python = installation.python
    if python is not None and not any(Range(python.specifier).contains(one) for one in PYTHONS):
        yield f"Python {spoken_python(python)} ({place_of(python)})"


def lets_in(one: Declaration, needed: str) -> bool:
    """Whether a requirement lets in some version from ``needed`` on; tried on versions around its bounds."""
    from packaging.version import InvalidVersion, Version

    try:
        least = Version(needed)
        if one.pinned is not None:
            return Version(one.pinned) >= least
    except InvalidVersion:
        return True
    bounds = _around(one)
    return any(version >= least and one.versions.contains(version) for version in (least, *bounds))


def _around(one: Declaration) -> list:  # type: ignore[type-arg]
    from packaging.version import InvalidVersion, Version

    found = [Version("9999")]
    for alternative in one.versions.sets:
        for part in alternative:
            text = part.version.removesuffix(".*")
            for near in (text, f"{text}.1", f"{text}.9999"):
                try:
                    found.append(Version(near))
                except InvalidVersion:
                    continue
            numbers = [known for one in text.split(".") if (known := whole_number(one)) is not None]
            for index in reversed(range(len(numbers))):
                if numbers[index] > 0:
                    below = [*numbers[:index], numbers[index] - 1, 9999]
                    found.append(Version(".".join(map(str, below))))
                    break
    return found


def spoken_python(python: PythonDeclaration) -> str:
    """``3.7`` for ``==3.7.*``."""
    return python.specifier.removeprefix("==").removesuffix(".*")
