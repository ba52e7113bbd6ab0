"""Requests that were made before, kept in the user's cache.

The same specification gives the same requests, and making them takes as long as booting a server:
Schemathesis and Hypothesis are imported for it. What is kept holds for one specification and for what is
installed here.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import json
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from connexion_doctor.compare import generated
from connexion_doctor.compare.asked import Request
from connexion_doctor.compare.specification import Api
from connexion_doctor.environment.user_cache import REQUESTS, user_cache
from connexion_doctor.processes.together import Job

MOST = 128  # specifications and starts of which something is kept; those not asked for longest go first

Made = tuple[list[Request], list[str]]


def requests(apis: Sequence[Api], seed: int | None = None, *, valid_gets: bool = False) -> list[Made]:
    """What ``generated.requests`` makes of each API, made once.

    :raises UsageError: there is nothing here that makes requests
    """
    installed = list(_installed())
    paths = [_path(api, [seed, valid_gets, *installed]) for api in apis]
    found = {path: _read(path) for path in dict.fromkeys(paths)}
    if None in found.values():
        generated.available()
    made = []
    for api, path in zip(apis, paths, strict=True):
        one = found[path]
        if one is None:
            one = found[path] = generated.requests(api, seed, valid_gets=valid_gets)
            _write(path, one)
        made.append(one)
    return made


def ahead(start: Sequence[str]) -> None:
    """Import what makes requests, beside all else that is done, where a start was never compared before: its
    requests are hardly kept, and importing takes longer than making them.

    :param start: what tells a start from another: its folder, its command
    """
    path = _of_start(start)
    if os.path.exists(path):
        with contextlib.suppress(OSError):
            os.utime(path)
    else:
        Job(generated.available)  # what goes wrong is met again by who needs it


def met(start: Sequence[str]) -> None:
    """The requests of this start are kept."""
    _keep(_of_start(start), "")


def place() -> Path:
    """The folder in which they are kept."""
    return user_cache() / REQUESTS


def _path(api: Api, asked: Sequence[object]) -> Path:
    """Where the requests of an API lie: named after all that decides which ones they are."""
    text = json.dumps([api.base_path, *asked, api.document], default=repr)
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    return place() / f"{digest[:32]}.json"


def _installed() -> Iterator[str]:
    """What makes requests: Python, our own text, the packages beside Schemathesis with their versions."""
    yield sys.version
    yield hashlib.sha256(Path(generated.__file__).read_bytes()).hexdigest()
    found = importlib.util.find_spec("schemathesis")
    if found is not None and found.origin is not None:
        beside = os.listdir(Path(found.origin).parent.parent)
        yield from sorted(name for name in beside if name.endswith((".dist-info", ".egg-info")))


def _read(path: Path) -> Made | None:
    """What was kept; None where nothing was, or it cannot be read."""
    try:
        told = json.loads(path.read_text("utf-8"))
        made = [_request(*one) for one in told["requests"]]
        left = [str(one) for one in told["left"]]
        os.utime(path)
        return made, left
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _write(path: Path, made: Made) -> None:
    _keep(path, json.dumps({"requests": [_told(one) for one in made[0]], "left": made[1]}))


def _of_start(start: Sequence[str]) -> Path:
    return place() / hashlib.sha256(json.dumps(list(start)).encode()).hexdigest()[:32]


def _keep(path: Path, text: str) -> None:
    """Keep something; a cache that cannot be written keeps nothing."""
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        new = path.with_suffix(f".{os.getpid()}")  # whole, or not at all
        new.write_text(text, encoding="utf-8")
        os.replace(new, path)
        for old in sorted(path.parent.iterdir(), key=lambda one: -one.stat().st_mtime)[MOST:]:
            old.unlink()


def _told(one: Request) -> list[Any]:
    body = None if one.body is None else one.body.decode("latin-1")
    return [one.operation, one.kind, one.why, one.method, one.path, one.headers, body]


def _request(operation: str, kind: str, why: str, method: str, path: str, headers: Any, body: Any) -> Request:
    pairs = tuple((str(name), str(value)) for name, value in headers)
    return Request(
        operation, kind, why, method, path, pairs, None if body is None else body.encode("latin-1")
    )
