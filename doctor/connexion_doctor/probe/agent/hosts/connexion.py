"""``connexion run SPEC``: Connexion's own command, run up to the server that it starts.

Connexion 3 hands ``connexion.cli:create_app`` to uvicorn as a factory, Connexion 2 an app to its
``server`` (Flask's own, tornado, gevent): ``connexion/cli.py`` of each.
"""

from __future__ import annotations

import importlib
import sys
from typing import Any

from ..prepared import Prepared
from . import host
from .python import Script, prepared


def prepare(launch: dict[str, Any]) -> Prepared:
    """Run the console script's function; other subcommands than ``run`` print something and end."""
    absent = host.missing(launch, "connexion")
    if absent is not None:
        return absent
    facts: dict[str, Any] = {
        "name": "connexion",
        "installed": True,
        "version": host.version_of("connexion"),
        "stage": "ready",
        "calls": "unknown",
    }
    if "run" not in launch["argv"]:
        return host.faulty(facts, host.OnlyPrints("connexion %s" % " ".join(launch["argv"][:1])))
    facts["target"] = _specification(launch["argv"])
    return prepared(facts, _Command(launch["argv"]))


class _Command(Script):
    """The function behind the ``connexion`` command."""

    shown = "connexion run"

    def __init__(self, argv: list[str]) -> None:
        self._argv = argv

    def run(self) -> dict[str, Any]:
        sys.argv = ["connexion", *self._argv]
        sys.exit(importlib.import_module("connexion.cli").main())


def _specification(argv: list[str]) -> str:
    """The specification's file: the word behind ``run`` that looks like one."""
    words = argv[argv.index("run") + 1 :]
    likely = [word for word in words if word.endswith((".yaml", ".yml", ".json")) or "://" in word]
    return likely[0] if likely else "connexion run"
