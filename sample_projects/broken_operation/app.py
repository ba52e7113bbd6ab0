"""Parcel tracking."""

import connexion
from connexion.resolver import RelativeResolver

app = connexion.FlaskApp(__name__)
app.add_api("parcels.yaml", resolver=RelativeResolver("parcels"))
