"""As `wrong_way`, with uvicorn."""

from app import app
from uvicorn.middleware.wsgi import WSGIMiddleware

application = WSGIMiddleware(app)
