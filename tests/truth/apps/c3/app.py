"""The plain case: a Connexion app, its inner Flask app under the name that gunicorn expects."""

import connexion

app = connexion.FlaskApp(__name__)
app.add_api("openapi.yaml")

application = app.app
