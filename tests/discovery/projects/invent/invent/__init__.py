import connexion


def create_app(name):
    app = connexion.FlaskApp(name)
    app.add_api("invent.yaml")
    return app
