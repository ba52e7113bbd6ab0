"""granian: it guesses nothing, ``--interface`` says how the object is called (RSGI by default)."""

from __future__ import annotations

import os
import sys
from typing import Any

from .. import loading
from ..session import Prepared
from . import common

CALLS = {"asgi": "asgi3", "asginl": "asgi3", "rsgi": "rsgi", "wsgi": "wsgi"}


def prepare(launch: dict[str, Any]) -> Prepared:
    """Parse as ``granian ARGV`` would, ``GRANIAN_*`` variables included."""
    absent = common.missing(launch, "granian.cli")
    if absent is not None:
        return absent
    facts: dict[str, Any] = {
        "name": "granian",
        "installed": True,
        "version": common.version_of("granian"),
        "stage": "ready",
    }
    if launch.get("candidate"):  # always with --interface asgi
        facts.update(calls="asgi3", target=launch["argv"][-1])
        sys.path.insert(0, os.getcwd())
        return Prepared(facts, lambda: _load(facts["target"], False), lambda app: (app, "asgi3", None))
    from granian.cli import cli

    facts["options"] = common.options_of_click(cli)
    cli.context_settings.setdefault("auto_envvar_prefix", "GRANIAN")
    try:
        context = common.click_context(cli, launch["argv"])
    except BaseException as exc:
        return common.faulty(facts, exc)
    options = context.params
    interface = str(getattr(options["interface"], "value", options["interface"])).lower()
    facts["settings"] = common.click_settings(context)
    facts["settings"].pop("app", None)
    facts["calls"] = CALLS.get(interface, "unknown")
    facts["details"] = {"interface": interface, "factory": bool(options.get("factory"))}
    facts["target"] = launch.get("target") or options["app"]
    working_dir = options.get("working_dir")
    sys.path.insert(0, str(working_dir) if working_dir else os.getcwd())
    factory = bool(options.get("factory"))
    return Prepared(
        facts,
        lambda: _load(facts["target"], factory),
        lambda app: (app, facts["calls"], "granian was given --interface %s" % interface),
    )


def _load(target: str, factory: bool) -> loading.Loaded:
    """``granian._internal.load_target``: ``module[:dotted.attribute]``, ``app`` by default."""
    module, _, attribute = target.partition(":")
    attribute = attribute or "app"
    loaded = loading.load(
        target,
        module,
        attribute,
        lambda: common.attribute_path(sys.modules[module].__dict__, attribute),
    )
    return loading.call_factory(loaded) if factory else loaded
