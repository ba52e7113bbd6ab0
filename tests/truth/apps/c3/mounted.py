"""The app among others: under a prefix of a WSGI dispatcher, behind Starlette's routes, and by a name."""

from a2wsgi import ASGIMiddleware
from app import app
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route
from werkzeug.local import LocalProxy
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.middleware.shared_data import SharedDataMiddleware
from werkzeug.wrappers import Response

routed = Starlette(
    routes=[Route("/alive", lambda request: PlainTextResponse("yes")), Mount("/", app=app)]
)
dispatched = DispatcherMiddleware(ASGIMiddleware(app), {"/other": Response("another app")})
dispatched_wrongly = DispatcherMiddleware(app, {"/other": Response("another app")})
shared = SharedDataMiddleware(ASGIMiddleware(app), {})
proxied = LocalProxy(lambda: app)
