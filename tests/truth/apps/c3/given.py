"""Apps that are given what they cannot use."""

import connexion
from connexion.uri_parsing import AlwaysMultiURIParser
from werkzeug.middleware.proxy_fix import ProxyFix


class Front:
    def __init__(self, app):
        self.app = app

    def __call__(self, environ, start_response):
        return self.app(environ, start_response)


def not_found(error):
    return "nothing", 404


wsgi_middleware = connexion.FlaskApp(__name__)
wsgi_middleware.add_middleware(ProxyFix, x_for=1)
wsgi_middleware.add_api("openapi.yaml")

own_middleware = connexion.FlaskApp(__name__)
own_middleware.add_api("openapi.yaml")
own_middleware.add_middleware(Front)

uri_parser = connexion.FlaskApp(__name__, uri_parser_class=AlwaysMultiURIParser)
uri_parser.add_api("openapi.yaml")

error_handler = connexion.FlaskApp(__name__)
error_handler.add_api("openapi.yaml")
error_handler.add_error_handler(404, not_found)


def make():
    return error_handler
