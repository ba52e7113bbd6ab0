"""Every way to start a server from Python: `python start.py WAY PORT`, on loopback only."""

import sys

HOST = "127.0.0.1"


def connexion_run(app, port):
    app.run(host=HOST, port=port)


def connexion_run_string(app, port):
    app.run("app:app", host=HOST, port=port)


def connexion_run_server(app, port):
    app.run(host=HOST, port=port, server="gevent")


def inner_run(app, port):
    app.app.run(host=HOST, port=port)


def inner_debug(app, port):
    app.app.run(host=HOST, port=port, debug=True)


def uvicorn_run(app, port):
    import uvicorn

    uvicorn.run(app, host=HOST, port=port)


def uvicorn_string(app, port):
    import uvicorn

    uvicorn.run("app:app", host=HOST, port=port)


def uvicorn_no_such(app, port):
    import uvicorn

    uvicorn.run("app:no_such_name", host=HOST, port=port)


def uvicorn_reload(app, port):
    import uvicorn

    uvicorn.run(app, host=HOST, port=port, reload=True)


def uvicorn_workers(app, port):
    import uvicorn

    uvicorn.run("app:app", host=HOST, port=port, workers=2)


def uvicorn_factory(app, port):
    import uvicorn

    uvicorn.run("factory:create_app", host=HOST, port=port, factory=True)


def uvicorn_wsgi(app, port):
    import uvicorn

    uvicorn.run(app, host=HOST, port=port, interface="wsgi")


def uvicorn_loop(app, port):
    import uvicorn

    uvicorn.run(app, host=HOST, port=port, loop="a_loop_that_nobody_installed:new")


def uvicorn_protocols(app, port):
    import uvicorn

    uvicorn.run(app, host=HOST, port=port, loop="asyncio", http="h11", ws="none")


def uvicorn_inner(app, port):
    import uvicorn

    uvicorn.run(app.app, host=HOST, port=port)


def uvicorn_server(app, port):
    import asyncio

    import uvicorn

    server = uvicorn.Server(uvicorn.Config(app, host=HOST, port=port))
    asyncio.run(server.serve())


def uvicorn_in_a_thread(app, port):
    import threading

    import uvicorn

    thread = threading.Thread(target=uvicorn.run, args=(app,), kwargs={"host": HOST, "port": port})
    thread.start()
    thread.join()


def uvicorn_in_a_process(app, port):
    import multiprocessing

    import uvicorn

    process = multiprocessing.Process(target=uvicorn.run, args=(app,), kwargs={"host": HOST, "port": port})
    process.start()
    process.join()


def waitress_serve(app, port):
    from waitress import serve

    serve(app, host=HOST, port=port)


def waitress_bridged(app, port):
    from a2wsgi import ASGIMiddleware
    from waitress import serve

    serve(ASGIMiddleware(app), host=HOST, port=port)


def waitress_keyword(app, port):
    from waitress import serve

    serve(app, host=HOST, port=port, no_such_setting=3)


def werkzeug_run(app, port):
    from werkzeug.serving import run_simple

    run_simple(HOST, port, app)


def werkzeug_bridged(app, port):
    from a2wsgi import ASGIMiddleware
    from werkzeug.serving import run_simple

    run_simple(HOST, port, ASGIMiddleware(app))


def gevent_serve(app, port):
    from gevent.pywsgi import WSGIServer

    WSGIServer((HOST, port), app).serve_forever()


def wsgiref_serve(app, port):
    from wsgiref.simple_server import make_server

    make_server(HOST, port, app).serve_forever()


def wsgiref_bridged(app, port):
    from wsgiref.simple_server import make_server

    from a2wsgi import ASGIMiddleware

    with make_server(HOST, port, ASGIMiddleware(app)) as server:
        server.serve_forever()


def hypercorn_serve(app, port):
    import asyncio

    from hypercorn.asyncio import serve
    from hypercorn.config import Config

    config = Config()
    config.bind = [f"{HOST}:{port}"]
    asyncio.run(serve(app, config))


def granian_serve(app, port):
    from granian import Granian

    Granian("app:app", address=HOST, port=port, interface="asgi").serve()


def granian_rsgi(app, port):
    from granian import Granian

    Granian("app:app", address=HOST, port=port).serve()


def gunicorn_run(app, port, **options):
    from gunicorn.app.base import BaseApplication

    class Standalone(BaseApplication):
        def load_config(self):
            self.cfg.set("bind", f"{HOST}:{port}")
            for name, value in options.items():
                self.cfg.set(name, value)

        def load(self):
            return app

    Standalone().run()


def gunicorn_asgi(app, port):
    gunicorn_run(app, port, worker_class="uvicorn_worker.UvicornWorker")


def no_such_way(app, port):
    raise LookupError("no settings for this host")


if __name__ == "__main__":
    from app import app

    globals()[sys.argv[1]](app, int(sys.argv[2]))
