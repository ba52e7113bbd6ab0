import connexion

application = connexion.FlaskApp(__name__).app
