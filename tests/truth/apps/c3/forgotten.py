"""An app that an object holds, and a factory that forgets its ``return``."""

import connexion


def create_app():
    made = connexion.FlaskApp(__name__)
    made.add_api("openapi.yaml")


class Service:
    def __init__(self):
        self.cx = connexion.FlaskApp(__name__)
        self.cx.add_api("openapi.yaml")


service = Service()
