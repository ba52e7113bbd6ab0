import connexion

app = connexion.AsyncApp(__name__)
app.add_api("service.yaml")
