"""A module that finds its app when it is asked for it."""

import connexion

_app = connexion.FlaskApp(__name__, specification_dir=".")
_app.add_api("openapi.yaml")


def __getattr__(name):
    if name == "app":
        return _app
    raise AttributeError(name)
