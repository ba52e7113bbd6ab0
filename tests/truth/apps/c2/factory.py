"""Factories: one for the app, one for its inner Flask app."""

import connexion


def create_app():
    app = connexion.FlaskApp(__name__)
    app.add_api("openapi.yaml")
    return app


def create_flask():
    return create_app().app
