"""Newsletter service."""

import connexion

app = connexion.FlaskApp("mailer", specification_dir="openapi/")
app.add_api("mailer.yaml", pythonic_params=True)

application = app.app
application.config["MAX_CONTENT_LENGTH"] = 1024 * 1024
