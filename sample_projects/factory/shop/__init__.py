"""A web shop's catalogue and stock."""

from connexion import FlaskApp

from shop.stock import Stock


def create_app() -> FlaskApp:
    app = FlaskApp(__name__)
    app.app.config["STOCK"] = Stock.of_the_day()
    app.add_api("openapi.yaml", strict_validation=True)
    return app
