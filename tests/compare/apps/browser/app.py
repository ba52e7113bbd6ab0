import connexion
import flask


def things():
    return [{"name": "a"}]


def add(body):
    return body, 201


def thing(name, n=None):
    return {"name": name}


def allow(response):
    """As flask-cors does it."""
    if flask.request.headers.get("Origin"):
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Access-Control-Allow-Methods"] = "GET, POST"
        response.headers["Access-Control-Allow-Headers"] = "content-type"
    response.headers["X-Frame-Options"] = "DENY"
    return response


app = connexion.FlaskApp(__name__, specification_dir=".")
app.add_api("openapi.yaml")
app.app.after_request(allow)


@app.app.before_request
def before():
    if flask.request.path == "/blocked":
        return "blocked", 403


@app.route("/plain")
def plain():
    return "a plain route"
