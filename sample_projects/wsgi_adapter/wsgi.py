"""Entry point of the library catalogue."""

from a2wsgi import ASGIMiddleware

from service import app

application = ASGIMiddleware(app)
