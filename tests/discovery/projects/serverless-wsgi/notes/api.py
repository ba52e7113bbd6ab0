import connexion

app = connexion.FlaskApp(__name__).app
