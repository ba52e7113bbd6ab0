"""A script in a folder: Python puts that folder on its path, not the one with the handlers."""

import sys

import connexion
import uvicorn

app = connexion.FlaskApp(__name__, specification_dir="..")
app.add_api("openapi.yaml")

if __name__ == "__main__":
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]))
