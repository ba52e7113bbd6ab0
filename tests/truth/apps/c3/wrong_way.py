"""The adapter of the other direction: from WSGI to ASGI, around an app that is ASGI."""

from a2wsgi import WSGIMiddleware
from app import app

application = WSGIMiddleware(app)
