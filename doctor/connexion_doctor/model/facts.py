"""What the witnesses, the probe and the reading, say of a launch; no opinions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from connexion_doctor.foundation.late import dataclass
from connexion_doctor.model.numbers import whole_number
from connexion_doctor.model.words import Interface


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
    ``loaded``. ``ended`` tells of a process that did not come back: ``exit``, ``crash``, ``hang``; or that it
    started a server meanwhile, which would not have come back: ``start``.
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
    own_module: str | None = None  # the folder in which the project has a module that was not found
    factory: str | None = None  # signature of the function or class that the target names
    factory_called: bool = False
    app_called: bool = False  # what was called as a factory is an app itself
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
    not_found: bool = False  # what failed is the app's own handling of unknown paths, behind all the rest


@dataclass(frozen=True)
class Tried:
    """An object of the chain and a way to call it that was seen to be answered through Connexion. ``name`` is
    an expression in the target's module, ``named`` says that it is one name there; ``depth`` is the place in
    the chain, 0 for what is served now."""

    name: str
    calls: Interface
    depth: int
    named: bool


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
    tried: tuple[Tried, ...] = ()  # what would be answered, where the launch is not; outermost first
    output: str = ""  # the last of what the app printed while it was loaded
    operations: tuple[Mapping[str, object], ...] | None = None  # GET operations; asked for with --verify
    unread: tuple[str, ...] = ()  # what a reading could not settle, each with its place
    files: tuple[str, ...] = ()  # the project's files that the reading followed
    reached: frozenset[tuple[str, int]] = frozenset()  # statements that it surely comes to: file, first line
    specifications: tuple[Mapping[str, object], ...] | None = None  # each API whole; for ``compare``


@dataclass(frozen=True)
class Environment:
    """The target interpreter and what is installed for it. ``packages``: normalised name -> version."""

    executable: str
    version: str
    how: str  # why this interpreter: ``--python``, ``$VIRTUAL_ENV``, ``.venv``, ...
    packages: Mapping[str, str] = field(default_factory=dict)
    paths: tuple[str, ...] = ()  # where its imports look

    def major(self, package: str) -> int | None:
        """Major version of an installed package; None when it is not installed."""
        version = self.packages.get(package)
        head = version.split(".")[0] if version else ""
        return whole_number(head)
