"""WSGI middleware around the app: right, as long as the app is WSGI."""

from app import app
from werkzeug.middleware.proxy_fix import ProxyFix

application = ProxyFix(app)
app.app.wsgi_app = ProxyFix(app.app.wsgi_app)
