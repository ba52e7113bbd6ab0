"""What a checkup is asked to do."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


class UsageError(Exception):
    """What was asked for cannot be done as asked; the message names the input and the way out."""


class ConfigurationError(UsageError):
    """A configuration file that says something that is not understood."""


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
class Screening:
    """Which findings are changed or kept quiet, beside ``select`` and ``ignore``."""

    per_file_ignores: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    severities: Mapping[str, str] = field(default_factory=dict)
    comments: bool = True
    baseline: str | None = None
    write_baseline: bool = False


@dataclass(frozen=True)
class Options:
    """What a checkup is asked to do. ``command`` are the words behind ``--``."""

    target: str | None = None
    command: tuple[str, ...] = ()
    gunicorn_conf: str | None = None
    server: str | None = None
    factory: bool = False
    directory: str = "."
    python: str | None = None
    do_import: bool = True
    call: bool = True
    timeout: float = 30.0
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    fail_on: str = "error"
    verify: bool = False
    environ: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    exclude: tuple[str, ...] = ()
    launches: tuple[ConfiguredLaunch, ...] = ()
    screening: Screening = field(default_factory=Screening)
    facts: str | None = None
    save_facts: str | None = None
    target_version: int | None = None
    lifespan: bool = False

    @property
    def whole_project(self) -> bool:
        """Whether nothing is named, so that the project itself is looked through."""
        named = self.target or self.command or self.gunicorn_conf or self.launches or self.facts
        return not named
