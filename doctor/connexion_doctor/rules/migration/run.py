"""``app.run()``: Flask's development server in Connexion 2, uvicorn in Connexion 3."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from connexion_doctor.model import Edit, Finding, Severity
from connexion_doctor.python import Sources, Use
from connexion_doctor.python.edits import Argument, insert, remove_arguments, replace
from connexion_doctor.python.flask_run import GONE
from connexion_doctor.rules.base import finding, rule
from connexion_doctor.rules.migration.uses import (
    app_calls,
    fix,
    inner_calls,
    listed,
    named,
    outer_app,
    passed,
    receiver,
)


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
        test: tests/rules/migration/scenarios.py
    """
    for use, _ in app_calls(sources, "run"):
        gone = [argument for argument in passed(sources, use) if argument.name in GONE]
        if not gone:
            continue
        edits, costs = _without(use, [(a.name, a.value, a.keyword) for a in gone])
        reasons = dict.fromkeys(GONE[argument.name] for argument in gone)
        yield finding(
            f"`run` hands {listed(a.name for a in gone)} to uvicorn, which does not know it: TypeError.",
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
        test: tests/rules/migration/scenarios.py
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
            location=place,
            fixes=fix(f"Write `port={use.module.text(first)}`.", edits),
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
        test: tests/rules/migration/scenarios.py
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
        test: tests/rules/migration/scenarios.py
    """
    for use, _ in inner_calls(sources, "run"):
        inner = receiver(use)
        outer = outer_app(sources, inner, use) if inner is not None else None
        edits: tuple[Edit, ...] = ()
        costs: list[str] = []
        if inner is not None and outer is not None and not use.node.args:
            gone = [a for a in passed(sources, use) if a.name in GONE]
            cut, costs = _without(use, [(a.name, a.value, a.keyword) for a in gone])
            if cut or not gone:
                edits = (replace(use.module, inner, outer), *cut)
        yield finding(
            "The Flask app inside has no route of the specification before Connexion builds its stack.",
            location=use.module.location(use.node.func),
            fixes=fix("Run the Connexion app.", edits, costs=costs),
        )
