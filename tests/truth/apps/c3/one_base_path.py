"""Two APIs on one base path."""

import connexion

app = connexion.FlaskApp(__name__)
app.add_api("openapi.yaml")
app.add_api("openapi.yaml")
