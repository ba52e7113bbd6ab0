"""The nouns of the doctor, as frozen data classes (the words are those of the README's glossary).

Nothing here decides or prints. Lines and columns start at 1; columns count characters; an end
column is exclusive. Paths in locations are relative to the project root where they lie inside it.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from doctor.text import Source


class Interface(str, enum.Enum):
    """How a callable is called.

    ``wsgi`` is PEP 3333's ``app(environ, start_response)``; ``asgi3`` and ``asgi2`` are the single
    and the double callable of the ASGI specification ("Applications", "Legacy Applications");
    ``rsgi`` is granian's own ``app.__rsgi__(scope, protocol)``.
    """

    WSGI = "wsgi"
    ASGI3 = "asgi3"
    ASGI2 = "asgi2"
    RSGI = "rsgi"
    UNKNOWN = "unknown"

    @property
    def spoken(self) -> str:
        """The call as it stands in prose."""
        return {
            "wsgi": "app(environ, start_response)",
            "asgi3": "app(scope, receive, send)",
            "asgi2": "app(scope)(receive, send)",
            "rsgi": "app(scope, protocol)",
            "unknown": "an unknown interface",
        }[self.value]


class Severity(str, enum.Enum):
    """``error``: it fails, or security is bypassed; ``warning``: it works and something will bite."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"

    @property
    def rank(self) -> int:
        """0 for the gravest."""
        return list(Severity).index(self)


class Verdict(str, enum.Enum):
    """Of a launch: it boots and answers through Connexion, it does not, or nobody can say yet."""

    SERVES = "serves"
    FAILS = "fails"
    UNKNOWN = "unknown"


class Applicability(str, enum.Enum):
    """``safe``: same behaviour but for the fault; ``unsafe``: behaviour changes; ``manual``: text."""

    SAFE = "safe"
    UNSAFE = "unsafe"
    MANUAL = "manual"


@dataclass(frozen=True)
class Location:
    """A span of characters in a file of the project."""

    path: str
    line: int
    column: int = 1
    end_line: int | None = None
    end_column: int | None = None

    @property
    def end(self) -> tuple[int, int]:
        """End line and (exclusive) end column, the start's own where no end is known."""
        return self.end_line or self.line, self.end_column or self.column


@dataclass(frozen=True)
class Edit:
    """Replace the characters of ``location`` by ``replacement`` (an empty span inserts)."""

    location: Location
    replacement: str


@dataclass(frozen=True)
class Fix:
    """A change that cures a finding.

    ``edits`` change files, ``command`` is the whole start command after the fix, ``install`` are
    requirements for the target environment, ``costs`` is what the user gives up.
    """

    title: str
    applicability: Applicability = Applicability.SAFE
    recommended: bool = False
    install: tuple[str, ...] = ()
    edits: tuple[Edit, ...] = ()
    command: str | None = None
    costs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Finding:
    """One fault at one place."""

    code: str
    name: str
    severity: Severity
    message: str
    evidence: tuple[str, ...] = ()
    launch: str | None = None
    location: Location | None = None
    word: int | None = None  # index of the guilty word of the launch's command
    fixes: tuple[Fix, ...] = ()


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

    ``server`` names the module of ``doctor.servers`` that reads it (None: no server we know).
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
class Launch:
    """One way the project is started.

    ``directory`` is absolute. ``environ`` is what the origin adds to the environment (values never
    leave the process), ``variables`` where a value of it stands in a file. ``candidate`` launches are not
    the project's own: the doctor proposes them for a bare target, so their faults are not the project's.
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


# --- facts: what the probe reports about the target environment; no opinions ------------------


@dataclass(frozen=True)
class Frame:
    """One frame of a traceback, outermost first in its tuple."""

    path: str
    line: int
    name: str
    text: str = ""


@dataclass(frozen=True)
class Raised:
    """An exception that was raised in the target interpreter."""

    type: str  # qualified: ``builtins.TypeError``, ``connexion.exceptions.ResolverError``
    message: str
    frames: tuple[Frame, ...] = ()
    mro: tuple[str, ...] = ()
    cause: Raised | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)  # name= of ModuleNotFoundError, ...

    @property
    def short(self) -> str:
        """``TypeError: message``, one line, as a traceback ends."""
        name = self.type.removeprefix("builtins.")
        first = self.message.strip().splitlines()[0] if self.message.strip() else ""
        return f"{name}: {first}" if first else name

    def is_a(self, *names: str) -> bool:
        """Whether the class or a base of it has one of the bare names."""
        return any(entry.rpartition(".")[2] in names for entry in (self.type, *self.mro))


@dataclass(frozen=True)
class Layer:
    """One object of the chain from what the server calls to what handles the request."""

    type: str
    interface: Interface
    role: str  # adapter | middleware | connexion | inner | function | factory | class | app
    signature: str | None = None
    via: str | None = None  # the attribute of the layer outside through which it was reached
    detail: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class AppFacts:
    """The object that the server would call, and its layers from the outside in."""

    type: str
    interface: Interface
    signature: str | None
    layers: tuple[Layer, ...]

    @property
    def connexion(self) -> Layer | None:
        """The outermost Connexion app of the chain."""
        return next((layer for layer in self.layers if layer.role == "connexion"), None)


@dataclass(frozen=True)
class LoadFacts:
    """What happened when the target was loaded the way its server loads it.

    ``stage`` is how far it came: ``module`` (not found), ``import`` (raised), ``grammar`` (the server
    cannot read the target), ``attribute``, ``factory``, ``callable`` (found, but nothing to call) or
    ``loaded``. ``ended`` tells of a process that did not come back: ``exit``, ``crash``, ``hang``.
    """

    target: str
    module: str | None = None
    attribute: str | None = None
    module_file: str | None = None
    stage: str = "loaded"
    error: Raised | None = None
    ended: str | None = None
    ended_detail: str | None = None
    ended_frames: tuple[Frame, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)  # public name -> kind, the likely ones first
    similar_modules: tuple[str, ...] = ()
    factory: str | None = None  # signature of the function or class that the target names
    factory_called: bool = False
    factory_returns: str | None = None  # the class it returns, where an annotation says so
    found: str | None = None  # what the attribute is, in words


@dataclass(frozen=True)
class CallFacts:
    """The trial call: a GET on a path that no app has, made the way the server makes it.

    ``outcome`` is ``answered``, ``raised``, ``hung``, ``no-answer``, ``crashed``, ``skipped``, or
    ``refused``: the server's own code gives up on the object before any request.
    """

    calls: Interface
    outcome: str
    status: int | None = None
    error: Raised | None = None
    reason: str | None = None
    why: str | None = None  # why the server calls it so, where the server chose


@dataclass(frozen=True)
class Setting:
    """A setting that was given; ``source`` is ``command``, ``environment``, ``file`` or ``default``
    (a default that the environment or the machine changed)."""

    value: object
    source: str
    shown: str


@dataclass(frozen=True)
class WorkerFacts:
    """The worker class as the server resolved it."""

    asked: str
    resolved: str | None = None
    calls: Interface = Interface.UNKNOWN
    guesses: bool = False  # it looks at the object before it decides how to call it
    error: Raised | None = None
    fault: str | None = None  # why the class cannot run with what is installed
    deprecated: str | None = None  # what its module announces
    bases: tuple[str, ...] = ()


@dataclass(frozen=True)
class Refusal:
    """Why a server ends before it listens: what its own code raises on its options. ``settings`` are those
    that the failing step reads, ``paths`` (absolute) the files among their values."""

    error: Raised
    settings: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()


@dataclass(frozen=True)
class ServerFacts:
    """What the installed server says of a launch.

    ``stage``: ``interpreter`` (it cannot be used), ``missing`` (not installed), ``import`` (cannot be
    imported), ``arguments`` (refused), ``prints`` (prints something and ends), ``configuration`` (its
    file fails), ``no-target``, ``ready``, ``broken`` (asking it failed: a fault of the doctor),
    ``static`` (read without it).
    """

    name: str
    installed: bool
    version: str | None = None
    stage: str = "ready"
    error: Raised | None = None
    usage_error: str | None = None
    target: str | None = None
    config_file: str | None = None
    config_names: tuple[str, ...] = ()  # top-level names of the config file that are no settings
    settings: Mapping[str, Setting] = field(default_factory=dict)
    setting_names: tuple[str, ...] = ()
    worker: WorkerFacts | None = None
    calls: Interface = Interface.UNKNOWN
    workers: Mapping[str, str] = field(default_factory=dict)  # ASGI workers that would start: name -> class
    options: tuple[tuple[tuple[str, ...], str, bool], ...] = ()  # (flags, name, takes a value)
    details: Mapping[str, object] = field(default_factory=dict)
    refusals: tuple[Refusal, ...] = ()


@dataclass(frozen=True)
class LaunchFacts:
    """All that is known of one launch."""

    server: ServerFacts
    load: LoadFacts | None = None
    app: AppFacts | None = None
    call: CallFacts | None = None
    made: AppFacts | None = None  # what the factory makes that the server does not call
    output: str = ""  # the last of what the app printed while it was loaded
    operations: tuple[Mapping[str, object], ...] | None = None  # GET operations; asked for with --verify


@dataclass(frozen=True)
class Environment:
    """The target interpreter and what is installed for it. ``packages``: normalised name -> version."""

    executable: str
    version: str
    how: str  # why this interpreter: ``--python``, ``$VIRTUAL_ENV``, ``.venv``, ...
    packages: Mapping[str, str] = field(default_factory=dict)

    def major(self, package: str) -> int | None:
        """Major version of an installed package; None when it is not installed."""
        version = self.packages.get(package)
        head = version.split(".")[0] if version else ""
        return int(head) if head.isdigit() else None


@dataclass(frozen=True)
class Judgement:
    """A launch with its facts, its verdict and why."""

    launch: Launch
    facts: LaunchFacts
    verdict: Verdict
    reason: str
    verified: Mapping[str, object] | None = None


@dataclass(frozen=True)
class Suppressed:
    """A finding that is kept quiet: ``how`` is ``comment``, ``baseline`` or ``per-file``."""

    finding: Finding
    how: str
    reason: str = ""


@dataclass(frozen=True)
class Report:
    """All that a reporter needs."""

    root: str
    environment: Environment | None
    judgements: tuple[Judgement, ...]
    findings: tuple[Finding, ...]
    exit_code: int
    sources: Mapping[str, Source] = field(default_factory=dict)  # by the path that locations give
    notes: tuple[str, ...] = ()
    timings: Mapping[str, float] = field(default_factory=dict)
    suppressed: tuple[Suppressed, ...] = ()

    def count(self, severity: Severity) -> int:
        """How many findings have this severity."""
        return sum(finding.severity is severity for finding in self.findings)
