import connexion

application = connexion.App(__name__).app
