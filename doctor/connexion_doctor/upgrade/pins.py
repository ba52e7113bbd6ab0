"""Versions of a list that do not go with Connexion 3: raised as far as it takes, and no further."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from packaging.specifiers import InvalidSpecifier, Specifier, SpecifierSet

from connexion_doctor.requirements.canonical import canonical

LINE = re.compile(
    r"^(?P<before>\s*(?P<name>[A-Za-z0-9][\w.-]*)(?:\[[^\]]*\])?\s*)(?P<versions>[<>=!~](?:[^;#\n]*[^;#\s])?)(?P<after>\s*(?:[;#].*)?)$"
)
LOWEST = ("==", "===", "~=", ">=", ">")


@dataclass(frozen=True)
class Raised:
    """Versions that were raised, and where they stand: ``jsonschema``, ``==3.2.0``, ``==4.17.3``."""

    path: str
    line: int
    name: str
    before: str
    after: str


def loosened(text: str) -> str:
    """The list without upper bounds, every pin as the lowest version that will do: a resolver that takes the
    lowest keeps to the pins where it can."""
    return "".join(f"{_loosened(line)}\n" for line in text.splitlines())


def _loosened(line: str) -> str:
    match = LINE.match(line)
    given = _specifiers(match["versions"]) if match is not None else None
    if match is None or given is None:
        return line
    kept = [
        f">={one.version.removesuffix('.*')}" if one.operator in LOWEST else str(one)
        for one in given
        if not one.operator.startswith("<")
    ]
    return f"{match['before'].rstrip()}{','.join(kept)}{match['after']}"


def versions(text: str) -> dict[str, str]:
    """Normalised name -> version of the pins of a list."""
    found = [match for match in map(LINE.match, text.splitlines()) if match is not None]
    return {
        canonical(match["name"]): match["versions"].removeprefix("==").strip()
        for match in found
        if match["versions"].startswith("==")
    }


def raised(path: Path, shown: str, wanted: Mapping[str, str]) -> list[Raised]:
    """Write these versions into a list, where it does not allow them; what was written.

    :param shown: the path below the project
    :param wanted: normalised name -> version
    """
    found: list[Raised] = []
    lines = path.read_text("utf-8").splitlines()
    for number, line in enumerate(lines, 1):
        match = LINE.match(line)
        version = wanted.get(canonical(match["name"])) if match is not None else None
        given = _specifiers(match["versions"]) if match is not None else None
        if match is None or version is None or given is None or _allows(given, version):
            continue
        new = f"{'==' if any(one.operator.startswith('==') for one in given) else '>='}{version}"
        found.append(Raised(shown, number, match["name"], match["versions"].strip(), new))
        lines[number - 1] = f"{match['before']}{new}{match['after']}"
    if found:
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return found


def _specifiers(text: str) -> list[Specifier] | None:
    """The parts of ``>=2,<3``, in order; None for what nobody can read."""
    try:
        return [Specifier(part.strip()) for part in text.split(",") if part.strip()]
    except InvalidSpecifier:
        return None


def _allows(given: list[Specifier], version: str) -> bool:
    return SpecifierSet(",".join(map(str, given))).contains(version, prereleases=True)
