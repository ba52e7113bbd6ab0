"""The inner Flask app made ASGI by hand: Connexion's part of the work is lost."""

from a2wsgi import WSGIMiddleware
from app import app

application = WSGIMiddleware(app.app)
