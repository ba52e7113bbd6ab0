"""An API whose handlers are in a module that imports what nobody installed."""

from pathlib import Path

import connexion
import yaml

text = (Path(__file__).parent / "openapi.yaml").read_text("utf-8")
app = connexion.FlaskApp(__name__)
app.add_api(yaml.safe_load(text.replace("handlers.", "imports_missing.")))
