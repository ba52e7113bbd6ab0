"""A Connexion app, and a Flask app of its own beside it that answers the same paths."""

import connexion
import flask

app = connexion.FlaskApp(__name__)
app.add_api("openapi.yaml")

flask_app = flask.Flask(__name__)


@flask_app.get("/v1/hello")
def hello():
    return {"hello": flask.request.args.get("name")}


@flask_app.get("/v1/secret")
def secret():
    return {"secret": 42}
