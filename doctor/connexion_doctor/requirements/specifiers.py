"""Ranges of versions in the words of Poetry, Pipenv and old pip, said in those of PEP 440.

Whatever a tool accepts is read; what nobody understands limits nothing. Nothing in here raises over text.
"""

from __future__ import annotations

import re
from functools import cache, cached_property
from typing import TYPE_CHECKING

from connexion_doctor.foundation import late
from connexion_doctor.foundation.late import dataclass
from connexion_doctor.model.numbers import whole_number

if TYPE_CHECKING:
    from packaging.specifiers import SpecifierSet
    from packaging.version import Version

OR = "||"
TOO_LONG = late.pattern(r"\d{1000}")  # Python reads no number of 5000 digits


@dataclass(frozen=True)
class Range:
    """The versions that a specifier lets in; ``||`` stands between alternatives."""

    text: str

    @cached_property
    def sets(self) -> tuple[SpecifierSet, ...]:
        """The alternatives; none where they are not understood."""
        from packaging.specifiers import InvalidSpecifier, SpecifierSet

        if TOO_LONG.search(self.text):
            return ()
        found = []
        for part in self.text.split(OR):
            try:
                found.append(SpecifierSet(part.strip(), prereleases=True))
            except InvalidSpecifier:
                return ()
        return tuple(found)

    def contains(self, version: Version | str) -> bool:
        """Whether a version is let in; what is no version is."""
        from packaging.version import Version

        try:
            given = version if isinstance(version, Version) else Version(version)
        except ValueError:  # ``InvalidVersion`` is one, and so is what a number of 5000 digits raises
            return True
        return not self.sets or any(one.contains(given) for one in self.sets)


def poetry_specifier(text: str) -> str | None:
    """``^2.14``, ``~2.14``, ``2.14.*``, ``21.*.*``, ``*``, ``^2 || ^3`` in the words of PEP 440 (and ``||``);
    None when it is something else."""
    made = []
    for alternative in re.split(r"\|\|?", text):
        one = _alternative(alternative)
        if one is None:
            return None
        if one == "":
            return ""
        made.append(one)
    return f" {OR} ".join(made)


def _alternative(text: str) -> str | None:
    parts = []
    for one in re.split(r",|\s(?=[<>=!~^\d])", re.sub(r"([<>=!~^])\s+", r"\1", text)):
        part = one.strip()
        if part in ("", "*"):
            continue
        made = _one_specifier(part)
        if made is None:
            return None
        if made:
            parts.append(made)
    specifier = ",".join(parts)
    return specifier if not specifier or Range(specifier).sets else None


def _one_specifier(part: str) -> str | None:
    match = re.fullmatch(r"(\^|~(?!=)|~=|==?=?|!=|<=?|>=?)?\s*v?([\w.*+!-]+)", part)
    if match is None:
        return None
    sign, version = match.groups()
    if version[0] in "*xX":
        return ""
    wildcard = re.search(r"(?<!\.[*xX])(\.[*xX])+$", version)
    if wildcard is not None:
        version = version[: wildcard.start()]
        if sign in (None, "=", "==", "===", "!="):
            return f"{'!=' if sign == '!=' else '=='}{version}.*"
    if sign == "^":
        return _caret(version)
    if sign == "~":
        numbers = version.split(".")
        upper = numbers[:1] if len(numbers) == 1 else numbers[:2]
        return f">={version},<{_bump(upper)}"
    if sign in (None, "="):
        return f"=={version}"
    return f"{sign}{version}"


def _caret(version: str) -> str:
    numbers = version.split(".")
    for index, number in enumerate(numbers):
        known = whole_number(number)
        if known is not None and (known > 0 or index == len(numbers) - 1):
            return f">={version},<{_bump(numbers[: index + 1])}"
    return f">={version}"


def _bump(numbers: list[str]) -> str:
    head, last = numbers[:-1], numbers[-1]
    return ".".join([*head, str((whole_number(re.sub(r"\D.*", "", last)) or 0) + 1)])


def repaired(requirement: str) -> str:
    """A requirement as old pip and setuptools read it, said so that PEP 508 has words for it: ``>=2.*``,
    ``~2.14``, ``^2``, a single ``=``."""
    head, semicolon, marker = requirement.partition(";")
    match = re.fullmatch(r"\s*([\w.-]+(?:\s*\[[^\]]*\])?)(\s*)(?:\(\s*)?([<>=!~^][^)]*)\)?\s*", head)
    specifier = poetry_specifier(match[3]) if match is not None else None
    if match is None or specifier is None or OR in specifier:
        return requirement
    # A wildcard behind a comparison: ``_one_specifier`` has taken it off.
    return f"{match[1]}{match[2]}{specifier}{' ' if marker else ''}{semicolon}{marker}"


def python_marker(text: str) -> str | None:
    """The marker for a range of Python versions."""
    specifier = poetry_specifier(text)
    if not specifier or OR in specifier:
        return None
    parts = [re.match(r"([^\w\s]+)(.+)", part) for part in specifier.split(",")]
    return " and ".join(f'python_version {m.group(1)} "{m.group(2)}"' for m in parts if m)


@cache
def meet(one: str, other: str) -> bool:
    """Whether some version fits both; tried on the versions around every bound."""
    from packaging.specifiers import InvalidSpecifier, SpecifierSet
    from packaging.version import Version

    try:
        both = SpecifierSet(f"{one},{other}".strip(","), prereleases=True)
        bounds = [Version(re.sub(r"\.\*$", "", specifier.version)) for specifier in both]
    except (InvalidSpecifier, ValueError):
        return True
    tried = {Version("0"), Version("9999")}
    for version in bounds:
        release = [*version.release, 0, 0][: max(3, len(version.release))]
        tried |= {version, Version(".".join(map(str, [*release, 1])))}
        tried |= {Version(f"{version.base_version}.{n}") for n in (0, 1, 5)}
        lower = [*release]
        for index in range(len(lower) - 1, -1, -1):
            if lower[index] > 0:
                tried.add(Version(".".join(map(str, [*lower[:index], lower[index] - 1, 9999]))))
                break
    return any(both.contains(version) for version in tried)


def reaches_below(specifier: str, floor: str) -> bool:
    """Whether a range that has a lowest version has one below another range's (``>=23``, ``>=25.1``)."""
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    try:
        bounds = [one for one in SpecifierSet(specifier) if one.operator in (">=", ">", "~=", "==", "===")]
    except InvalidSpecifier:
        return False
    return bool(bounds) and not any(meet(f"=={one.version}", floor) for one in bounds)
