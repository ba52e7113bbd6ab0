"""A module that starts its own server when it is imported."""

from app import app

app.run(host="127.0.0.1", port=0)
