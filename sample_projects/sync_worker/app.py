"""Meeting-room bookings: who has which room on which day."""

import connexion

app = connexion.FlaskApp(__name__)
app.add_api("openapi.yaml")

if __name__ == "__main__":
    app.run(host="127.0.0.1", port=8000)
