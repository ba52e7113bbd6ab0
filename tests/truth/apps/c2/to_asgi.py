"""The adapter that lets an ASGI server call the app."""

from a2wsgi import WSGIMiddleware
from app import app

application = WSGIMiddleware(app)
