"""Imports as if it were a part of a package."""

import connexion

from . import handlers

app = connexion.FlaskApp(__name__)
app.add_api("openapi.yaml")
PARTS = (handlers,)
