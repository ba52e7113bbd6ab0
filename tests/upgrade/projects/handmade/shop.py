"""A shop, as people wrote them for Connexion 2."""

import datetime
import decimal

import connexion
from connexion import FlaskApi
from connexion.apps.flask_app import FlaskJSONEncoder
from flask_cors import CORS
from werkzeug.middleware.proxy_fix import ProxyFix


class OutOfStock(Exception):
    pass


class Encoder(FlaskJSONEncoder):
    def default(self, o):
        if isinstance(o, decimal.Decimal):
            return float(o)
        return super().default(o)


def list_items(limit=10):
    items = [{"name": "pen", "price": decimal.Decimal("1.50"), "made": datetime.date(2024, 2, 29)}]
    return items[:limit]


def get_item(item_id):
    if item_id > 100:
        raise OutOfStock(f"item {item_id}")
    return {"id": item_id, "agent": connexion.request.headers.get("User-Agent")}


def add_item(body):
    return body, 201


def on_out_of_stock(error):
    return FlaskApi.get_response(connexion.problem(410, "Gone", str(error)))


def check_basic(username, password, required_scopes=None):
    return {"sub": username} if password == "right-password" else None


def whoami(user):
    return {"user": user}


app = connexion.FlaskApp(__name__, specification_dir=".", options={"swagger_ui": True, "swagger_url": "/docs"})
app.add_api("shop.yaml", strict_validation=True, validate_responses=False)
app.add_error_handler(OutOfStock, on_out_of_stock)
app.app.json_encoder = Encoder
app.app.wsgi_app = ProxyFix(app.app.wsgi_app, x_proto=1, x_host=1)
CORS(app.app)


@app.app.after_request
def frame(response):
    response.headers["X-Frame-Options"] = "DENY"
    return response


if __name__ == "__main__":
    app.run(host="127.0.0.1", port=8080)
