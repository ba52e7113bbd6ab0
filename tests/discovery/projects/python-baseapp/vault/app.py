import connexion


def create_app():
    return connexion.App("vault")
