from connexion import FlaskApp

app = FlaskApp("warehouse")
app.add_api("warehouse.yaml")
