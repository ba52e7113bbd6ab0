import connexion

app = connexion.App(__name__).app
