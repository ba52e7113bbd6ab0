"""The two files as plain trees: ``[tool.connexion-doctor]`` of pyproject.toml, the sections of setup.cfg."""

from __future__ import annotations

import configparser
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from connexion_doctor.configuration import lines
from connexion_doctor.configuration.keys import SECTION
from connexion_doctor.foundation import toml_text
from connexion_doctor.model import overlay
from connexion_doctor.model.errors import ConfigurationError


def tree(path: Path) -> Mapping[str, Any] | None:
    """The configuration of a file; None where it has none.

    :raises ConfigurationError: the file cannot be parsed, or has a section that is almost ours
    """
    try:
        text = overlay.read(path).decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        raise ConfigurationError(f"{path}: not readable as UTF-8: {exc}") from exc
    toml = path.suffix == ".toml"
    found = _toml(path, text) if toml else _cfg(path, text)
    if (wrong := lines.misspelt(text, toml=toml)) is not None:
        ours = f"[tool.{SECTION}]" if toml else f"[{SECTION}]"
        raise ConfigurationError(f"{path}:{wrong[0]}: nothing reads {wrong[1]}; did you mean {ours}?")
    return found


def _toml(path: Path, text: str) -> Mapping[str, Any] | None:
    try:
        tables = toml_text.parsed(text.replace("\r\n", "\n"))
    except ValueError as exc:
        raise ConfigurationError(f"{path}: not readable as TOML: {exc}") from exc
    tool = tables.get("tool", {})
    section = tool.get(SECTION) if isinstance(tool, dict) else None
    if section is not None and not isinstance(section, dict):
        raise ConfigurationError(f"{path}: tool.{SECTION} must be a table")
    return section


def _cfg(path: Path, text: str) -> Mapping[str, Any] | None:
    """``[connexion-doctor]`` and its subsections, ``[connexion-doctor.launches.web]``, as one tree."""
    # As setuptools reads it, but for [DEFAULT]: what other tools put there are no keys of ours.
    parser = configparser.ConfigParser(interpolation=None, default_section="")
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    try:
        parser.read_string(text, str(path))
    except configparser.Error as exc:
        raise ConfigurationError(f"{path}: {' '.join(str(exc).split())}") from exc
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
