"""The app behind the adapter that a WSGI server needs."""

from a2wsgi import ASGIMiddleware
from app import app

application = ASGIMiddleware(app)
