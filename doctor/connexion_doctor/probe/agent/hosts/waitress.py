"""waitress: WSGI only; its own runner is asked up to the point of serving."""

from __future__ import annotations

import os
import pkgutil
import sys
from typing import Any

from .. import loading
from ..prepared import Prepared
from . import host, refusals
from .refusals import Step

COMMAND = "waitress.adjustments"  # the module of its command: imported while the request is awaited


def prepare(launch: dict[str, Any]) -> Prepared:
    """Parse as ``waitress-serve ARGV`` would (``waitress.adjustments.Adjustments.parse_args``)."""
    absent = host.missing(launch, COMMAND)
    if absent is not None:
        return absent
    facts: dict[str, Any] = {
        "name": "waitress",
        "installed": True,
        "version": host.version_of("waitress"),
        "stage": "ready",
        "calls": "wsgi",
    }
    if launch.get("candidate"):
        facts["target"] = launch["argv"][-1]
        sys.path.append(os.getcwd())
        return Prepared(facts, lambda: _load(facts["target"], False), lambda app: (app, "wsgi", None))
    from waitress.adjustments import Adjustments

    try:
        parsed = Adjustments.parse_args(list(launch["argv"]))
        options, args = dict(parsed[0]), list(parsed[1])
        if not args and options.get("app"):  # newer runners hand the target over as a setting
            args = [options.pop("app")]
        if len(args) != 1 and not options.get("help"):
            raise host.UsageError("Specify one application only")
    except BaseException as exc:
        if type(exc).__name__ in ("GetoptError", "AppResolutionError"):
            exc = host.UsageError(str(exc))
        return host.faulty(facts, exc)
    if options.get("help"):
        return host.faulty(facts, host.OnlyPrints("help"))
    call = bool(options.pop("call", False))
    options.pop("help", None)
    facts["settings"] = {
        name: {"value": host.plain(value), "source": "command", "shown": host.shown(value)}
        for name, value in options.items()
    }
    facts["details"] = {"factory": call}
    facts["target"] = launch.get("target") or str(args[0])
    sys.path.append(os.getcwd())
    where = ("listen", "host", "port", "unix_socket", "app")  # looked up by name, or another machine's
    rest = {name: value for name, value in options.items() if name not in where}
    return Prepared(
        facts,
        lambda: _load(facts["target"], call),
        lambda app: (app, "wsgi", "waitress calls WSGI"),
        refusals=lambda: refusals.of([Step(tuple(rest), (), lambda: Adjustments(**rest))] if rest else []),
    )


def _load(target: str, call: bool) -> loading.Loaded:
    """``pkgutil.resolve_name``; ``--call`` calls what it finds."""
    module, _, attribute = target.partition(":")
    resolve = getattr(pkgutil, "resolve_name", None)
    loaded = loading.load(
        target,
        module,
        attribute,
        (lambda: resolve(target))
        if resolve is not None
        else (lambda: host.attribute_path(sys.modules[module], attribute)),
    )
    return loading.call_factory(loaded) if call else loaded
