"""WSGI servers and adapters that are given the app in the code."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from connexion_doctor.model import Edit, Finding, Location, Severity
from connexion_doctor.python import Sources, Use
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
    "awsgi.response": 0,
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
        edits = _to_uvicorn(use) if name == "waitress.serve" and value != INNER else []
        yield finding(
            f"`{name}` calls WSGI, and a Connexion 3 app answers ASGI: every request is a 500.",
            location=use.module.location(argument),
            fixes=fix(
                'Hand the events to Mangum: `handler = Mangum(app, lifespan="off")`.'
                if name.startswith(("serverless_wsgi.", "apig_wsgi.", "awsgi"))
                else "Serve the Connexion app with an ASGI server: `uvicorn.run(app, host=..., port=...)`.",
                edits,
                install=["uvicorn"] if edits else [],
                unsafe=True,
            ),
        )


# Where waitress listens if it is not told (waitress/adjustments.py); uvicorn's own defaults are others.
_DEFAULTS = {"host": '"0.0.0.0"', "port": "8080"}


def _to_uvicorn(use: Use[ast.Call]) -> list[Edit]:
    """``waitress.serve(app, ...)`` as ``uvicorn.run(app, ...)`` on the same address, where that is all it
    says."""
    given = {keyword.arg: keyword.value for keyword in use.node.keywords}
    module, function = use.module, use.module.text(use.node.func)
    if not given.keys() <= _DEFAULTS.keys() or len(use.node.args) != 1 or function.count(".") > 1:
        return []
    edits = replace_importing(module, use.node.func, "uvicorn.run", "uvicorn")
    edits += known([drop_import(module, function.partition(".")[0])])
    missing = "".join(f", {name}={text}" for name, text in _DEFAULTS.items() if name not in given)
    if missing:
        last = use.node.keywords[-1].value if use.node.keywords else use.node.args[0]
        line, column = module.location(last).end
        edits.append(Edit(Location(module.path, line, column, line, column), missing))
    return edits
