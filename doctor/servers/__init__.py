"""The servers the doctor knows, one module each, in the order in which they are proposed."""

from __future__ import annotations

import importlib
from functools import cache

from doctor.servers.base import Server

NAMES = ("uvicorn", "gunicorn", "hypercorn", "granian", "daphne", "waitress")


@cache
def get(name: str) -> Server:
    """The server of that name.

    :raises KeyError: the doctor does not know it
    """
    if name not in NAMES:
        raise KeyError(name)
    server = importlib.import_module(f"doctor.servers.{name}").SERVER
    assert isinstance(server, Server)
    return server
