import connexion

if __name__ == "__main__":
    connexion.App(__name__).run()
