"""uWSGI configuration in its four notations -> options with their places.

Source: uWSGI's "Configuring uWSGI": one list of options, written as ini, yaml, json or xml;
``$(VAR)`` and ``%(name)`` are expanded by uWSGI, ``%d`` is the folder of the file.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from connexion_doctor.commands.placed_text import changed_between
from connexion_doctor.discovery.ini import entries
from connexion_doctor.discovery.targets import with_callable
from connexion_doctor.discovery.yaml_nodes import documents
from connexion_doctor.foundation.late import dataclass
from connexion_doctor.model import Location
from connexion_doctor.model.source import Source

TARGETS = ("module", "wsgi", "wsgi-file", "file", "mount", "pyrun", "paste", "ini-paste")


@dataclass(frozen=True)
class Option:
    """One option."""

    key: str
    value: str
    location: Location


@dataclass(frozen=True)
class UwsgiFile:
    """What a configuration says of the app."""

    target: str
    location: Location
    chdir: str | None
    pythonpath: tuple[str, ...] = ()

    @property
    def paths(self) -> list[str]:
        """What may be paths in it."""
        return [self.target.rpartition(":")[0] or self.target, self.chdir or "", *self.pythonpath]


def read(source: Source) -> UwsgiFile | None:
    """The app of a configuration; None where it names none.

    :raises ValueError: it cannot be read
    """
    options = list(_options(source))
    found = {option.key: option for option in options}
    name = found.get("callable")
    for key in TARGETS[:5]:
        option = found.get(key)
        if option is None:
            continue
        value = option.value.partition("=")[2] if key == "mount" and "=" in option.value else option.value
        target = with_callable(value, name.value if name is not None else None)
        chdir = found.get("chdir") or found.get("chdir2")
        paths = tuple(one.value for one in options if one.key in ("pythonpath", "python-path", "pp"))
        return UwsgiFile(target, option.location, chdir.value if chdir else None, paths)
    return None


def starts_others(source: Source) -> bool:
    """Whether a configuration is that of an emperor: the instances have configurations of their own.

    :raises ValueError: it cannot be read
    """
    return any(option.key in ("emperor", "vassals-dir") for option in _options(source))


def _options(source: Source) -> Iterator[Option]:
    name = source.path.rpartition("/")[2].lower()
    if name.endswith((".yaml", ".yml")):
        yield from _yaml(source)
    elif name.endswith(".json"):
        yield from _json(source)
    elif name.endswith(".xml"):
        yield from _xml(source)
    else:
        defined: dict[str, str] = {}
        for entry in entries(source):
            if entry.section and entry.section != "uwsgi":
                continue
            key, value = entry.key.replace("_", "-"), re.split(r"\s[#;]", entry.value)[0].strip()
            for known, text in defined.items():
                value = value.replace(f"%({known})", text)
            defined[entry.key] = value
            line, column = source.position(entry.offset)
            start = entry.text.location(0, max(len(value), 1))
            yield Option(key, value, start or Location(source.path, line, column))


def _yaml(source: Source) -> Iterator[Option]:
    for document in documents(source):
        block = document.get("uwsgi")
        for key, node in block.items() if block is not None else ():
            for one in node.elements() if node.kind == "sequence" else [node]:
                if one.value is not None:
                    yield Option(key.replace("_", "-"), one.value, one.location)


def _json(source: Source) -> Iterator[Option]:
    data = json.loads(source.text)
    block = data.get("uwsgi") if isinstance(data, dict) else None
    for key, value in block.items() if isinstance(block, dict) else ():
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, str):
                yield Option(key.replace("_", "-"), one, _find(source, json.dumps(one), key))


def _xml(source: Source) -> Iterator[Option]:
    """A flat list of elements; parsed as text, so that entities are never expanded."""
    text = changed_between(source.text, "<!--", "-->", lambda comment: " " * len(comment))
    if "<uwsgi" not in text:
        return
    for match in re.finditer(r"<([\w-]+)(?:\s[^<>]*)?>([^<>]*)</\1>", text):
        start = match.start(2)
        yield Option(match[1], match[2].strip(), source.span(start, match.end(2)))


def _find(source: Source, written: str, key: str) -> Location:
    at = source.text.find(f'"{key}"')
    at = source.text.find(written, max(at, 0))
    return source.span(at, at + len(written)) if at >= 0 else Location(source.path, 1)
