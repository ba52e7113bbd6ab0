"""The adapter made in the worker, at its first request: it survives a fork."""

import os

from a2wsgi import ASGIMiddleware
from app import app

_adapters = {}


def application(environ, start_response):
    pid = os.getpid()
    if pid not in _adapters:
        _adapters[pid] = ASGIMiddleware(app)
    return _adapters[pid](environ, start_response)
