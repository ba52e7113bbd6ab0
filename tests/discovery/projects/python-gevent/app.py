#!/usr/bin/env python3
import connexion
from gevent.pywsgi import WSGIServer


def main():
    app = connexion.App(__name__)
    app.add_api("api.yaml")
    http = WSGIServer(("", 5000), app.app)
    http.serve_forever()


if __name__ == "__main__":
    main()
