"""WSGI middleware around the app, and around the adapter."""

from a2wsgi import ASGIMiddleware
from app import app
from werkzeug.middleware.proxy_fix import ProxyFix

around_app = ProxyFix(app)
around_adapter = ProxyFix(ASGIMiddleware(app))


class Anything:
    def __init__(self, inner):
        self.inner = inner

    def __call__(self, *args):
        return self.inner(*args)


anything_around_adapter = Anything(ASGIMiddleware(app))
