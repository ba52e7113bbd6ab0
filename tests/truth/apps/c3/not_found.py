"""An error handler for 404 that fails: operations are served, other paths answer 500."""

import connexion


def broken(request, error):
    raise RuntimeError("the page for unknown paths")


app = connexion.FlaskApp(__name__)
app.add_api("openapi.yaml")
app.add_error_handler(404, broken)
