import connexion


def cached_app():
    return connexion.App("flowctl").app
