from connexion import FlaskApp

app = FlaskApp(__name__)
app.add_api("spec.yaml")

if __name__ == "__main__":
    app.run(host="0.0.0.0")
