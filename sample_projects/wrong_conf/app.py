"""Tide tables of the harbours on the coast."""

from pathlib import Path

import connexion

app = connexion.FlaskApp(__name__, specification_dir="spec")
app.add_api(Path("tides.yaml"))
