import datetime
import decimal
import uuid

import connexion
import flask
from werkzeug.exceptions import Unauthorized


class Domain(Exception):
    pass


def raises():
    raise RuntimeError("it is broken")


def aborts():
    flask.abort(404)


def stranger(token):
    raise Unauthorized("no such token")


def guarded():
    return {"let": "in"}


def teapot():
    flask.abort(418, "short and stout")


def problem():
    return connexion.problem(409, "Conflict", "it is taken", ext={"by": "somebody"})


def domain():
    raise Domain("the domain says no")


def status():
    return {"state": "queued"}, 202


def headers():
    return {"ok": True}, 200, {"X-Total": "3", "Cache-Control": "no-store"}


def nothing():
    return connexion.NoContent, 204


def word():
    return "a word"


def words():
    return "two words"


def page():
    return "<p>a page</p>", 200


def dates():
    return {
        "moment": datetime.datetime(2024, 2, 29, 12, 0, 0),
        "day": datetime.date(2024, 2, 29),
        "id": uuid.UUID(int=7),
        "price": decimal.Decimal("1.50"),
    }


def several():
    return {"several": True}


def away():
    return flask.redirect("/status")


def file():
    return b"\x00\x01\x02"


def accents():
    return {"name": "Zoë"}


def wrong():
    return {"no": "name"}


def cookie():
    answer = flask.jsonify(ok=True)
    answer.set_cookie("seen", "yes", httponly=True)
    return answer


def numbers():
    return {"whole": 1.0, "half": 0.5, "none": None, "z": 1, "a": 2}


def on_domain(*given):
    """Connexion 2 gives the exception, Connexion 3 the request and the exception."""
    if len(given) == 2:
        from connexion.lifecycle import ConnexionResponse

        return ConnexionResponse(status_code=422, body='{"said": "%s"}' % given[1], content_type="application/json")
    return flask.Response('{"said": "%s"}' % given[0], 422, content_type="application/json")


app = connexion.FlaskApp(__name__, specification_dir=".")
app.add_api("openapi.yaml", validate_responses=True)
app.add_error_handler(Domain, on_domain)
