"""A module that imports from where Connexion 2 had it."""

import connexion
from connexion.apps.flask_app import FlaskJSONEncoder  # noqa: F401

app = connexion.FlaskApp(__name__)
app.add_api("openapi.yaml")
