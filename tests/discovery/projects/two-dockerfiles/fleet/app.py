import connexion

app = connexion.FlaskApp(__name__)

if __name__ == "__main__":
    app.run(port=8000)
