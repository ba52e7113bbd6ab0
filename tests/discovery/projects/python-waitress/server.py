import connexion
from waitress import serve

application = connexion.FlaskApp(__name__)
application.add_api("api.yaml")

if __name__ == "__main__":
    serve(application, host="0.0.0.0", port=8080)
