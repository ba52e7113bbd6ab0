import connexion

app = connexion.App(__name__)
