"""daphne: ASGI only; single or double callable is decided by asgiref."""

from __future__ import annotations

import sys
from typing import Any, Iterator

from .. import loading
from ..prepared import Prepared
from . import host, refusals

COMMAND = "daphne.cli"  # the module of its command: imported while the request is awaited


def prepare(launch: dict[str, Any]) -> Prepared:
    """Parse as ``daphne ARGV`` would. A candidate of the doctor's own has only a target,
    and is not worth importing twisted for."""
    absent = host.missing(launch, "daphne")
    if absent is not None:
        return absent
    facts: dict[str, Any] = {
        "name": "daphne",
        "installed": True,
        "version": host.version_of("daphne"),
        "stage": "ready",
        "calls": "asgi3",
        "target": launch["argv"][-1] if launch.get("candidate") else None,
    }
    argv = list(launch["argv"])
    if not launch.get("candidate"):
        absent = host.missing(launch, COMMAND)
        if absent is not None:
            return absent
        from daphne.cli import CommandLineInterface

        try:
            parser = CommandLineInterface().parser
            with host.asking_argparse():
                options = vars(parser.parse_args(argv))
        except BaseException as exc:
            return host.faulty(facts, exc)
        facts["target"] = launch.get("target") or options.pop("application")
        facts["options"] = host.options_of_argparse(parser)
        facts["settings"] = {
            name: {"value": host.plain(value), "source": "command", "shown": host.shown(value)}
            for name, value in options.items()
            if value != parser.get_default(name) and name != "application"
        }
    sys.path.insert(0, ".")
    log = (facts.get("settings") or {}).get("access_log", {}).get("value")
    return Prepared(
        facts, lambda: _load(facts["target"]), _calls, refusals=lambda: refusals.of(_log(log) if log else ())
    )


def _log(path: str) -> Iterator[refusals.Step]:
    """``daphne.cli.CommandLineInterface.run`` opens it before it listens; ``-`` is the console."""
    if path != "-":
        yield refusals.Step(("access_log",), (path,), lambda: refusals.writable(path))


def _load(target: str) -> loading.Loaded:
    """``daphne.utils.import_by_path``: ``module:dotted.attribute``."""
    module, _, attribute = target.partition(":")
    return loading.load(
        target,
        module,
        attribute,
        lambda: host.attribute_path(sys.modules[module], attribute),
    )


def _calls(app: Any) -> tuple[Any, str, str | None]:
    from asgiref.compatibility import is_double_callable

    interface = "asgi2" if is_double_callable(app) else "asgi3"
    return app, interface, "asgiref takes this object for %s" % interface.upper()
