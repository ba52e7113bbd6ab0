"""WSGI servers and adapters that are given the app in the code."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from connexion_doctor.model import Edit, Finding, Severity
from connexion_doctor.python import Sources
from connexion_doctor.python.edits import drop_import, known, replace_importing
from connexion_doctor.rules.base import finding, rule
from connexion_doctor.rules.migration.uses import INNER, fix

_SERVERS = {
    "gevent.pywsgi.WSGIServer": 1,
    "gevent.wsgi.WSGIServer": 1,
    "waitress.serve": 0,
    "waitress.server.create_server": 0,
    "tornado.wsgi.WSGIContainer": 0,
    "wsgiref.simple_server.make_server": 2,
    "werkzeug.serving.run_simple": 2,
    "werkzeug.middleware.dispatcher.DispatcherMiddleware": 0,
    "werkzeug.wsgi.DispatcherMiddleware": 0,
    "cheroot.wsgi.Server": 1,
    "cherrypy.tree.graft": 0,
    "eventlet.wsgi.server": 1,
    "bjoern.run": 0,
    "meinheld.server.run": 0,
    "serverless_wsgi.handle_request": 0,
    "apig_wsgi.make_lambda_handler": 0,
    "flask_socketio.SocketIO": 0,
    "socketio.WSGIApp": 1,
}


@rule("CXD429", "wsgi-server-in-code", Severity.ERROR)
def wsgi_server(sources: Sources) -> Iterator[Finding]:
    """A WSGI server is started in the code with the Connexion app, or the Flask app inside.

    What happens: Every request answers 500. With the Connexion app the log says
        `TypeError: AbstractApp.__call__() missing 1 required positional argument: 'send'`; with the Flask
        app inside, `HTTPException: 404`.

    Why: Connexion 3 answers ASGI; waitress, gevent, tornado's container, wsgiref and the adapters for
        serverless platforms call WSGI.

    Fix: `uvicorn.run(app, host=..., port=...)` in place of the WSGI server; `Mangum(app, lifespan="off")` on
        AWS Lambda; `socketio.ASGIApp(sio, other_asgi_app=app)` for Socket.IO.

    Before:
        import connexion
        import waitress

        app = connexion.FlaskApp(__name__)
        app.add_api("openapi.yaml")

        if __name__ == "__main__":
            waitress.serve(app, host="127.0.0.1", port=8080)

    After:
        import connexion
        import uvicorn

        app = connexion.FlaskApp(__name__)
        app.add_api("openapi.yaml")

        if __name__ == "__main__":
            uvicorn.run(app, host="127.0.0.1", port=8080)

    Sources:
        https://github.com/spec-first/connexion/issues/1807
        https://github.com/spec-first/connexion/issues/1971
        test: tests/rules/migration/scenarios.py
    """
    for use, name in sources.calls:
        index = _SERVERS.get(name)
        if index is None or use.guarded:
            continue
        given: list[ast.expr] = [*use.node.args, *(k.value for k in use.node.keywords)]
        apps = [(a, sources.of(a, use)) for a in given]
        bad = [(a, v) for a, v in apps if v in ("connexion.FlaskApp()", "connexion.AsyncApp()", INNER)]
        if not bad:
            continue
        argument, value = bad[0]
        edits: list[Edit] = []
        if name == "waitress.serve" and value != INNER and use.module.text(use.node.func) == "waitress.serve":
            plain = {k.arg for k in use.node.keywords} <= {"host", "port"} and len(use.node.args) == 1
            if plain:
                edits = replace_importing(use.module, use.node.func, "uvicorn.run", "uvicorn")
                edits += known([drop_import(use.module, "waitress")])
        yield finding(
            f"`{name}` calls WSGI, and a Connexion 3 app answers ASGI: every request is a 500.",
            location=use.module.location(argument),
            fixes=fix(
                "Serve the Connexion app with an ASGI server: `uvicorn.run(app, host=..., port=...)`.",
                edits,
                install=["uvicorn"] if edits else [],
                unsafe=True,
            ),
        )
