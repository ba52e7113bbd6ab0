import connexion


def make_app():
    return connexion.FlaskApp(__name__)


app = make_app()
