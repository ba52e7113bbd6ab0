import connexion

connex = connexion.App(__name__)
app = connex.app

if __name__ == "__main__":
    connex.run(port=8080, debug=True)
