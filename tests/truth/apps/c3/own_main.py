"""The handlers stand in the script that is run: the specification names them by `__main__`."""

import sys

import connexion


def hello(name):
    return {"hello": name}


app = connexion.FlaskApp(__name__)
app.add_api("openapi.yaml")

if __name__ == "__main__":
    app.run(host="127.0.0.1", port=int(sys.argv[1]))
