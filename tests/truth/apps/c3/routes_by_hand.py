"""The operations are in the specification and, again, as Flask routes of the inner app."""

import handlers
from app import app
from flask import request

inner = app.app
inner.add_url_rule("/v1/hello", "hand_hello", lambda: handlers.hello(request.args.get("name")))
inner.add_url_rule("/v1/secret", "hand_secret", handlers.secret)
