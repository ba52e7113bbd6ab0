"""Connexion's middleware around apps of others: as it is meant, and without the adapter."""

import flask
from a2wsgi import WSGIMiddleware
from connexion import ConnexionMiddleware

flask_app = flask.Flask(__name__)


@flask_app.get("/v1/hello")
def hello():
    return {"hello": flask.request.args["name"]}


@flask_app.get("/v1/secret")
def secret():
    return {"secret": 42}


app = ConnexionMiddleware(WSGIMiddleware(flask_app))
app.add_api("openapi.yaml")

bare = ConnexionMiddleware(flask_app)
bare.add_api("openapi.yaml")
