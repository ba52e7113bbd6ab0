import connexion

app = connexion.App(__name__).app

if __name__ == "__main__":
    app.run()
