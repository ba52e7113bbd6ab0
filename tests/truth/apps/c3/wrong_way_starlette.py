"""As `wrong_way`, with Starlette."""

from app import app
from starlette.middleware.wsgi import WSGIMiddleware

application = WSGIMiddleware(app)
