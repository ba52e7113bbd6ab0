"""How the project is started."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import field

from connexion_doctor.foundation.late import dataclass
from connexion_doctor.model.words import Location


@dataclass(frozen=True)
class Word:
    """One word of a command, after the shell's quoting is undone.

    ``location`` is where its source text stands, for edits; None for a word of our own command line.
    ``known`` is False where part of the text could not be known without running something. ``style`` is
    how this word is written, where it is not as the others of its command are.
    """

    text: str
    location: Location | None = None
    known: bool = True
    style: Style | None = None


class Style(str, enum.Enum):
    """How the words of a command are written where they stand, which decides how an edit is written."""

    SHELL = "shell"  # words between blanks, quoted as a POSIX shell wants it
    JSON = "json"  # a list of double-quoted strings: Dockerfile's exec form, JSON, a YAML flow list
    YAML = "yaml"  # a YAML block sequence, one word a line
    SYSTEMD = "systemd"  # words between blanks, systemd's own quoting


@dataclass(frozen=True)
class Command:
    """A start command: the words as they stand, and where the server's own arguments begin.

    ``server`` names the module of ``connexion_doctor.servers`` that reads it (None: no server we know).
    ``words[:program]`` are wrappers (``env``, ``exec``, ``poetry run``), ``words[program:arguments]``
    start the server (``gunicorn``, or ``python -m gunicorn``), ``words[arguments:]`` are its arguments.
    ``environ`` holds the variables that the command itself sets.
    """

    words: tuple[Word, ...]
    program: int = 0
    arguments: int = 1
    server: str | None = None
    environ: Mapping[str, str] = field(default_factory=dict)
    style: Style = Style.SHELL
    module_run: bool = False  # ``python -m server``: the working directory leads sys.path
    unread: tuple[str, ...] = ()  # what could not be known, in words

    @property
    def argv(self) -> tuple[str, ...]:
        """The server's own arguments."""
        return tuple(word.text for word in self.words[self.arguments :])


@dataclass(frozen=True)
class Origin:
    """Where a launch was read. ``kind`` is ``command-line``, ``candidate`` or a kind of file."""

    kind: str
    path: str | None = None
    line: int | None = None
    column: int | None = None
    service: str | None = None  # the name the file itself gives: compose service, Procfile process


@dataclass(frozen=True)
class Stage:
    """The stage of a Dockerfile that a launch runs in: the file, which one (from 0), the build context's
    folder; paths are relative to the project root."""

    path: str
    index: int
    context: str = ""


@dataclass(frozen=True)
class Written:
    """A file that is made where the launch runs, before its server reads it. ``text`` is None where what is
    written is not known; ``places`` are where its lines stand."""

    text: str | None
    places: tuple[Location | None, ...] = ()


@dataclass(frozen=True)
class Unbuilt:
    """Why no environment could be built for a launch, or no versions found: the installer's last words, the
    line that asks for what does not install, and what has to be said of the Python where another one was
    taken."""

    reason: str
    location: Location | None = None
    other_python: str | None = None
    what: str = "The environment cannot be built"


@dataclass(frozen=True)
class Launch:
    """One way the project is started.

    ``directory`` is absolute. ``environ`` is what the origin adds to the environment (values never
    leave the process), ``variables`` where a value of it stands in a file; ``written`` are configuration
    files that its server reads and the start itself makes. ``candidate`` launches are not the project's own:
    the doctor proposes them for a bare target, so their faults are not the project's. ``given`` are variables
    that are set there, whose values the files do not tell.
    """

    id: str
    origin: Origin
    server: str
    directory: str
    command: Command
    target: str | None = None
    environ: Mapping[str, str] = field(default_factory=dict)
    candidate: bool = False
    options: Mapping[str, str] = field(default_factory=dict)
    variables: Mapping[str, Location] = field(default_factory=dict)
    stage: Stage | None = None  # the image that it runs in, where the project builds it
    written: Mapping[str, Written] = field(default_factory=dict)
    given: tuple[str, ...] = ()

    def here(self, text: str) -> str:
        """A path as the process sees it, as one of the project where ``options`` tell of it (``path:/app/x``
        names what lies there); other text as it is."""
        for name, place in self.options.items():
            path = name.removeprefix("path:").rstrip("/")
            if name.startswith("path:") and (text.rstrip("/") == path or text.startswith(path + "/")):
                return place + text.rstrip("/")[len(path) :]
        return text
