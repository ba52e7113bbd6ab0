"""The servers the doctor knows, one module each, in the order in which they are proposed."""

from __future__ import annotations

import importlib
from functools import cache

from connexion_doctor.facts.case import Case
from connexion_doctor.servers.base import Server

# Those in the first line are proposed for a bare target; the others have no ``candidates``.
NAMES = (
    *("uvicorn", "gunicorn", "hypercorn", "granian", "daphne", "waitress"),
    *("python", "flask", "connexion", "uwsgi"),
    *("unit", "passenger", "mod_wsgi", "zappa", "serverless-wsgi", "vercel"),
    *("mangum", "aws-wsgi", "apig-wsgi"),
)
# Where one module holds several, in its table ``SERVERS``.
MODULES = dict.fromkeys(NAMES[NAMES.index("unit") :], "wsgi_hosts")


@cache
def get(name: str) -> Server:
    """The server of that name.

    :raises KeyError: the doctor does not know it
    """
    if name not in NAMES:
        raise KeyError(name)
    module = importlib.import_module(f"connexion_doctor.servers.{MODULES.get(name, name)}")
    server = module.SERVERS[name] if name in MODULES else module.SERVER
    assert isinstance(server, Server)
    return server


def of(case: Case) -> Server:
    """The server of a case's launch."""
    return get(case.launch.server)
