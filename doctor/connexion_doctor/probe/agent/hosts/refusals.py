"""What a server makes of its own options before it listens, asked of its own code: nothing ever listens.

Each server's module names the steps of its start that can fail (the log's configuration, certificates,
protocol classes) and carries them out as that server does. What would write to a file is looked at, not
done. A step names the settings that it reads, so that the guilty one can be pointed at, and the paths among
them: those may be another machine's.
"""

from __future__ import annotations

import contextlib
import errno
import logging
import os
import ssl
from typing import Any, Callable, Iterable, Iterator, NamedTuple

from .. import describe


class Reached(BaseException):
    """The start came to the point where the server would listen, or load the app: it refuses nothing."""


class Step(NamedTuple):
    """One part of a start: the settings that it reads, the paths among their values, what it does."""

    settings: tuple[str, ...]
    paths: tuple[Any, ...]
    check: Callable[[], Any]


def of(steps: Iterable[Step]) -> list[dict[str, Any]]:
    """The steps that fail, each with its exception."""
    found = []
    for step in steps:
        try:
            with _no_log_files():
                step.check()
        except Reached:
            continue
        except BaseException as exc:
            paths = [os.path.abspath(path) for path in map(os.fspath, filter(None, step.paths))]
            found.append(
                {"settings": list(step.settings), "paths": paths, "error": describe.error(exc)},
            )
    return found


@contextlib.contextmanager
def _no_log_files() -> Iterator[None]:
    """Inside, handlers that log to a file look whether it could be opened, and write to nothing."""
    kept = logging.FileHandler._open

    def looked_at(self: logging.FileHandler) -> Any:
        writable(self.baseFilename)
        return open(os.devnull, "a", encoding="utf-8")  # the handler closes it

    logging.FileHandler._open = looked_at  # type: ignore[method-assign]
    try:
        yield
    finally:
        logging.FileHandler._open = kept  # type: ignore[method-assign]


def writable(path: Any) -> None:
    """Raise what opening a file for writing would raise, without creating it."""
    whole = os.path.abspath(path)
    there = whole if os.path.exists(whole) else os.path.dirname(whole)
    code = 0
    if not os.path.exists(there):
        code = errno.ENOENT
    elif os.path.isdir(whole):
        code = errno.EISDIR
    elif not os.access(there, os.W_OK):
        code = errno.EACCES
    if code:
        raise OSError(code, os.strerror(code), str(path))


def certificates(certfile: Any, keyfile: Any = None, ca_certs: Any = None) -> None:
    """Load certificates as a server does. A key that asks for its password is not: it would ask here."""
    for path in filter(None, (certfile, keyfile, ca_certs)):
        with open(path, "rb") as file:
            if b"ENCRYPTED" in file.read(100_000):
                return
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certfile, keyfile or None)
    if ca_certs:
        context.load_verify_locations(ca_certs)


def port(number: Any) -> None:
    """Raise what ``socket.bind`` raises for a port that there is not."""
    if isinstance(number, int) and not 0 <= number <= 65535:
        raise OverflowError("bind(): port must be 0-65535.")
