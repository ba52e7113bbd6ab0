import connexion

app = connexion.FlaskApp(__name__)
application = app.app
