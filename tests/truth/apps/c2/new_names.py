"""A module that was written for Connexion 3."""

import connexion

app = connexion.AsyncApp(__name__)
app.add_api("openapi.yaml")
