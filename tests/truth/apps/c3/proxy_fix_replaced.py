"""WSGI middleware put where Connexion 2 wanted it: it is never called."""

import connexion
from werkzeug.middleware.proxy_fix import ProxyFix

app = connexion.FlaskApp(__name__)
app.add_api("openapi.yaml")
app.app.wsgi_app = ProxyFix(app.app.wsgi_app)
