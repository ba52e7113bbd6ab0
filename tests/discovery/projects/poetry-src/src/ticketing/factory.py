from connexion import AsyncApp


def create_app() -> AsyncApp:
    app = AsyncApp("ticketing")
    app.add_api("openapi.yaml")
    return app
