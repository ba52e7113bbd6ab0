#!/usr/bin/env python3
"""Energy meters: what each meter has counted."""

import connexion

app = connexion.App(__name__, specification_dir="./openapi/")
app.add_api("openapi.yaml", arguments={"title": "Energy meters"}, pythonic_params=True)

if __name__ == "__main__":
    app.run(host="127.0.0.1", port=8000)
