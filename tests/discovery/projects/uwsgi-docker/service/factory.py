import connexion


def make():
    return connexion.FlaskApp("service")
