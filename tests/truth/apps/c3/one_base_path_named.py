"""Two APIs on one base path, under two names."""

import connexion

app = connexion.FlaskApp(__name__)
app.add_api("openapi.yaml", name="first")
app.add_api("openapi.yaml", name="second")
