"""Pins that do not go with Connexion 3: raised as far as it takes, and no further."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

PIN = re.compile(r"^(?P<before>\s*(?P<name>[A-Za-z0-9][\w.-]*)(?:\[[^\]]*\])?\s*)==\s*(?P<version>[^\s;#]+)")


@dataclass(frozen=True)
class Raised:
    """A pin that was raised, and where it stands."""

    path: str
    line: int
    name: str
    before: str
    after: str


def loosened(text: str) -> str:
    """The list with every pin as the lowest version that will do: a resolver that takes the lowest keeps to
    the pins where it can."""
    return "".join(PIN.sub(r"\g<before>>=\g<version>", line) for line in text.splitlines(keepends=True))


def versions(text: str) -> dict[str, str]:
    """Normalised name -> version of the pins of a list."""
    found = [match for match in map(PIN.match, text.splitlines()) if match is not None]
    return {_normalised(match["name"]): match["version"] for match in found}


def _normalised(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def raised(path: Path, shown: str, wanted: Mapping[str, str]) -> list[Raised]:
    """Write these versions into the pins of a list; those that changed.

    :param shown: the path below the project
    :param wanted: normalised name -> version
    """
    found: list[Raised] = []
    lines = path.read_text("utf-8").splitlines(keepends=True)
    for number, line in enumerate(lines, 1):
        match = PIN.match(line)
        if match is None:
            continue
        version = wanted.get(_normalised(match["name"]), match["version"])
        if version != match["version"]:
            found.append(Raised(shown, number, match["name"], match["version"], version))
            lines[number - 1] = f"{match['before']}=={version}{line[match.end() :]}"
    if found:
        path.write_text("".join(lines), encoding="utf-8")
    return found
