"""An API with an operationId that names nothing."""

import connexion

app = connexion.FlaskApp(__name__)
app.add_api("unresolved.yaml")
