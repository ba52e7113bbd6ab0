import connexion

app = connexion.FlaskApp(__name__)
