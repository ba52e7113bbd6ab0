"""WSGI middleware put where it belongs: inside, around Flask."""

import connexion
from werkzeug.middleware.proxy_fix import ProxyFix

app = connexion.FlaskApp(__name__)
app.add_api("openapi.yaml")
app.add_wsgi_middleware(ProxyFix, x_proto=1)
