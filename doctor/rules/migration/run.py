"""``app.run()``: Flask's development server in Connexion 2, uvicorn in Connexion 3."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from doctor.model import Edit, Finding, Severity
from doctor.rules.base import finding, rule
from doctor.rules.migration.common import (
    INNER,
    app_calls,
    constructors,
    fix,
    inner_calls,
    listed,
    named,
    outer_app,
    passed,
    receiver,
)
from doctor.source import Sources, Use
from doctor.source.edits import (
    Argument,
    add_argument,
    drop_import,
    indentation,
    insert,
    known,
    remove_arguments,
    replace,
    replace_importing,
)

_GONE = {
    "server": "uvicorn is the server",
    "debug": "`uvicorn --reload` reloads",
    "threaded": "handlers run in threads anyway",
    "processes": "`uvicorn --workers` starts processes",
    "use_reloader": "`uvicorn --reload` reloads",
    "use_debugger": "there is no debugger",
    "use_evalex": "there is no debugger",
    "extra_files": "specifications are watched anyway",
    "reloader_type": "`uvicorn --reload` reloads",
    "reloader_interval": "`uvicorn --reload` reloads",
    "passthrough_errors": "there is no debugger",
    "request_handler": "uvicorn is the server",
    "static_files": "mount them in the app",
    "load_dotenv": "`uvicorn --env-file` reads one",
    "ssl_context": "uvicorn takes `ssl_certfile` and `ssl_keyfile`",
}


@rule("CXD423", "run-keyword-gone", Severity.ERROR)
def run_keyword(sources: Sources) -> Iterator[Finding]:
    """`app.run()` is given a keyword of Flask's server.

    What happens: `TypeError: run() got an unexpected keyword argument 'debug'`: the process ends.

    Why: `run` starts uvicorn in Connexion 3 and hands it every keyword.

    Fix: Remove `server`, `debug`, `threaded`, `use_reloader` and the like;
        `ssl_context=(certificate, key)` becomes `ssl_certfile=certificate, ssl_keyfile=key`. To reload, run
        `uvicorn module:app --reload`.

    Before:
        import connexion

        app = connexion.FlaskApp(__name__)
        app.add_api("openapi.yaml")

        if __name__ == "__main__":
            app.run(host="127.0.0.1", port=8080, debug=False, threaded=True)

    After:
        import connexion

        app = connexion.FlaskApp(__name__)
        app.add_api("openapi.yaml")

        if __name__ == "__main__":
            app.run(host="127.0.0.1", port=8080)

    Sources:
        https://github.com/spec-first/connexion/issues/1670
    """
    for use, _ in app_calls(sources, "run"):
        gone = [argument for argument in passed(sources, use) if argument.name in _GONE]
        if not gone:
            continue
        edits, costs = _without(use, [(a.name, a.value, a.keyword) for a in gone])
        reasons = dict.fromkeys(_GONE[argument.name] for argument in gone)
        yield finding(
            f"`run` hands {listed(a.name for a in gone)} to uvicorn, which does not know it: TypeError.",
            severity=Severity.ERROR,
            location=use.module.location(gone[0].keyword or use.node),
            fixes=fix(f"Remove {listed(a.name for a in gone)}: {'; '.join(reasons)}.", edits, costs=costs),
        )


def _without(
    use: Use[ast.Call], gone: list[tuple[str, ast.expr, ast.keyword | None]]
) -> tuple[tuple[Edit, ...], list[str]]:
    removed: list[Argument] = []
    edits: list[Edit] = []
    costs: list[str] = []
    for name, value, keyword in gone:
        if keyword is None:
            return (), []
        if name == "ssl_context" and not (isinstance(value, ast.Constant) and value.value is None):
            if not isinstance(value, ast.Tuple) or len(value.elts) != 2:
                return (), []
            certificate, key = (use.module.text(part) for part in value.elts)
            edits.append(replace(use.module, keyword, f"ssl_certfile={certificate}, ssl_keyfile={key}"))
            continue
        removed.append(keyword)
        if name in ("debug", "use_reloader") and not (isinstance(value, ast.Constant) and not value.value):
            costs.append("code is not reloaded when it changes: start `uvicorn --reload` for that")
    cut = remove_arguments(use.module, use.node, removed) if removed else ()
    if removed and not cut:
        return (), []
    return (*edits, *cut), list(dict.fromkeys(costs))


@rule("CXD424", "run-positional-port", Severity.ERROR)
def run_positional(sources: Sources) -> Iterator[Finding]:
    """`app.run(8080)`: the first argument is no longer the port.

    What happens: uvicorn takes the number for an import string and the process ends.

    Why: The first parameter of `run` is `import_string` in Connexion 3, there for reloading.

    Fix: `app.run(port=8080)`.

    Before:
        import connexion

        app = connexion.FlaskApp(__name__)
        app.add_api("openapi.yaml")

        if __name__ == "__main__":
            app.run(8080, host="127.0.0.1")

    After:
        import connexion

        app = connexion.FlaskApp(__name__)
        app.add_api("openapi.yaml")

        if __name__ == "__main__":
            app.run(port=8080, host="127.0.0.1")

    Sources:
        https://github.com/spec-first/connexion/blob/main/connexion/apps/abstract.py
    """
    for use, _ in app_calls(sources, "run"):
        if not use.node.args or isinstance(use.node.args[0], ast.Starred):
            continue
        first = use.node.args[0]
        literal = sources.literal(first, use)
        text = isinstance(literal, ast.Constant) and isinstance(literal.value, str)
        number = (isinstance(literal, ast.Constant) and isinstance(literal.value, int)) or (
            isinstance(literal, ast.Call) and isinstance(literal.func, ast.Name) and literal.func.id == "int"
        )
        if len(use.node.args) == 1 and (text or not number):
            continue
        place = use.module.location(first)
        edits: list[Edit] = []
        if len(use.node.args) == 1:
            edits.append(insert(use.module, place.line, place.column, "port="))
        yield finding(
            "The first argument of `run` is an import string in Connexion 3, not the port.",
            severity=Severity.ERROR,
            location=place,
            fixes=fix(f"Write `port={use.module.text(first)}`.", edits),
        )


@rule("CXD425", "run-binds-loopback", Severity.WARNING)
def run_loopback(sources: Sources) -> Iterator[Finding]:
    """`app.run()` without a host listens on 127.0.0.1 in Connexion 3: a container is not reached.

    What happens: The server starts, and nobody outside of the container or machine gets an answer:
        connection refused. Without a port it is 8000 in place of 5000.

    Why: Connexion 2 listened on 0.0.0.0:5000 by default, uvicorn listens on 127.0.0.1:8000.

    Fix: Give the host and the port, if the server shall be reached from outside.

    Before:
        import connexion

        app = connexion.FlaskApp(__name__)
        app.add_api("openapi.yaml")

        if __name__ == "__main__":
            app.run(port=8080)

    After:
        import connexion

        app = connexion.FlaskApp(__name__)
        app.add_api("openapi.yaml")

        if __name__ == "__main__":
            app.run(port=8080, host="0.0.0.0")

    Sources:
        https://github.com/spec-first/connexion/blob/main/connexion/middleware/main.py
        https://uvicorn.dev/settings/
    """
    made = {use.module.path for use, _ in constructors(sources) if named(sources, use, "host")}
    for use, kind in app_calls(sources, "run"):
        names = {argument.name for argument in passed(sources, use)}
        spread = any(keyword.arg is None for keyword in use.node.keywords)
        if names & {"host", "uds", "fd"} or spread or use.node.args or made or kind == "connexion.AsyncApp":
            continue
        started = _started_by(sources, use)
        if not started:
            continue
        added = ['host="0.0.0.0"'] + ([] if "port" in names else ["port=5000"])
        yield finding(
            "`run` without a host listens on 127.0.0.1 in Connexion 3: outside of the container "
            "nobody reaches it.",
            severity=Severity.WARNING,
            evidence=[f"{path} starts {use.module.path}" for path in started],
            location=use.module.location(use.node),
            fixes=fix(
                f"Add `{', '.join(added)}`.",
                [add_argument(use.module, use.node, ", ".join(added))],
                unsafe=True,
                costs=["the server listens on all addresses"],
            ),
        )


def _started_by(sources: Sources, use: Use[ast.Call]) -> list[str]:
    """The container files that start this module with Python."""
    found = []
    file = use.module.path.rpartition("/")[2]
    names = [re.escape(name) for name in use.module.names if name]
    if use.module.path.endswith("__main__.py"):
        names += [re.escape(name.removesuffix(".__main__")) for name in use.module.names]
    for path, text in sources.containers.items():
        script = re.search(rf"python[\w.]*[\"',\s][^\n#]*\b{re.escape(file)}\b", text)
        module = re.search(rf"-m[\"',\s]+(?:{'|'.join(names)})(?![\w.])", text) if names else None
        if script or module:
            found.append(path)
    return found


@rule("CXD426", "run-at-import", Severity.WARNING)
def run_at_import(sources: Sources) -> Iterator[Finding]:
    """`app.run()` stands outside of `if __name__ == "__main__"`.

    What happens: A server that imports the module runs into it: a second server starts inside, on another
        port, and the one that was asked for never answers.

    Why: `run` blocks until its own server ends.

    Fix: Put it under `if __name__ == "__main__":`.

    Before:
        import connexion

        app = connexion.FlaskApp(__name__)
        app.add_api("openapi.yaml")
        app.run(host="127.0.0.1", port=8080)

    After:
        import connexion

        app = connexion.FlaskApp(__name__)
        app.add_api("openapi.yaml")
        if __name__ == "__main__":
            app.run(host="127.0.0.1", port=8080)

    Sources:
        https://github.com/spec-first/connexion/issues/1784
    """
    for use, _ in app_calls(sources, "run"):
        if use.main or not use.scope.is_module or use.module.path.endswith("__main__.py"):
            continue
        place = use.module.location(use.statement)
        blanks = indentation(use.module, use.statement)
        plain = isinstance(use.statement, ast.Expr) and place.line == place.end_line
        edits: list[Edit] = []
        if plain and not blanks:
            text = use.module.text(use.statement)
            edits.append(replace(use.module, use.statement, f'if __name__ == "__main__":\n    {text}'))
        yield finding(
            "`run` is called when the module is imported: a server that imports it never answers.",
            severity=Severity.WARNING,
            location=place,
            fixes=fix('Put it under `if __name__ == "__main__":`.', edits),
        )


@rule("CXD427", "run-reload-without-import-string", Severity.ERROR)
def run_reload(sources: Sources) -> Iterator[Finding]:
    """`app.run(reload=True)` or `workers=` without an import string.

    What happens: `WARNING: You must pass the application as an import string to enable 'reload' or
        'workers'.`, and the process ends with code 3 (1 before uvicorn 0.50).

    Why: uvicorn must be able to import the app again in another process.

    Fix: Pass it: `app.run("module:app", reload=True)`, or start `uvicorn module:app --reload`.

    Before:
        import connexion

        app = connexion.FlaskApp(__name__)
        app.add_api("openapi.yaml")

        if __name__ == "__main__":
            app.run(host="127.0.0.1", port=8080, workers=2)

    After:
        import connexion

        app = connexion.FlaskApp(__name__)
        app.add_api("openapi.yaml")

        if __name__ == "__main__":
            app.run("example:app", host="127.0.0.1", port=8080, workers=2, reload=False)

    Sources:
        https://uvicorn.dev/deployment/
        https://connexion.readthedocs.io/en/latest/quickstart.html
    """
    for use, _ in app_calls(sources, "run"):
        if use.node.args or named(sources, use, "import_string"):
            continue
        for name in ("reload", "workers"):
            argument = named(sources, use, name)
            value = argument.value.value if argument and isinstance(argument.value, ast.Constant) else None
            if argument is None or not (value is True or (isinstance(value, int) and value > 1)):
                continue
            module = use.module.names[0] if use.module.names else "module"
            app = receiver(use)
            text = use.module.text(app) if app is not None else "app"
            yield finding(
                f"`run({name}=...)` needs the app as an import string: uvicorn ends with code 3.",
                severity=Severity.ERROR,
                location=use.module.location(argument.keyword or use.node),
                fixes=fix(f'Pass it first: `{text}.run("{module}:{text}", ...)`.'),
            )
            break


@rule("CXD428", "inner-app-run", Severity.ERROR)
def inner_run(sources: Sources) -> Iterator[Finding]:
    """The Flask app inside is run: no path of the specification answers.

    What happens: Flask's server starts, and each path of the specification answers 500; the log says
        `starlette.exceptions.HTTPException: 404`.

    Why: The routes are added when Connexion builds its stack, which Flask's server never asks for.

    Fix: `app.run(...)` in place of `app.app.run(...)`.

    Before:
        import connexion

        app = connexion.FlaskApp(__name__)
        app.add_api("openapi.yaml")

        if __name__ == "__main__":
            app.app.run(host="127.0.0.1", port=8080)

    After:
        import connexion

        app = connexion.FlaskApp(__name__)
        app.add_api("openapi.yaml")

        if __name__ == "__main__":
            app.run(host="127.0.0.1", port=8080)

    Sources:
        https://github.com/spec-first/connexion/issues/1794
    """
    for use, _ in inner_calls(sources, "run"):
        inner = receiver(use)
        outer = outer_app(sources, inner, use) if inner is not None else None
        edits: tuple[Edit, ...] = ()
        costs: list[str] = []
        if inner is not None and outer is not None and not use.node.args:
            gone = [a for a in passed(sources, use) if a.name in _GONE]
            cut, costs = _without(use, [(a.name, a.value, a.keyword) for a in gone])
            if cut or not gone:
                edits = (replace(use.module, inner, outer), *cut)
        yield finding(
            "The Flask app inside has no route of the specification before Connexion builds its stack.",
            severity=Severity.ERROR,
            location=use.module.location(use.node.func),
            fixes=fix("Run the Connexion app.", edits, costs=costs),
        )


_SERVERS = {
    "gevent.pywsgi.WSGIServer": 1,
    "gevent.wsgi.WSGIServer": 1,
    "waitress.serve": 0,
    "waitress.server.create_server": 0,
    "tornado.wsgi.WSGIContainer": 0,
    "wsgiref.simple_server.make_server": 2,
    "werkzeug.serving.run_simple": 2,
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
            severity=Severity.ERROR,
            location=use.module.location(argument),
            fixes=fix(
                "Serve the Connexion app with an ASGI server: `uvicorn.run(app, host=..., port=...)`.",
                edits,
                install=["uvicorn"] if edits else [],
                unsafe=True,
            ),
        )
