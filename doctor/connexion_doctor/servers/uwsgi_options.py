"""uWSGI's options: of the command, of the files that it names, of the environment, in the order in which
uWSGI takes them.

uWSGI cannot be asked without starting it, so this is read here. Sources: uWSGI's documentation,
"Configuring uWSGI" (formats, placeholders, magic variables) and "Options"; core/ini.c, core/config.c and
core/magic.c of uWSGI 2.0. Nothing behind a value is a comment there: ``module = app:app # x`` names the
callable ``app # x``, and uWSGI ends with "callable not found".
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import field
from pathlib import Path, PurePosixPath

from connexion_doctor.commands.placed_text import changed_between
from connexion_doctor.foundation.late import dataclass
from connexion_doctor.model import Command, Launch, Location, Written
from connexion_doctor.model.numbers import whole_number
from connexion_doctor.model.source import Source, read_source

# Short options with a value, and without one (uWSGI 2.0, ``uwsgi --help``).
SHORT = {
    "-w": "module", "-H": "virtualenv", "-p": "processes", "-s": "socket", "-t": "harakiri", "-x": "xml",
    "-y": "yaml", "-j": "json", "-d": "daemonize", "-l": "listen", "-v": "max-vars", "-b": "buffer-size",
    "-R": "max-requests", "-z": "socket-timeout", "-P": "profiler", "-D": "dynamic-app-number",
    "-a": "abstract-socket", "-c": "", "-A": "sharedarea",
}  # fmt: skip
SHORT_FLAGS = {"-M": "master", "-T": "enable-threads", "-L": "disable-logging", "-i": "single-interpreter",
               "-C": "chmod-socket", "-m": "memory-report", "-r": "reaper", "-h": "help"}  # fmt: skip
LONG_FLAGS = frozenset(
    "master enable-threads lazy lazy-apps need-app vacuum die-on-term no-orphans thunder-lock strict "
    "single-interpreter disable-logging manage-script-name memory-report harakiri-verbose no-site "
    "ignore-sigpipe ignore-write-errors disable-write-exception log-master threaded-logger auto-procname "
    "catch-exceptions http-keepalive http-auto-chunked reuse-port so-keepalive tcp-nodelay "
    "close-on-exec log-x-forwarded-for log-4xx log-5xx log-date "
    "no-default-app skip-atexit skip-atexit-teardown version help pep3333-input wsgi-accept-buffer".split()
)
SAME = {
    "wsgi": "module", "file": "wsgi-file", "workers": "processes", "home": "virtualenv", "venv": "virtualenv",
    "pyhome": "virtualenv", "python-path": "pythonpath", "pp": "pythonpath", "uwsgi-socket": "socket",
}  # fmt: skip
FILES = ("ini", "yaml", "yml", "json", "xml", "config", "include", "inherit")
SUFFIXES = (".ini", ".yaml", ".yml", ".json", ".xml")
DEEPEST = 4
FALSE = frozenset({"false", "off", "no", "0"})


@dataclass(frozen=True)
class Option:
    """One option as it stands. ``word`` is the index of its word in the command, ``location`` its value's
    place in a file, ``key_column`` the column of its name there; ``made_at`` is the line that writes it into
    a file, which no edit changes."""

    key: str
    value: str
    location: Location | None = None
    word: int | None = None
    prefix: str = ""
    key_column: int = 1
    made_at: Location | None = None

    @property
    def on(self) -> bool:
        """Whether a switch is on: uWSGI takes any value but these for yes."""
        return self.value.strip().lower() not in FALSE

    @property
    def source(self) -> str:
        """``file``, ``command`` or ``environment``."""
        if self.word is not None:
            return "command"
        return "file" if self.location is not None or self.made_at is not None else "environment"


@dataclass(frozen=True)
class Configuration:
    """All options in order; ``file`` is the first configuration file (absolute)."""

    options: tuple[Option, ...] = ()
    file: str | None = None
    unread: tuple[str, ...] = ()
    sources: Mapping[str, Source] = field(default_factory=dict)

    def last(self, *keys: str) -> Option | None:
        """The option that is in force: the last of these names."""
        return next((option for option in reversed(self.options) if option.key in keys), None)

    def all(self, key: str) -> list[str]:
        """The values of an option that may be repeated."""
        return [option.value for option in self.options if option.key == key]

    def on(self, *keys: str) -> bool:
        """Whether one of these switches is on."""
        return any((option := self.last(key)) is not None and option.on for key in keys)

    def count(self, key: str) -> int:
        """A number; 0 where there is none, and for ``%k``-like values 1."""
        option = self.last(key)
        found = re.match(r"\d+", option.value) if option is not None else None
        number = whole_number(found[0]) if found is not None else None
        return number if number is not None else int(option is not None)

    @property
    def app(self) -> Option | None:
        """The option that names the app: module and file by their order in uWSGI's Python plugin."""
        return self.last("module") or self.last("wsgi-file") or self.last("mount")

    @property
    def forks(self) -> bool:
        """Whether the app is loaded in a process that is then forked."""
        forks = self.on("master") or self.count("processes") > 1 or self.last("cheaper") is not None
        return forks and not self.on("lazy-apps", "lazy")


def of_launch(launch: Launch) -> Configuration:
    """The options of a launch."""
    return _Reader(launch).result()


def known(source: Source, section: str = "uwsgi") -> list[Option]:
    """The options of one file."""
    return list(_entries(source, section))


class _Reader:
    def __init__(self, launch: Launch) -> None:
        self.launch = launch
        self.directory = Path(launch.directory)
        self.options: list[Option] = []
        self.sources: dict[str, Source] = {}
        self.unread: list[str] = []
        self.environ = {**launch.environ, **launch.command.environ}

    def result(self) -> Configuration:
        for name, value in self.environ.items():
            if name.startswith("UWSGI_"):
                self._take(Option(_named(name[6:].lower()), value), 0)
        for option in of_command(self.launch.command):
            self._take(option, 0)
        configured = self.launch.options.get("config")
        if configured and not self.sources:
            self._file(configured, 0)
        first = next(iter(self.sources), None)
        return Configuration(tuple(self.options), first, tuple(self.unread), self.sources)

    def _take(self, option: Option, depth: int) -> None:
        file = not option.key and option.value.partition(":")[0].endswith(SUFFIXES)
        if option.key in FILES or file:
            self._file(option.value, depth)
        elif option.key:
            self.options.append(option)

    def _file(self, value: str, depth: int) -> None:
        name, _, section = value.partition(":")
        made = self.launch.written.get(name)
        if made is not None and made.text is not None and depth < DEEPEST:
            self._made(name, made, section or "uwsgi", depth)
            return
        for start, place in self.launch.options.items():
            if start == f"path:{name}":
                name = place
        found = next((path for path in self._places(name) if os.path.isfile(path)), None)
        source = read_source(found, self._shown(found)) if found is not None and depth < DEEPEST else None
        if source is None or found is None:
            self.unread.append(f"{value} could not be read")
            return
        self.sources[str(found)] = source
        defined: dict[str, str] = {}
        for option in _entries(source, section or "uwsgi"):
            text = expanded(option.value, found, defined, self.environ)
            defined[option.key] = text
            placed = Option(option.key, text, option.location, None, "", option.key_column)
            if option.key in FILES and not Path(text).is_absolute():
                placed = Option(option.key, str(self.directory / text), option.location)
            self._take(placed, depth + 1)

    def _made(self, name: str, made: Written, section: str, depth: int) -> None:
        """A file that the start writes itself."""
        source = Source(name, made.text or "")
        defined: dict[str, str] = {}
        for option in _entries(source, section):
            text = expanded(option.value, self.directory / name, defined, self.environ)
            defined[option.key] = text
            line = option.location.line if option.location is not None else 0
            place = made.places[line - 1] if 0 < line <= len(made.places) else None
            self._take(Option(option.key, text, made_at=place), depth + 1)

    def _places(self, name: str) -> Iterator[Path]:
        """Where a file may lie: as named, and (found in the project by its own path) above the directory."""
        path = Path(name)
        yield path if path.is_absolute() else self.directory / path
        if not path.is_absolute():
            yield from (above / path for above in list(self.directory.parents)[:6])

    def _shown(self, path: Path) -> str:
        origin = self.launch.origin.path
        if origin is not None and path.as_posix().endswith("/" + origin):
            return origin
        root = Path(self.launch.options.get("root") or self.directory)
        try:
            return path.resolve().relative_to(root.resolve()).as_posix()
        except ValueError:
            return str(path)


def of_command(command: Command) -> Iterator[Option]:
    """The options among the words of a command; ``key`` is empty for a word that is none."""
    words, index = command.words, command.arguments
    while index < len(words):
        text = words[index].text
        head, equals, value = text.partition("=")
        if text.startswith("--"):
            key = _named(head[2:])
            if equals:
                yield Option(key, value, None, index, head + "=")
            elif key in LONG_FLAGS or index + 1 >= len(words) or words[index + 1].text.startswith("-"):
                yield Option(key, "true", None, index, text)
            else:
                index += 1
                yield Option(key, words[index].text, None, index)
        elif text[:2] in SHORT_FLAGS:
            yield Option(SHORT_FLAGS[text[:2]], "true", None, index, text)
        elif text[:2] in SHORT and len(text) > 2:
            yield Option(_named(SHORT[text[:2]]), text[2:], None, index, text[:2])
        elif text[:2] in SHORT and index + 1 < len(words):
            index += 1
            yield Option(_named(SHORT[text[:2]]), words[index].text, None, index)
        elif not text.startswith("-"):
            yield Option("", text, None, index)
        index += 1


def _named(key: str) -> str:
    key = key.strip().replace("_", "-")
    return SAME.get(key, key)


def expanded(value: str, path: Path, defined: Mapping[str, str], environ: Mapping[str, str]) -> str:
    """A value with ``%(option)``, ``$(VARIABLE)`` and the magic variables of a file's path filled in."""
    full = PurePosixPath(path.as_posix())
    magic = {
        "d": f"{full.parent}/", "p": str(full), "P": str(full), "s": full.name, "S": full.name,
        "o": str(full), "O": str(full), "n": full.stem, "N": full.stem, "e": full.suffix.lstrip("."),
        "c": full.parent.name, "C": full.parent.name, "x": "uwsgi", "X": "uwsgi", "%": "%",
    }  # fmt: skip
    value = re.sub(r"%\(([^()]+)\)", lambda found: defined.get(_named(found[1]), found[0]), value)
    value = re.sub(r"\$\(([^()]+)\)", lambda found: environ.get(found[1], found[0]), value)
    return re.sub(r"%([a-zA-Z%])", lambda found: magic.get(found[1], found[0]), value)


def _entries(source: Source, section: str) -> Iterator[Option]:
    suffix = PurePosixPath(source.path).suffix.lower()
    if suffix in (".yaml", ".yml"):
        yield from _yaml(source, section)
    elif suffix == ".json":
        yield from _json(source, section)
    elif suffix == ".xml":
        yield from _xml(source)
    else:
        yield from _ini(source, section)


def _ini(source: Source, wanted: str) -> Iterator[Option]:
    """Comments take a whole line; a line without ``=`` is a switch."""
    section = ""
    for number, line in enumerate(source.lines, 1):
        stripped = line.strip()
        if not stripped or stripped[0] in "#;":
            continue
        if stripped.startswith("["):
            section = stripped[1:].partition("]")[0].strip()
            continue
        if section != wanted:
            continue
        key, equals, value = line.partition("=")
        start = len(line) - len(line.lstrip()) + 1
        column = len(key) + 2 + len(value) - len(value.lstrip()) if equals else start
        value = value.strip() if equals else "true"
        end = column + (len(value) if equals else len(stripped))
        place = Location(source.path, number, column, number, end)
        yield Option(_named(key), value, place, None, "", start)


def _yaml(source: Source, section: str) -> Iterator[Option]:
    from connexion_doctor.discovery.yaml_nodes import documents
    from connexion_doctor.model.source import Source as Read

    for document in documents(Read(source.path, source.text)):
        block = document.get(section)
        for key, node in block.items() if block is not None else ():
            for one in node.elements() if node.kind == "sequence" else [node]:
                if one.value is not None:
                    line = source.line(one.location.line)
                    column = len(line) - len(line.lstrip()) + 1
                    yield Option(_named(key), one.value, one.location, None, "", column)


def _json(source: Source, section: str) -> Iterator[Option]:
    try:
        data = json.loads(source.text)
    except ValueError:
        return
    block = data.get(section) if isinstance(data, dict) else None
    for key, value in block.items() if isinstance(block, dict) else ():
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, (str, int, bool)):
                text = "true" if one is True else "false" if one is False else str(one)
                yield Option(_named(key), text, _find(source, key, json.dumps(one)))


def _find(source: Source, key: str, written: str) -> Location:
    for number, line in enumerate(source.lines, 1):
        at = line.find(written, line.find(f'"{key}"') + len(key) + 2) if f'"{key}"' in line else -1
        if at >= 0:
            inner = 1 if written.startswith('"') else 0
            return Location(source.path, number, at + 1 + inner, number, at + 1 + len(written) - inner)
    return Location(source.path, 1)


def _xml(source: Source) -> Iterator[Option]:
    """A flat list of elements, read as text: entities are never expanded, comments are blanked."""
    text = changed_between(source.text, "<!--", "-->", lambda found: re.sub(r"[^\n]", " ", found))
    for found in re.finditer(r"<([\w-]+)\s*/>|<([\w-]+)>([^<>\n]*)</\2>", text):
        key = found[1] or found[2]
        if key == "uwsgi":
            continue
        start, end = (found.start(), found.end()) if found[1] else found.span(3)
        before = text[:start]
        line = before.count("\n") + 1
        column = start - (before.rfind("\n") + 1) + 1
        value = "true" if found[1] else found[3].strip()
        yield Option(_named(key), value, Location(source.path, line, column, line, column + end - start))
