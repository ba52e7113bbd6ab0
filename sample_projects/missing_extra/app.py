"""Polls of a housing association."""

import connexion

app = connexion.FlaskApp(__name__, strict_validation=True)
app.add_api("polls.yaml")
