"""A factory that gives the Flask app inside: how an app of Connexion 2 was started by Flask."""

import connexion


def create_app():
    made = connexion.FlaskApp(__name__)
    made.add_api("openapi.yaml")
    return made.app
