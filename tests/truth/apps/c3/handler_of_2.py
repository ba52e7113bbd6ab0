"""Error handlers as Connexion 2 called them: with the exception only."""

import connexion
import flask


def conflict(exc):
    return flask.jsonify({"error": str(exc)}), 409


app = connexion.FlaskApp(__name__)
app.add_api("openapi.yaml")
app.add_error_handler(409, conflict)
