"""A Flask app beside Connexion: it answers, without validation and without security."""

import flask

app = flask.Flask(__name__)


@app.get("/v1/hello")
def hello():
    return {"hello": flask.request.args.get("name")}


@app.get("/v1/secret")
def secret():
    return {"secret": 42}
