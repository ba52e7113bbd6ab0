import connexion

application = connexion.FlaskApp(__name__)

if __name__ == "__main__":
    application.run(port=8080)
