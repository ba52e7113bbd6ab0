import connexion


def create_app():
    made = connexion.App("bootsvc")
    made.add_api("api.yaml")
    return made.app


app = create_app()

if __name__ == "__main__":
    app.run()
