"""Configuration: ``[tool.connexion-doctor]`` in pyproject.toml, or ``[connexion-doctor]`` in setup.cfg.

The nearest file that has the section counts, from the project folder upwards to the repository's root.
Whatever is not understood is an error: a misspelt key must not pass for one that is in force. Parsers are
imported only where a file mentions the section.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import field
from pathlib import Path
from typing import Any

from connexion_doctor.configuration.keys import KEYS, SECTION
from connexion_doctor.foundation import late
from connexion_doctor.foundation.late import dataclass
from connexion_doctor.model import overlay
from connexion_doctor.model.errors import ConfigurationError

# What is worth reading more closely: the section, and what may be a misspelling of it.
ALMOST = late.pattern(rb"con+ex+i?on.?doct", re.IGNORECASE)


@dataclass(frozen=True)
class Configuration:
    """What the file says. ``values`` holds the keys that it gives, by name; ``path`` is the file."""

    values: Mapping[str, Any] = field(default_factory=dict)
    path: Path | None = None

    def get(self, name: str) -> Any:
        """The value in force, when the command line says nothing."""
        return self.values.get(name, next(key.default for key in KEYS if key.name == name))

    def merged(self, given: Mapping[str, Any], explicit: Sequence[str]) -> dict[str, Any]:
        """Options of the command line, completed: those that were not given there are taken from the file.

        :param given: every option, by its name in Python
        :param explicit: the names of those that the command line gives
        """
        values = {key.option: self.values[key.name] for key in KEYS if key.name in self.values}
        kept = {name: value for name, value in given.items() if name in explicit or name not in values}
        return {**values, **kept}


def load(directory: str) -> Configuration:
    """The configuration for a project folder; empty where there is none.

    :raises UsageError: a file has the section and cannot be understood
    """
    start = Path(directory).resolve()
    for folder in (start, *start.parents):
        found = [path for path in (folder / "pyproject.toml", folder / "setup.cfg") if _mentions(path)]
        if found and (configuration := _read(found)) is not None:
            return configuration
        if os.path.exists(folder / ".git"):
            break
    return Configuration()


def _mentions(path: Path) -> bool:
    """Whether the file can have the section: most have not, and parsing takes longer than looking."""
    try:
        return ALMOST.search(overlay.read(path)) is not None
    except OSError:
        return False


def _read(paths: Sequence[Path]) -> Configuration | None:
    from connexion_doctor.configuration import files, reading

    trees = [(path, tree) for path in paths if (tree := files.tree(path)) is not None]
    if len(trees) > 1:
        raise ConfigurationError(
            f"{paths[0].parent}: both pyproject.toml and setup.cfg configure {SECTION}; keep one"
        )
    return Configuration(reading.values(trees[0][0], trees[0][1]), trees[0][0]) if trees else None
