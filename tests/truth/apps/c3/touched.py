"""An inner app that has answered before Connexion built its stack around it."""

from app import app

with app.app.test_client() as client:
    try:
        client.get("/warm-up")
    except Exception as error:
        print("warm-up:", error)
