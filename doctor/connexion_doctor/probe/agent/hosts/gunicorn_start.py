"""What keeps gunicorn's master, or its workers, from starting whatever the app is.

The steps are those of ``gunicorn.arbiter.Arbiter`` (``setup``, ``start``), ``gunicorn.workers.workertmp`` and
``gunicorn.workers.base.Worker.init_process``. Where a step only looks (certificates, the log's
configuration), gunicorn's own code is called; where it writes (logs, the pid file), its test is repeated.
"""

from __future__ import annotations

import os
import sys
from functools import partial
from typing import Any, Iterator

from ..describe import quietly
from . import refusals
from .refusals import Step, certificates, port, writable

LOGGERS = ("gunicorn.glogging", "gunicorn.instrument.statsd")
CONSOLE = (None, "", "-")


def steps(cfg: Any, worker: Any, uvicorn_config: Any) -> Iterator[Step]:
    """The steps that these settings can make fail.

    :param worker: the worker class
    :param uvicorn_config: uvicorn's ``Config`` where the worker hands the settings to it
    """
    yield Step(("logger_class",), (), lambda: cfg.logger_class)
    logs = [name for name in ("logconfig_dict", "logconfig_json", "logconfig") if _get(cfg, name)]
    if logs:
        named = [_get(cfg, name) for name in logs if name != "logconfig_dict"]
        yield Step(tuple(logs), tuple(named), lambda: _log_configuration(cfg))
    for name in ("errorlog", "accesslog"):
        path = _get(cfg, name)
        if path not in CONSOLE:
            yield Step((name,), (path,), partial(_log_file, path))
    if _get(cfg, "pidfile"):
        yield Step(("pidfile",), (cfg.pidfile,), lambda: _folder(cfg.pidfile, "create pidfile"))
    if _get(cfg, "worker_tmp_dir"):
        yield Step(("worker_tmp_dir",), (cfg.worker_tmp_dir,), lambda: _temporary(cfg.worker_tmp_dir))
    yield Step(("bind",), tuple(_sockets(cfg)), lambda: _addresses(cfg))
    ssl_names = ("certfile", "keyfile", "ca_certs")
    ssl_paths = tuple(_get(cfg, name) for name in ssl_names)
    if any(ssl_paths):
        yield Step(ssl_names, ssl_paths, lambda: _exist(cfg))
        if uvicorn_config is not None and os.path.exists(str(ssl_paths[0])):
            yield Step(ssl_names, ssl_paths, lambda: certificates(*ssl_paths))
    if _get(cfg, "workers") == 0:
        yield Step(("workers",), (), _no_workers)
    if _get(cfg, "reload") and _get(cfg, "reload_engine") == "inotify":
        yield Step(("reload_engine",), (), _inotify)
    if uvicorn_config is not None:
        from . import uvicorn_start

        given = quietly(lambda: dict(worker.CONFIG_KWARGS), default={})
        yield from uvicorn_start.protocols(uvicorn_config, given, "worker_class")


def _get(cfg: Any, name: str) -> Any:
    return quietly(lambda: cfg.settings[name].get())


class _Quiet:
    """The configuration without what would open files or sockets, or take over the standard streams."""

    changed: dict[str, Any] = {
        "accesslog": None,
        "errorlog": "-",
        "capture_output": False,
        "syslog": False,
        "address": [],
    }

    def __init__(self, cfg: Any) -> None:
        self._cfg = cfg

    def __getattr__(self, name: str) -> Any:
        return self.changed[name] if name in self.changed else getattr(self._cfg, name)


def _log_configuration(cfg: Any) -> None:
    """``Logger.setup`` of gunicorn's own logger; what another class does with it is not known."""
    logger = cfg.logger_class
    if logger.__module__ in LOGGERS:
        sys.modules["gunicorn.glogging"].__dict__["Logger"](_Quiet(cfg))


def _log_file(path: str) -> None:
    """``gunicorn.util.check_is_writable``, which would create the file."""
    try:
        writable(path)
    except OSError as exc:
        raise RuntimeError("Error: '%s' isn't writable [%r]" % (path, exc)) from None


def _folder(path: str, what: str) -> None:
    folder = os.path.dirname(path)
    if folder and not os.path.isdir(folder):
        raise RuntimeError("%s doesn't exist. Can't %s." % (folder, what))


def _temporary(folder: str) -> None:
    if not os.path.isdir(folder):
        raise RuntimeError("%s doesn't exist. Can't create workertmp." % folder)


def _exist(cfg: Any) -> None:
    """``gunicorn.sock.create_sockets`` with no address: it looks for the certificates, and binds nothing."""
    from gunicorn import sock

    sock.create_sockets(_Quiet(cfg), None)


def _sockets(cfg: Any) -> Iterator[str]:
    addresses = quietly(lambda: list(cfg.address), default=[])
    return (entry for entry in addresses if isinstance(entry, str) and not entry.startswith("\0"))


def _addresses(cfg: Any) -> None:
    for address in cfg.address:
        if isinstance(address, tuple):
            port(address[1])
        elif isinstance(address, str) and not address.startswith("\0"):
            folder = os.path.dirname(os.path.abspath(address))
            if not os.path.isdir(folder):
                raise FileNotFoundError(2, os.strerror(2), address)


def _no_workers() -> None:
    raise ValueError("workers = 0: it listens, and no worker is started that would answer")


def _inotify() -> None:
    """``gunicorn.reloader.InotifyReloader`` without the package inotify."""
    from gunicorn import reloader

    if not reloader.has_inotify:
        raise ImportError("You must have the inotify module installed to use the inotify reloader")


def of(cfg: Any, worker: Any, uvicorn_config: Any) -> list[dict[str, Any]]:
    """The steps of the start that fail."""
    return refusals.of(steps(cfg, worker, uvicorn_config))
