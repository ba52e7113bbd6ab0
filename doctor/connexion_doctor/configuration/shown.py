"""What is in force, as TOML lines with where each value comes from."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from connexion_doctor.configuration import Configuration
from connexion_doctor.configuration.keys import KEYS
from connexion_doctor.configuration.lines import line_of
from connexion_doctor.model import overlay
from connexion_doctor.model.question import ConfiguredLaunch


def lines(configuration: Configuration, directory: str) -> Iterator[str]:
    """Every key with its value. Values of environment variables are hidden."""
    for key in KEYS:
        source = "default"
        if key.name in configuration.values and configuration.path is not None:
            source = _shown(configuration.path, Path(directory).resolve(), key.name)
        value = configuration.get(key.name)
        if key.kind == "launches" and value:
            yield from _launches(value, Path(directory).resolve())
        elif value is None:
            yield f"# {key.name} is not set  # {source}"
        else:
            yield f"{key.name} = {_toml({} if key.kind == 'launches' else value)}  # {source}"


def _shown(path: Path, root: Path, place: str) -> str:
    line = line_of(overlay.read_text(path), place)
    end = f":{line}" if line is not None else ""
    try:
        return path.relative_to(root).as_posix() + end
    except ValueError:
        return f"{path}{end}"


def _toml(value: Any) -> str:
    if isinstance(value, Mapping):
        inner = ", ".join(f"{json.dumps(name)} = {_toml(entry)}" for name, entry in value.items())
        return f"{{{inner}}}"
    if isinstance(value, (tuple, list)):
        return f"[{', '.join(_toml(entry) for entry in value)}]"
    return json.dumps(value, ensure_ascii=False)


def _launches(launches: Sequence[ConfiguredLaunch], root: Path) -> Iterator[str]:
    for launch in launches:
        given = {
            "target": launch.target,
            "command": _command(launch.command),
            "server": launch.server,
            "directory": launch.directory,
            "python": launch.python,
            "environment": dict.fromkeys(launch.environment, "***") or None,
        }
        for name, value in given.items():
            if value is not None:
                source = _shown(launch.path, root, f"launches.{launch.name}.{name}")
                yield f"launches.{json.dumps(launch.name)}.{name} = {_toml(value)}  # {source}"


def _command(command: str | None) -> str | None:
    """A start command with the values of the variables that it sets hidden."""
    if command is None:
        return None
    from connexion_doctor.commands import argv, show

    try:
        return show.shown(argv.read(argv.words_of(shlex.split(command))))
    except ValueError:
        return command
