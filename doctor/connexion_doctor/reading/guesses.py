"""How a server calls the app where it looks at it first (uvicorn/config.py, hypercorn/utils.py)."""

from __future__ import annotations

from dataclasses import replace

from connexion_doctor.model import Interface, Launch, ServerFacts
from connexion_doctor.reading.chains import Chain
from connexion_doctor.reading.unread import Unread

MODES = {"asgi": Interface.ASGI3, "wsgi": Interface.WSGI}


def called_as(launch: Launch, server: ServerFacts, chain: Chain, mode: str = "") -> ServerFacts:
    """The server's facts, with how it calls the app as its guess follows from the object.

    :param mode: what the target itself says (hypercorn's ``asgi:`` and ``wsgi:``)
    """
    outer = chain.layers[0] if chain.layers else None
    if launch.server == "hypercorn":  # it looks through functools.partial
        through = outer is not None and outer.type == "functools.partial"
        calls = MODES.get(mode) or (Interface.ASGI3 if through else _guess(chain, Interface.WSGI))
        return replace(server, calls=calls)
    if launch.server == "daphne":  # asgiref.compatibility.guarantee_single_callable
        through = outer is not None and outer.type == "functools.partial"
        return replace(server, calls=Interface.ASGI3 if through else _guess(chain, Interface.ASGI2))
    worker = server.worker
    guesses = launch.server == "uvicorn" or worker is not None and worker.guesses
    if guesses and outer is not None and outer.interface is Interface.UNKNOWN and chain.coroutine:
        raise Unread("uvicorn may take it for a factory: it can be called with nothing")
    if launch.server == "uvicorn" and _open(server):
        return replace(server, calls=_guess(chain, Interface.ASGI2))
    if worker is not None and worker.guesses:
        return replace(server, worker=replace(worker, calls=_guess(chain, Interface.ASGI2)))
    return server


def _open(server: ServerFacts) -> bool:
    interface = server.settings.get("interface")
    return interface is None or interface.shown == "auto"


def _guess(chain: Chain, otherwise: Interface) -> Interface:
    if chain.coroutine is None:
        raise Unread("what the server takes the app for cannot be read")
    if chain.kind == "class":
        return otherwise
    return Interface.ASGI3 if chain.coroutine else otherwise
