"""granian: it guesses nothing, ``--interface`` says how the object is called (RSGI by default)."""

from __future__ import annotations

import os
import sys
from typing import Any, Iterator

from .. import loading
from ..prepared import Prepared
from . import host, refusals
from .refusals import Reached, Step, certificates, writable

COMMAND = "granian.cli"  # the module of its command: imported while the request is awaited

CALLS = {"asgi": "asgi3", "asginl": "asgi3", "rsgi": "rsgi", "wsgi": "wsgi"}


def prepare(launch: dict[str, Any]) -> Prepared:
    """Parse as ``granian ARGV`` would, ``GRANIAN_*`` variables included."""
    absent = host.missing(launch, COMMAND)
    if absent is not None:
        return absent
    facts: dict[str, Any] = {
        "name": "granian",
        "installed": True,
        "version": host.version_of("granian"),
        "stage": "ready",
    }
    if launch.get("candidate"):  # always with --interface asgi
        facts.update(calls="asgi3", target=launch["argv"][-1])
        sys.path.insert(0, os.getcwd())
        return Prepared(facts, lambda: _load(facts["target"], False), lambda app: (app, "asgi3", None))
    from granian.cli import cli

    facts["options"] = host.options_of_click(cli)
    cli.context_settings.setdefault("auto_envvar_prefix", "GRANIAN")
    try:
        context = host.click_context(cli, launch["argv"])
    except BaseException as exc:
        return host.faulty(facts, exc)
    options = context.params
    interface = str(getattr(options["interface"], "value", options["interface"])).lower()
    facts["settings"] = host.click_settings(context)
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
        refusals=lambda: refusals.of(_steps(options, set(facts["settings"]))),
    )


# What cannot keep it from starting; anything else is worth asking its code.
HARMLESS = frozenset("app interface host port workers factory log log_level access_log backlog".split())
CERTIFICATES = ("ssl_certificate", "ssl_keyfile", "ssl_ca")


def _steps(options: dict[str, Any], given: set[str]) -> Iterator[Step]:
    """The parts of its start that fail before it listens."""
    secure = tuple(options.get(name) for name in CERTIFICATES)
    if secure[0] and secure[1]:
        yield Step(CERTIFICATES, secure, lambda: certificates(*secure))
    if options.get("pid_file"):
        yield Step(("pid_file",), (options["pid_file"],), lambda: writable(options["pid_file"]))
    if given - HARMLESS - set(CERTIFICATES):
        yield Step(tuple(sorted(given - HARMLESS)), (), lambda: _serve(options))


def _serve(options: dict[str, Any]) -> None:
    """``granian.cli.cli`` and ``Server.serve`` up to ``startup``; what it logs as it ends is the reason."""
    import importlib

    cli = importlib.import_module("granian.cli")
    common_module = importlib.import_module("granian.server.common")
    said: list[str] = []

    class Server(cli.Server):  # type: ignore[misc,name-defined]
        def startup(self, *args: Any) -> None:
            raise Reached()

    class Logger:
        def error(self, text: str, *args: Any) -> None:
            said.append(text)

        def __getattr__(self, name: str) -> Any:
            return lambda *args, **kwargs: None

    kept_server, kept_logger = cli.Server, getattr(common_module, "logger", None)
    cli.Server, common_module.logger = Server, Logger()  # type: ignore[attr-defined]
    plain = {name: None if name in (*CERTIFICATES, "pid_file") else value for name, value in options.items()}
    try:
        cli.cli.callback(**plain)
    except Reached:
        raise
    except BaseException:
        if said:
            raise RuntimeError(said[-1]) from None
        raise
    finally:
        cli.Server, common_module.logger = kept_server, kept_logger  # type: ignore[attr-defined]


def _load(target: str, factory: bool) -> loading.Loaded:
    """``granian._internal.load_target``: ``module[:dotted.attribute]``, ``app`` by default; a path of a file
    is made a module, and its folder put on ``sys.path``, by granian's own functions."""
    from granian._internal import get_import_components, prepare_import

    path, attribute = get_import_components(target)
    module = prepare_import(path) if path else ""
    attribute = attribute or "app"
    loaded = loading.load(
        target,
        module,
        attribute,
        lambda: host.attribute_path(sys.modules[module], attribute),
    )
    return loading.call_factory(loaded) if factory else loaded
