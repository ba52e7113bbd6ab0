"""An API with an operationId that names nothing, behind the adapter."""

from a2wsgi import ASGIMiddleware
from unresolved import app

application = ASGIMiddleware(app)
