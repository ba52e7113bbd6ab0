"""An API whose specification is not there."""

import connexion

app = connexion.FlaskApp(__name__)
app.add_api("no_such_file.yaml")
