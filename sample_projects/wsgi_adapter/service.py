"""Catalogue of a small library."""

import connexion

app = connexion.FlaskApp(__name__)
app.add_api("catalogue.yml", base_path="/catalogue")
