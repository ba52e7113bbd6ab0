"""From a plain tree to checked values, by the kinds of the keys. In setup.cfg everything is text."""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from connexion_doctor.configuration.keys import KEYS, LAUNCH_KEYS, SECTION, Key
from connexion_doctor.configuration.lines import line_of
from connexion_doctor.model import overlay
from connexion_doctor.model.errors import ConfigurationError
from connexion_doctor.model.question import ConfiguredLaunch
from connexion_doctor.reporters import check_format
from connexion_doctor.rules import index


def values(path: Path, raw: Mapping[str, Any]) -> dict[str, Any]:
    """The values that a file gives, by the names of their keys.

    :raises ConfigurationError: a key or a value is not understood
    :raises UsageError: a rule is named that does not exist
    """
    reader = _Reader(path)
    values = reader.table(raw, KEYS, "")
    for name in ("select", "ignore"):
        index.check(values.get(name, ()), f"{reader.at(name)}: {name}")
    for pattern, codes in values.get("per-file-ignores", {}).items():
        where = reader.at(f"per-file-ignores.{pattern}")
        index.check(codes, f"{where}: per-file-ignores of {pattern!r}")
    for rule in values.get("severities", {}):
        index.check((rule,), f"{reader.at(f'severities.{rule}')}: severities")
    for spec in values.get("format", ()):
        check_format(spec, f"{reader.at('format')}: format")
    if "python" in values:
        values["python"] = _interpreter(path, values["python"])
    if "baseline" in values:
        values["baseline"] = str(path.parent / Path(values["baseline"]).expanduser())
    return values


def _interpreter(path: Path, value: str) -> str:
    """A path that a configuration gives is relative to its file; a bare name may be a program on PATH."""
    beside = path.parent / Path(value).expanduser()
    return str(beside) if "/" in value or os.path.exists(beside) else value


class _Reader:
    """Reads values by their kinds; in setup.cfg everything is text."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.text = path.suffix != ".toml"

    def fail(self, where: str, what: str) -> ConfigurationError:
        return ConfigurationError(f"{self.at(where)}: {what}")

    def at(self, where: str) -> str:
        """The file, with the line of a place in our section where it is found."""
        line = line_of(overlay.read_text(self.path), where)
        return f"{self.path}:{line}" if line is not None else str(self.path)

    def table(self, raw: Mapping[str, Any], keys: Sequence[Key], where: str) -> dict[str, Any]:
        known = {key.name: key for key in keys}
        read = {}
        for name, value in raw.items():
            key = known.get(name)
            if key is None:
                close = difflib.get_close_matches(name.replace("_", "-"), known, n=1, cutoff=0.6)
                hint = f"did you mean {close[0]}?" if close else f"there are {', '.join(known)}"
                raise self.fail(
                    f"{where}.{name}" if where else name, f"{where or SECTION} has no key {name!r}; {hint}"
                )
            read[name] = self.value(key, value, f"{where}.{name}" if where else name)
        return read

    def value(self, key: Key, value: Any, where: str) -> Any:
        read = getattr(self, f"_{key.kind}")
        return read(key, value, where)

    def _strings(self, key: Key, value: Any, where: str) -> tuple[str, ...]:
        if self.text and isinstance(value, str):
            value = [part.strip() for part in re.split(r"[,\n]", value) if part.strip()]
        if isinstance(value, str):
            value = [value]
        if not isinstance(value, list) or not all(isinstance(entry, str) for entry in value):
            raise self.fail(where, f"{where} must be a list of strings")
        return tuple(value)

    def _string(self, key: Key, value: Any, where: str) -> str:
        if not isinstance(value, str) or not value:
            raise self.fail(where, f"{where} must be a string")
        return value

    def _number(self, key: Key, value: Any, where: str) -> float:
        try:
            number = float(value) if self.text or type(value) in (int, float) else 0.0
        except (TypeError, ValueError):
            number = 0.0
        if not 0.5 <= number < float("inf"):
            raise self.fail(where, f"{where} must be a number of seconds, at least 0.5")
        return number

    def _switch(self, key: Key, value: Any, where: str) -> bool:
        words = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}
        made = words.get(value.lower()) if self.text and isinstance(value, str) else value
        if not isinstance(made, bool):
            raise self.fail(where, f"{where} must be true or false")
        return made

    def _choice(self, key: Key, value: Any, where: str) -> str:
        if value not in key.choices:
            close = difflib.get_close_matches(str(value), key.choices, n=1)
            hint = f"; did you mean {close[0]}?" if close else ""
            raise self.fail(where, f"{where} must be one of {', '.join(key.choices)}, not {value!r}{hint}")
        return str(value)

    def _mapping(self, value: Any, where: str) -> Mapping[str, Any]:
        if not isinstance(value, Mapping):
            raise self.fail(where, f"{where} must be a table")
        return value

    def _lists(self, key: Key, value: Any, where: str) -> dict[str, tuple[str, ...]]:
        table = self._mapping(value, where)
        return {name: self._strings(key, entry, f"{where}.{name}") for name, entry in table.items()}

    def _choices(self, key: Key, value: Any, where: str) -> dict[str, str]:
        table = self._mapping(value, where)
        return {name: self._choice(key, entry, f"{where}.{name}") for name, entry in table.items()}

    def _texts(self, key: Key, value: Any, where: str) -> dict[str, str]:
        table = self._mapping(value, where)
        if not all(isinstance(entry, str) for entry in table.values()):
            raise self.fail(where, f"{where} must be a table of strings")
        return dict(table)

    def _launches(self, key: Key, value: Any, where: str) -> tuple[ConfiguredLaunch, ...]:
        return tuple(
            self._launch(name, self._mapping(entry, f"{where}.{name}"), f"{where}.{name}")
            for name, entry in self._mapping(value, where).items()
        )

    def _launch(self, name: str, raw: Mapping[str, Any], where: str) -> ConfiguredLaunch:
        read = self.table(raw, LAUNCH_KEYS, where)
        if ("command" in read) == ("target" in read):
            raise self.fail(where, f"{where} needs either a target or a command")
        if "command" in read and "server" in read:
            raise self.fail(where, f"{where}: the command says which server it is; take server out")
        if "python" in read:
            read["python"] = _interpreter(self.path, read["python"])
        said = f"{where}.{'command' if 'command' in read else 'target'}"
        line = line_of(overlay.read_text(self.path), said) or 1
        return ConfiguredLaunch(name, path=self.path, line=line, **read)
