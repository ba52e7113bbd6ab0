"""A module that gives the constructor an option of Connexion 2."""

import connexion

app = connexion.FlaskApp(__name__, options={"swagger_ui": False})
app.add_api("openapi.yaml")
