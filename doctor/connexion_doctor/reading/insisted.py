"""``uvicorn --lifespan on`` before what calls WSGI: what is raised at the lifespan then ends the server."""

from __future__ import annotations

from connexion_doctor.model import Interface, Layer, Raised, Refusal, ServerFacts
from connexion_doctor.reading.versions import Versions

# What their adapters say of another scope than "http" (``starlette/middleware/wsgi.py``,
# ``uvicorn/middleware/wsgi.py``, ``asgiref/wsgi.py``); a2wsgi's says nothing, and uvicorn takes it if it is
# there.
HTTP_ALONE = Raised("builtins.AssertionError", 'assert scope["type"] == "http": WSGI knows no lifespan')
RAISED = {
    "starlette.middleware.wsgi.WSGIMiddleware": HTTP_ALONE,
    "uvicorn.middleware.wsgi._WSGIMiddleware": HTTP_ALONE,
    "asgiref.wsgi.WsgiToAsgi": Raised("builtins.ValueError", "WSGI wrapper received a non-HTTP scope"),
}


def refusals(
    server: ServerFacts, outermost: Layer, calls: Interface, versions: Versions
) -> tuple[tuple[Refusal, ...], list[str]]:
    """What keeps uvicorn from starting, and what is not certain of it."""
    setting = server.settings.get("lifespan")
    if server.name != "uvicorn" or setting is None or setting.shown != "on":
        return (), []
    if calls is not Interface.WSGI:
        raised = RAISED.get(outermost.type)
        return ((Refusal(raised, ("lifespan",)),) if raised else ()), []
    if "a2wsgi" in (versions.packages or {}):
        return (), []
    if versions.installed or versions.whole:
        return (Refusal(HTTP_ALONE, ("lifespan",)),), []
    return (), ["uvicorn --lifespan on ends before WSGI, unless a2wsgi is installed, which nothing asks for"]
