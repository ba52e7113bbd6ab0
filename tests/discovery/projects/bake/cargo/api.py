from connexion import AsyncApp


def make_app():
    app = AsyncApp(__name__)
    app.add_api("openapi.yaml")
    return app
