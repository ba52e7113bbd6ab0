"""Layers that no server can call, around apps with a name and without; a function that takes any call."""

import connexion
from a2wsgi import ASGIMiddleware, WSGIMiddleware
from app import app
from werkzeug.middleware.proxy_fix import ProxyFix


def make():
    made = connexion.FlaskApp(__name__, specification_dir=".")
    made.add_api("openapi.yaml")
    return made


def anything(*args):
    return app(*args)


two = WSGIMiddleware(ASGIMiddleware(app))
three = ProxyFix(ASGIMiddleware(WSGIMiddleware(app)))
nameless = WSGIMiddleware(make())
nameless_proxied = ProxyFix(make())
nameless_inner = make().app
