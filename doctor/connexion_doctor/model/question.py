"""What is to be judged, as it was asked: every form of asking is one question."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import field
from pathlib import Path

from connexion_doctor.foundation.late import dataclass


@dataclass(frozen=True)
class ConfiguredLaunch:
    """A launch that the project's configuration names; ``path`` and ``line`` are where."""

    name: str
    path: Path
    line: int = 1
    target: str | None = None
    command: str | None = None
    server: str | None = None
    directory: str = "."
    python: str | None = None
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Question:
    """What is to be judged: a target, a start command (the words behind ``--``), a gunicorn configuration,
    launches that the configuration names, else every start of the project in ``directory``.

    ``server`` and ``factory`` complete a target, ``python`` is the interpreter that was asked for, and
    ``exclude`` are patterns of what is no part of the project.
    """

    target: str | None = None
    command: tuple[str, ...] = ()
    gunicorn_conf: str | None = None
    server: str | None = None
    factory: bool = False
    directory: str = "."
    python: str | None = None
    exclude: tuple[str, ...] = ()
    launches: tuple[ConfiguredLaunch, ...] = ()

    @property
    def whole_project(self) -> bool:
        """Whether nothing is named, so that the project itself is looked through."""
        return not (self.target or self.command or self.gunicorn_conf or self.launches)

    def covers(self, path: str | None) -> bool:
        """Whether this question is about all that there is at a path (None: in no file). One launch is not
        the project: what stands in its files may be there for another."""
        if self.target or self.command:
            return path is None
        if self.gunicorn_conf is None or path is None:
            return True
        inside = os.path.normpath(os.path.join(self.directory, path))
        return inside == os.path.normpath(os.path.join(self.directory, self.gunicorn_conf))
