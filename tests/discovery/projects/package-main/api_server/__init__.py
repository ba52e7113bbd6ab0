import connexion


def main():
    app = connexion.App(__name__)
    app.run(port=8080)
