"""The two files as plain trees: ``[tool.connexion-doctor]`` of pyproject.toml, the sections of setup.cfg."""

from __future__ import annotations

import configparser
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from doctor.configuration.keys import SECTION
from doctor.options import ConfigurationError


def tree(path: Path) -> Mapping[str, Any] | None:
    """The configuration of a file; None where it has none.

    :raises ConfigurationError: the file cannot be parsed
    """
    return _toml(path) if path.suffix == ".toml" else _cfg(path)


def _toml(path: Path) -> Mapping[str, Any] | None:
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib  # type: ignore[import-not-found,unused-ignore]
    try:
        tables = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as exc:
        raise ConfigurationError(f"{path}: not readable as TOML: {exc}") from exc
    tool = tables.get("tool", {})
    section = tool.get(SECTION) if isinstance(tool, dict) else None
    if section is not None and not isinstance(section, dict):
        raise ConfigurationError(f"{path}: tool.{SECTION} must be a table")
    return section


def _cfg(path: Path) -> Mapping[str, Any] | None:
    """``[connexion-doctor]`` and its subsections, ``[connexion-doctor.launches.web]``, as one tree."""
    parser = configparser.ConfigParser(interpolation=None, delimiters=("=",))
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    try:
        parser.read_string(path.read_text("utf-8"), str(path))
    except (configparser.Error, UnicodeDecodeError) as exc:
        raise ConfigurationError(f"{path}: {exc}") from exc
    tree: dict[str, Any] | None = None
    for name in parser.sections():
        head, _, rest = name.partition(".")
        if head != SECTION:
            continue
        tree = {} if tree is None else tree
        place: Any = tree
        for part in rest.split(".") if rest else ():
            place = place.setdefault(part, {})
        place.update(parser.items(name))
    return tree
