"""Every way to start a server from Python: `python start.py WAY PORT`, on loopback only."""

import sys

HOST = "127.0.0.1"


def connexion_run(app, port):
    app.run(host=HOST, port=port)


def connexion_debug(app, port):
    app.run(host=HOST, port=port, debug=True)


def connexion_gevent(app, port):
    app.run(host=HOST, port=port, server="gevent")


def connexion_tornado(app, port):
    app.run(host=HOST, port=port, server="tornado")


def connexion_unknown(app, port):
    app.run(host=HOST, port=port, server="nginx")


def inner_run(app, port):
    app.app.run(host=HOST, port=port)


def waitress_serve(app, port):
    from waitress import serve

    serve(app, host=HOST, port=port)


def werkzeug_run(app, port):
    from werkzeug.serving import run_simple

    run_simple(HOST, port, app)


def wsgiref_serve(app, port):
    from wsgiref.simple_server import make_server

    make_server(HOST, port, app).serve_forever()


def uvicorn_run(app, port):
    import uvicorn

    uvicorn.run(app, host=HOST, port=port)


def uvicorn_wsgi(app, port):
    import uvicorn

    uvicorn.run(app, host=HOST, port=port, interface="wsgi")


def gunicorn_run(app, port):
    from gunicorn.app.base import BaseApplication

    class Standalone(BaseApplication):
        def load_config(self):
            self.cfg.set("bind", f"{HOST}:{port}")

        def load(self):
            return app

    Standalone().run()


if __name__ == "__main__":
    from app import app

    globals()[sys.argv[1]](app, int(sys.argv[2]))
