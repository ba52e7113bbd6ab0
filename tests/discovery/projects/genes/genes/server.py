import connexion


def main():
    app = connexion.FlaskApp(__name__, specification_dir="openapi/")
    app.add_api("openapi.yaml")
    return app


APPLICATION = main()
application = APPLICATION.app

if __name__ == "__main__":
    APPLICATION.run(port=9083)
