"""uvicorn: its own command-line parameters, and its own guess of how an object wants to be called."""

from __future__ import annotations

import asyncio
import importlib
import os
import sys
from typing import Any

from .. import loading
from ..describe import quietly
from ..prepared import Prepared
from . import host, uvicorn_start

COMMAND = "uvicorn.main"  # the module of its command: imported while the request is awaited


def prepare(launch: dict[str, Any]) -> Prepared:
    """Parse as ``uvicorn ARGV`` would, ``UVICORN_*`` variables included."""
    absent = host.missing(launch, COMMAND)
    if absent is not None:
        return absent
    import uvicorn

    if launch.get("candidate"):
        return _candidate(launch["argv"][-1], uvicorn)
    # The package hides its module ``uvicorn.main`` behind the function of that name.
    program = importlib.import_module("uvicorn.main").main
    facts: dict[str, Any] = {
        "name": "uvicorn",
        "installed": True,
        "version": uvicorn.__version__,
        "stage": "ready",
        "calls": "asgi3",
        "options": host.options_of_click(program),
    }
    try:
        context = host.click_context(program, launch["argv"])
    except BaseException as exc:
        return host.faulty(facts, exc)
    options = context.params
    facts["settings"] = host.click_settings(context)
    facts["settings"].pop("app", None)
    facts["target"] = launch.get("target") or options["app"]
    uvicorn_start.read_env_file(options)
    app_dir = options.get("app_dir")
    if app_dir is not None:
        sys.path.insert(0, app_dir)
    interface = options.get("interface", "auto")
    facts["details"] = {"interface": interface, "factory": bool(options.get("factory"))}
    if interface in ("wsgi", "asgi2", "asgi3"):
        facts["calls"] = interface
    served: list[tuple[Any, str]] = []

    def calls_as(app: Any) -> tuple[Any, str, str | None]:
        way = guess(uvicorn.Config, app, {"interface": interface})  # the loader called the factory
        served.append(way[:2])
        return way

    return Prepared(
        facts,
        lambda: load(facts["target"], bool(options.get("factory")), in_loop=_in_loop(options)),
        calls_as,
        refusals=lambda: uvicorn_start.of(uvicorn.Config, options, served),
    )


def _candidate(target: str, uvicorn: Any) -> Prepared:
    """A launch without options: nothing to parse, so click is not imported."""
    facts = {"name": "uvicorn", "installed": True, "version": uvicorn.__version__, "stage": "ready"}
    facts.update(calls="asgi3", target=target)
    sys.path.insert(0, "")
    return Prepared(
        facts, lambda: load(target, False, in_loop=_in_loop({})), lambda app: guess(uvicorn.Config, app, {})
    )


def _in_loop(options: dict[str, Any]) -> bool:
    """Whether uvicorn imports the app in its event loop: in processes of its own, and wherever its command
    has not loaded the app before (``uvicorn.main.run``, since 0.47)."""
    run = importlib.import_module("uvicorn.main").run
    workers = options.get("workers") or quietly(int, os.environ.get("WEB_CONCURRENCY", 1), default=1)
    return "load_app" not in run.__code__.co_names or bool(options.get("reload")) or workers > 1


def load(target: str, factory: bool, *, in_loop: bool = False) -> loading.Loaded:
    """Load a target as uvicorn does.

    :param in_loop: while its event loop runs, where ``asyncio.run`` fails, and ``create_task`` does not
    """
    if not in_loop:
        return _load(target, factory)

    async def within() -> loading.Loaded:
        return _load(target, factory)

    loop = asyncio.new_event_loop()
    try:
        return loop.run_until_complete(within())
    finally:
        loop.close()


def _load(target: str, factory: bool) -> loading.Loaded:
    """``uvicorn.importer.import_from_string``: dotted attributes; ``--factory`` calls what it finds."""
    from uvicorn.importer import import_from_string

    module, _, attribute = target.partition(":")
    if not module or not attribute:
        module_name, attribute_name = None, None
    else:
        module_name, attribute_name = module, attribute
    loaded = loading.load(
        target, module_name, attribute_name, lambda: import_from_string(target), calls_factory=False
    )
    return loading.call_factory(loaded) if factory else loaded


def guess(config_class: Any, app: Any, kwargs: dict[str, Any]) -> tuple[Any, str, str | None]:
    """What ``uvicorn.config.Config.load`` makes of an object: (object called, interface, why).

    It calls whatever can be called without arguments as a factory, then guesses the interface; the
    protocol classes, which have no say in it, are not imported.
    """
    kept = {name: value for name, value in kwargs.items() if name in ("interface", "factory")}
    config = config_class(
        app, log_config=None, lifespan="off", proxy_headers=False, http=asyncio.Protocol, ws="none", **kept
    )
    quietly(setattr, config, "ws", None)
    config.load()
    inside = config.loaded_app
    interface = str(config.interface)
    if interface in ("wsgi", "asgi2"):
        inside = getattr(inside, "app", inside)
    why = None
    if kwargs.get("interface", "auto") == "auto":
        why = "uvicorn takes this object for %s" % interface.upper()
    if inside is not app and not kept.get("factory"):
        why = "uvicorn called it as a factory without being told to"
    return inside, interface, why
