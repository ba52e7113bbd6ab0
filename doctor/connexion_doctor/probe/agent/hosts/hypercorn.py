"""hypercorn: its own parser and configuration (TOML, Python), its own guess between ASGI and WSGI."""

from __future__ import annotations

import sys
from typing import Any, Iterator

from .. import loading
from ..describe import quietly
from ..prepared import Prepared
from . import host, refusals
from .refusals import Reached, Step, certificates, writable

COMMAND = "hypercorn.__main__"  # the module of its command: imported while the request is awaited

HIDDEN = ("bind", "insecure_bind", "quic_bind", "root_path")


def prepare(launch: dict[str, Any]) -> Prepared:
    """Parse as ``hypercorn ARGV`` would; ``hypercorn.__main__.main`` runs up to the point of serving."""
    absent = host.missing(launch, COMMAND)
    if absent is not None:
        return absent
    facts: dict[str, Any] = {
        "name": "hypercorn",
        "installed": True,
        "version": host.version_of("hypercorn"),
        "stage": "ready",
        "calls": "unknown",
    }
    if launch.get("candidate"):
        target = facts["target"] = launch["argv"][-1]
        return Prepared(facts, lambda: _load(target), lambda app: _calls(target, app), _survey)
    import hypercorn.__main__ as main
    from hypercorn.config import Config

    caught: list[Any] = []
    kept = main.run

    def run(config: Any) -> int:
        caught.append(config)
        return 0

    main.run = run
    try:
        with host.asking_argparse():
            main.main(list(launch["argv"]) or ["--help"])
    except BaseException as exc:
        return host.faulty(facts, exc)
    finally:
        main.run = kept
    config = caught[0]
    facts["settings"] = {
        name: {"value": host.plain(value), "source": "command", "shown": host.shown(value)}
        for name, value in _given(config, Config())
    }
    facts["target"] = launch.get("target") or config.application_path
    return Prepared(
        facts,
        lambda: _load(facts["target"]),
        lambda app: _calls(facts["target"], app),
        _survey,
        refusals=lambda: refusals.of(_steps(config)),
    )


LOGGING = ("accesslog", "errorlog", "loglevel", "logconfig")


def _steps(config: Any) -> Iterator[Step]:
    """The parts of ``hypercorn.run.run``, and of its workers, that fail before anything is answered."""
    yield Step(("worker_class",), (), lambda: _run(config))
    files = [config.logconfig, config.accesslog, config.errorlog]
    paths = [str(entry).partition(":")[2] or entry for entry in files if isinstance(entry, str)]
    yield Step(LOGGING, tuple(path for path in paths if path != "-"), lambda: config.log)
    secure = (config.certfile, config.keyfile, config.ca_certs)
    if config.ssl_enabled:
        yield Step(("certfile", "keyfile", "ca_certs"), secure, lambda: certificates(*secure))
    if config.pid_path:
        yield Step(("pid_path",), (config.pid_path,), lambda: writable(config.pid_path))


def _run(config: Any) -> None:
    """``hypercorn.run.run`` up to where it binds: the worker class is looked up and imported."""
    import copy

    from hypercorn import run

    def reached() -> None:
        raise Reached()

    config = copy.copy(config)
    config.pid_path = None
    config.create_sockets = reached
    if config.worker_class == "uvloop":  # imported by the worker itself
        __import__("uvloop")
    run.run(config)


def _given(config: Any, default: Any) -> Iterator[tuple[str, Any]]:
    """What differs from the defaults; the addresses and the root path hide behind properties."""
    for name in [*(name for name in vars(config) if not name.startswith("_")), *HIDDEN]:
        value = getattr(config, name)
        if name != "application_path" and value != getattr(default, name, None):
            yield name, value


def _split(target: str) -> tuple[str | None, str, str]:
    """``hypercorn.utils.load_application``: ``[asgi:|wsgi:]module[:expression]``, ``app`` by default."""
    if ":" not in target:
        return None, target, "app"
    if target.count(":") == 2:
        mode, module, attribute = target.split(":", 2)
        return mode, module, attribute
    module, attribute = target.split(":", 1)
    return None, module, attribute


def _load(target: str) -> loading.Loaded:
    from pathlib import Path

    _, module, attribute = _split(target)
    path = Path(module).resolve()
    sys.path.insert(0, str(path.parent))
    name = path.with_suffix("").name if path.is_file() else path.name
    return loading.load(
        target,
        name,
        attribute,
        lambda: eval(attribute, sys.modules[name].__dict__),  # the server evaluates it just so
        calls_factory="(" in attribute,
    )


def _survey() -> dict[str, Any]:
    """What rules about adapters need to know."""
    return {"details": {"start_at_once": quietly(_wants_start_at_once, default=False)}}


def _wants_start_at_once() -> bool:
    """Whether its wrapper for WSGI apps refuses one that calls ``start_response`` when its answer is read,
    as PEP 3333 lets it ("The start_response() Callable"): asked with an app that does so."""
    from hypercorn.app_wrappers import WSGIWrapper

    def app(environ: Any, start_response: Any) -> Any:
        start_response("200 OK", [])
        yield b""

    try:
        WSGIWrapper(app, 0).run_app({}, lambda message: None)
    except RuntimeError:
        return True
    return False


def _calls(target: str, app: Any) -> tuple[Any, str, str | None]:
    from hypercorn.utils import is_asgi

    mode = _split(target)[0]
    if mode in ("asgi", "wsgi"):
        return app, "asgi3" if mode == "asgi" else "wsgi", "the target's prefix says %s" % mode
    interface = "asgi3" if is_asgi(app) else "wsgi"
    return app, interface, "hypercorn takes this object for %s" % ("ASGI" if interface == "asgi3" else "WSGI")
