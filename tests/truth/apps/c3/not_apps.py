"""Names that are not an application."""

import connexion

nothing = None
number = 42
text = "app:app"
AppClass = connexion.FlaskApp


class Holder:
    """Holds an app, is none."""

    app = connexion.FlaskApp(__name__)
    app.add_api("openapi.yaml")


holder = Holder()
