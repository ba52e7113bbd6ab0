"""The app without Flask."""

import connexion

app = connexion.AsyncApp(__name__)
app.add_api("openapi.yaml")
