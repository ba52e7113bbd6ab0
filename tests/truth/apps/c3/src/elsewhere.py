"""An app in a folder that is not the working directory."""

import sys
from pathlib import Path

import connexion

sys.path.append(str(Path(__file__).parents[1]))  # for the handlers

app = connexion.FlaskApp(__name__, specification_dir=Path(__file__).parents[1])
app.add_api("openapi.yaml")
