"""What keeps uvicorn from starting whatever the app is: ``uvicorn.config.Config``, asked part by part.

``Config()`` sets the logging up and reads the environment file, ``Config.load`` imports the protocol classes,
loads certificates and encodes headers before it loads the app, which it does not get to here.
"""

from __future__ import annotations

import asyncio
import os
import sys
from functools import partial
from typing import Any, Iterator, Mapping, Sequence

from .. import inward
from ..describe import mro_names, quietly
from . import refusals
from .refusals import Reached, Step, certificates, port

PLAIN: dict[str, Any] = {
    "log_config": None,
    "lifespan": "off",
    "proxy_headers": False,
    "http": asyncio.Protocol,
    "ws": "none",
}
CERTIFICATES = ("ssl_certfile", "ssl_keyfile", "ssl_ca_certs")


def of(
    config: Any, options: Mapping[str, Any], served: Sequence[tuple[Any, str]] = ()
) -> list[dict[str, Any]]:
    """The steps of the start that fail with these parameters of the command line.

    :param served: the app and how it is called, where it was loaded
    """
    found = refusals.of(steps(config, options))
    if options.get("lifespan") == "on":
        found += refusals.of(_insisted(*one) for one in served)
    return found


def _insisted(app: Any, interface: str) -> Step:
    """``uvicorn.lifespan.on``: with ``--lifespan on`` what the app raises at the lifespan ends the server.
    Only what turns WSGI into ASGI is asked: none of the app's own is run for it."""

    def ask() -> None:
        if interface == "wsgi":
            from uvicorn.middleware.wsgi import WSGIMiddleware

            try:
                asyncio.run(_start_of(WSGIMiddleware(app)))
            except AssertionError as exc:
                raise AssertionError('assert scope["type"] == "http": WSGI knows no lifespan') from exc
        elif any(
            inward.ADAPTERS.get(name, ("",) * 3)[:2] == ("asgi3", "wsgi") for name in mro_names(type(app))
        ):
            asyncio.run(_start_of(app))

    return Step(("lifespan",), (), ask)


async def _start_of(app: Any) -> None:
    async def receive() -> dict[str, Any]:
        return {"type": "lifespan.startup"}

    async def send(message: dict[str, Any]) -> None:
        raise Reached()  # it takes part

    await app({"type": "lifespan", "asgi": {"version": "3.0"}, "state": {}}, receive, send)


def of_code(made: Any) -> list[dict[str, Any]]:
    """The same of a configuration that the code has made: what it was made of is accepted already."""
    names = ("http", "ws", "loop", *CERTIFICATES)
    options = {name: quietly(getattr, made, name, None) for name in names}
    return refusals.of([*protocols(type(made), options), *_secured(options)])


def steps(config: Any, options: Mapping[str, Any]) -> Iterator[Step]:
    """The steps that these parameters can make fail."""
    for name in ("log_config", "env_file"):
        value = options.get(name)
        if value is not None:
            yield Step((name,), (value,), partial(config, "a:b", **{**PLAIN, name: value}))
    yield from protocols(config, options)
    yield from _secured(options)
    headers = options.get("headers")
    if headers:
        pairs = [tuple(header.split(":", 1)) for header in headers]
        yield Step(("headers",), (), lambda: _load(config, headers=pairs))
    if options.get("uds"):
        yield Step(("uds",), (options["uds"],), lambda: _folder(options["uds"]))
    elif options.get("fd") is None:
        yield Step(("port",), (), lambda: port(options.get("port")))
    if options.get("workers") is None and "WEB_CONCURRENCY" in os.environ:
        yield Step(("workers",), (), lambda: int(os.environ["WEB_CONCURRENCY"]))


def protocols(config: Any, options: Mapping[str, Any], setting: str | None = None) -> Iterator[Step]:
    """The classes that speak HTTP and WebSocket, and the event loop. ``auto`` takes what is installed.

    :param setting: the name of what sets them, where they have no options of their own
    """
    for name in ("http", "ws"):
        value = options.get(name)
        if isinstance(value, str) and value not in ("auto", "none"):
            yield Step((setting or name,), (), partial(_load, config, **{name: value}))
    loop = options.get("loop")
    if isinstance(loop, str) and loop not in ("auto", "none"):
        yield Step((setting or "loop",), (), lambda: _loop(loop))


def _secured(options: Mapping[str, Any]) -> Iterator[Step]:
    paths = tuple(options.get(name) for name in CERTIFICATES)
    if any(paths[:2]):
        yield Step(CERTIFICATES, paths, lambda: _certificates(*paths))


def _load(config: Any, **given: Any) -> None:
    """``Config.load`` up to where it loads the app."""

    class Config(config):  # type: ignore[misc]
        def load_app(self) -> Any:
            raise Reached()

    kept = {name: value for name, value in {**PLAIN, **given}.items() if name != "ws" or value != "none"}
    made = Config(_no_app, **kept)
    if "ws" not in kept:
        made.ws = None
    made.load()


def _no_app() -> None:
    raise Reached()  # versions without ``load_app`` call whatever needs no arguments


def _loop(name: str) -> None:
    """``LOOP_FACTORIES`` (``LOOP_SETUPS`` before 0.36) of ``uvicorn.config``: imported, not run."""
    from uvicorn.importer import import_from_string

    module = sys.modules["uvicorn.config"].__dict__
    known = module.get("LOOP_FACTORIES") or module.get("LOOP_SETUPS") or {}
    import_from_string(known.get(name, name))


def _certificates(certfile: Any, keyfile: Any, ca_certs: Any) -> None:
    if not certfile:
        raise AssertionError("assert self.ssl_certfile: a key is given, and no certificate")
    certificates(certfile, keyfile, ca_certs)


def _folder(path: str) -> None:
    if not os.path.isdir(os.path.dirname(os.path.abspath(path))):
        raise FileNotFoundError(2, os.strerror(2), path)


def read_env_file(options: Mapping[str, Any]) -> None:
    """The variables of ``--env-file``, which uvicorn sets before it imports the app."""
    path = options.get("env_file")
    if path:
        quietly(lambda: __import__("dotenv").load_dotenv(dotenv_path=path))
