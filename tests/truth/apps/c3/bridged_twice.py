"""To WSGI and back again: two adapters that undo each other."""

from a2wsgi import ASGIMiddleware, WSGIMiddleware
from app import app

application = WSGIMiddleware(ASGIMiddleware(app))
