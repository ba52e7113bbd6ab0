"""An app in a package, with its specification beside the project."""

from pathlib import Path

import connexion

app = connexion.FlaskApp(__name__, specification_dir=Path(__file__).parents[2])
app.add_api("openapi.yaml")
