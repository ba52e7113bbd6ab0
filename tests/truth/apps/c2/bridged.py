"""The adapter of Connexion 3, around an app that is WSGI already."""

from a2wsgi import ASGIMiddleware
from app import app

application = ASGIMiddleware(app)
