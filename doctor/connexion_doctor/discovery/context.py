"""What readers may ask: files of the project, and what a command line of it runs."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import field, replace

from connexion_doctor.commands import shell
from connexion_doctor.commands.directories import joined
from connexion_doctor.commands.expand import Built
from connexion_doctor.commands.placed_text import Text, lines_of, listed, part, text_of, unescaped, whole
from connexion_doctor.commands.shell import Simple
from connexion_doctor.commands.statements import SHELLS
from connexion_doctor.discovery.found import Other, Unresolved
from connexion_doctor.discovery.paths import Paths
from connexion_doctor.discovery.starts import Place, Start
from connexion_doctor.discovery.tree import Tree
from connexion_doctor.foundation.late import dataclass
from connexion_doctor.model import Location
from connexion_doctor.model.source import Source

# Kinds of files in which a command that nobody knows is likelier the app than anything else.
DOUBTFUL = listed(
    "dockerfile compose procfile shell heroku fly render railway nixpacks azure app-engine digitalocean "
    "app-runner"
)


@dataclass(frozen=True)
class Doubt:
    """A command that may start the app: told where nothing else of its start does.

    ``read_in`` is the file that was read, ``service`` the name of the start there, ``folder`` where it runs.
    """

    read_in: str
    service: str | None
    folder: str
    kind: str
    program: str
    entry: Unresolved


@dataclass
class Context:
    """The project under discovery. ``used`` are files that a start named: no starts by themselves."""

    tree: Tree
    used: set[str] = field(default_factory=set)
    unresolved: list[Unresolved] = field(default_factory=list)
    others: list[Other] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)
    tasks: set[str] = field(default_factory=set)  # names by which task runners know commands
    reading: str = ""  # the file whose starts are being taken
    own_variables: dict[str, Text] | None = None  # of the project's one image, once they were looked for

    def place(self, path: str, directory: str = ".", *, climb: bool = False, **environ: str) -> Place:
        """The place of a process that is started in the folder of a file."""
        return Place(Paths(self.tree, folder_of(path), (), climb), directory, environ)

    def shell(self, text: Text, start: Start, arguments: Sequence[Built] | None = None) -> Iterator[Start]:
        """The starts of shell text; ``start`` says kind, place, service and fallback location."""
        place = start.place
        found = shell.commands(
            text,
            environ=place.environ,
            arguments=arguments,
            directory=place.directory,
            zero=start.location.path.rpartition("/")[2] if arguments is None else "",
            files=ProjectFiles(self, place),
        )
        yield from _starts(found, start)

    def words(self, words: Sequence[Built], start: Start) -> Iterator[Start]:
        """The starts of a command given as words."""
        runner = shell.Shell(ProjectFiles(self, start.place))
        runner.run_words(words, shell.start(start.place.environ, start.place.directory, ()))
        yield from _starts(runner.found, start)

    def not_known(self, location: Location, reason: str) -> None:
        """Note a start whose command cannot be known."""
        entry = Unresolved(location.path, location.line, reason)
        if entry not in self.unresolved:
            self.unresolved.append(entry)

    def given_to_image(self, words: Sequence[Built], location: Location) -> bool:
        """Whether words without a command are arguments for the one in the image, which is noted."""
        if not words[0].text.startswith("-"):
            return False
        self.not_known(location, "the arguments are given to a command that stands in the image")
        return True

    def doubt(self, start: Start, inside: str, reason: str, program: str = "") -> None:
        """Note a command that may be the start of the app; later ones of the same start take its place."""
        words = start.command.texts if start.command is not None else ()
        way_there = start.kind == "shell" and "exec" not in words  # a script does much before it serves
        other = start.kind == "procfile" and not _serves(start.service)
        if start.kind in DOUBTFUL and not way_there and not other:
            folder = start.place.paths.folders(inside)[0]
            entry = Unresolved(start.location.path, start.location.line, reason)
            doubt = Doubt(self.reading, start.service, folder, start.kind, program, entry)
            same = (doubt.read_in, doubt.service)
            self.doubts = [one for one in self.doubts if (one.read_in, one.service) != same] + [doubt]

    def other(self, location: Location, what: str, why: str) -> None:
        """Note a start that is not one of a Connexion app."""
        entry = Other(location.path, location.line, what, why)
        if entry not in self.others:
            self.others.append(entry)


def _serves(process: str | None) -> bool:
    """Whether a process of a Procfile has a name that requests are sent to."""
    return re.match(r"(?i)(web|api|app|server|http|backend)", process or "") is not None


def _starts(found: Sequence[Simple], start: Start) -> Iterator[Start]:
    for simple in found:
        location = simple.location or start.location
        own = any(word.location and word.location.path == start.location.path for word in simple.words)
        if own and location.path != start.location.path:
            location = start.location  # it gives arguments to the program of another file: an entry point
        kind = start.kind if location.path == start.location.path else "shell"
        yield replace(start, command=simple, location=location, kind=kind)


class ProjectFiles:
    """The project's files as a process at a place sees them (``commands.files``)."""

    def __init__(self, context: Context, place: Place) -> None:
        self.context = context
        self.paths = place.paths

    def script(self, path: str, directory: str) -> Text | None:
        """The text of a shell script of the project."""
        made = self.paths.written.get(joined(directory, path))
        if made is not None:
            return made
        for found in self.paths.files(path, directory):
            source = self.context.tree.source(found) if looks_like_text(found) else None
            if source is not None and is_shell_script(found, source):
                self.context.used.add(found)
                check_script(self.context.tree, found, source)
                return whole(source)
        return None

    def exists(self, path: str, directory: str) -> bool | None:
        """Whether the project has the path."""
        return self.paths.exists(path, directory)


def looks_like_text(path: str) -> bool:
    """Whether a file may be a script, by its name."""
    name = path.rpartition("/")[2]
    return "." not in name.lstrip(".") or name.endswith(
        (".sh", ".bash", ".start", ".ksh", ".zsh", ".env", ".run")
    )


def is_shell_script(path: str, source: Source) -> bool:
    """By its first line, else by its name."""
    first = source.text[:120].split("\n", 1)[0]
    if first.startswith("#!"):
        program = first.removeprefix("#!").replace("/usr/bin/env", "").split()
        return any(word.rpartition("/")[2] in SHELLS for word in program[:2])
    return True


def check_script(tree: Tree, path: str, source: Source) -> None:
    """Faults that keep a script from starting at all."""
    if source.text.startswith("#!") and source.text.split("\n", 1)[0].endswith("\r"):
        tree.problem(
            path, 1, "has CRLF line ends: the kernel does not find the interpreter its first line names"
        )
    elif tree.has_bom(path):
        tree.problem(path, 1, "starts with a byte order mark: the kernel does not see its first line")


def folder_of(path: str) -> str:
    """The folder of a relative path ("" at the root)."""
    return path.rpartition("/")[0]


def env_file(source: Source) -> dict[str, Text | str]:
    """The variables of a ``.env`` file: ``NAME=value`` lines, ``export`` and quotes allowed."""
    found: dict[str, Text | str] = {}
    at = 0
    for line in lines_of(source.text):
        stripped = line.strip().removeprefix("export ").lstrip()
        name, equals, value = stripped.partition("=")
        if equals and name.strip().isidentifier():
            start = at + line.index("=") + 1
            value = value.strip()
            start += len(source.text[start : at + len(line)]) - len(
                source.text[start : at + len(line)].lstrip(" \t")
            )
            if len(value) > 1 and value[0] == value[-1] and value[0] in "'\"":
                start, value = start + 1, value[1:-1]
            elif " #" in value:
                value = value.partition(" #")[0].rstrip()
            found[name.strip()] = part(source, start, start + len(value))
        at += len(line)
    return found


def locate(source: Source, value: str, key: str = "") -> Text:
    """A text of a format without places, found again in its source behind its key."""
    begin = 0
    if key:
        match = re.search(rf"(?m)(?<![\w-])[\"']?{re.escape(key)}[\"']?\s*[:=]", source.text)
        begin = match.end() if match else 0
    at = source.text.find(value, begin)
    if at >= 0:
        return part(source, at, at + len(value))
    written = json.dumps(value, ensure_ascii=False)[1:-1]
    at = source.text.find(written, begin)
    return unescaped(part(source, at, at + len(written))) if at >= 0 else text_of(value)
