"""A case: one launch with all that its rules may look at. Rules get this and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from connexion_doctor.foundation.late import dataclass
from connexion_doctor.model import (
    Command,
    Environment,
    Frame,
    Interface,
    Launch,
    LaunchFacts,
    Layer,
    Location,
    Raised,
    Unbuilt,
)
from connexion_doctor.model.source import Source

if TYPE_CHECKING:
    from connexion_doctor.requirements.installation import Installation


@cache
def _relative(root: Path, path: str) -> str:
    try:
        return Path(path).resolve().relative_to(root.resolve()).as_posix()
    except (ValueError, OSError):
        return path


@cache
def _is_own(root: Path, path: str) -> bool:
    shown = Path(_relative(root, path))
    return not shown.is_absolute() and "site-packages" not in shown.parts and not path.startswith("<")


@dataclass(frozen=True)
class Case:
    """A launch, its facts, and the sources of the files that its faults and fixes stand in.

    ``sources`` holds the text of files by absolute path: the server's configuration file, the module
    of the target. They were read before any rule runs.
    """

    launch: Launch
    facts: LaunchFacts
    environment: Environment
    root: Path
    sources: Mapping[str, Source] = field(default_factory=dict)
    called: bool = True  # a trial call was asked for
    installation: Installation | None = None  # what the launch gets installed where it runs
    left_out: str | None = None  # a module that is missing here, and that git leaves out of the repository
    unbuilt: Unbuilt | None = None  # why its environment could not be built, where that was asked for
    made_elsewhere: str | None = None  # why a file that is missing here may be there where the launch runs

    @property
    def command(self) -> Command:
        """The start command."""
        return self.launch.command

    @property
    def config(self) -> Source | None:
        """The server's configuration file, where it has one that could be read."""
        path = self.facts.server.config_file
        return self.sources.get(path) if path else None

    @property
    def module(self) -> Source | None:
        """The file of the target's module."""
        path = self.facts.load.module_file if self.facts.load else None
        return self.sources.get(path) if path else None

    @cached_property
    def calls(self) -> Interface:
        """How the server calls the app: as it did in the trial call, else as its worker says."""
        if self.facts.call is not None and self.facts.call.calls is not Interface.UNKNOWN:
            return self.facts.call.calls
        worker = self.facts.server.worker
        return worker.calls if worker is not None else self.facts.server.calls

    @property
    def target(self) -> str | None:
        """The target as the server reads it."""
        return self.facts.server.target or self.launch.target

    def relative(self, path: str) -> str:
        """A path as reports show it: relative to the project where it lies inside."""
        return _relative(self.root, path)

    def own(self, path: str) -> bool:
        """Whether a file is the project's own, not the interpreter's or an installed package's."""
        return _is_own(self.root, path)

    def own_frame(self, error: Raised | None) -> Frame | None:
        """The innermost frame of the project's own code in a traceback, or in that of its cause."""
        while error is not None:
            for frame in reversed(error.frames):
                if self.own(frame.path):
                    return frame
            error = error.cause
        return None

    def at(self, frame: Frame | None) -> Location | None:
        """The location of a frame's line, from its first character that is no blank."""
        if frame is None:
            return None
        source = self.sources.get(frame.path)
        line = source.line(frame.line) if source is not None else frame.text
        start = len(line) - len(line.lstrip()) + 1 if source is not None else 1
        end = len(line.rstrip()) + 1 if source is not None else None
        return Location(self.relative(frame.path), frame.line, start, frame.line, end)

    def broken_link(self) -> int | None:
        """Index of the first layer that does not answer the way it is called; None when all fit.

        The server calls the outermost layer; an adapter calls the next one its own way; every other
        layer passes the call on as it got it. A Connexion app looks after what is inside it.
        """
        return broken_link(self.layers(), self.calls)

    def answered(self) -> bool:
        """Whether the trial call was answered without a server error."""
        call = self.facts.call
        return call is not None and call.outcome == "answered" and (call.status or 500) < 500

    def layers(self) -> tuple[Layer, ...]:
        """The chain of layers, empty where nothing was loaded."""
        return self.facts.app.layers if self.facts.app is not None else ()


def broken_link(layers: tuple[Layer, ...], calls: Interface) -> int | None:
    """Where a chain of layers breaks when its outermost one is called as ``calls``; see ``Case``."""
    expected = calls
    for index, layer in enumerate(layers):
        if expected is Interface.UNKNOWN:
            return None
        if layer.interface not in (Interface.UNKNOWN, expected):
            return index
        if layer.role == "connexion":
            return None
        inside = layer.detail.get("calls")
        if layer.role in ("adapter", "function") and isinstance(inside, str):
            expected = Interface(inside)
    return None
