import connexion

app = connexion.FlaskApp("billing")
app.add_api("api.yaml")

if __name__ == "__main__":
    app.run(port=8080)
