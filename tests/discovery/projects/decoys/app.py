import connexion

app = connexion.App(__name__)

if __name__ == "__main__":
    app.run()
