import connexion


def create_app():
    app = connexion.App(__name__)
    app.add_api("quarry.yaml")
    return app
