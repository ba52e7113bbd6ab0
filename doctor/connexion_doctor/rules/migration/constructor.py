"""Arguments of the app's constructor, and attributes of the app, that are gone."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from connexion_doctor.model import Edit, Finding, Severity
from connexion_doctor.python import Sources, Use
from connexion_doctor.python.edits import add_argument, remove_arguments, replace_importing, replace_name
from connexion_doctor.rules.base import finding, rule
from connexion_doctor.rules.migration.uses import (
    FLASK,
    Passed,
    app_calls,
    by_position,
    constructors,
    false,
    fix,
    listed,
    named,
    passed,
)

_GONE = ("port", "host", "debug", "server", "skip_error_handlers", "extra_files", "api_cls")


@rule("CXD410", "constructor-keyword-gone", Severity.ERROR)
def constructor_keyword(sources: Sources) -> Iterator[Finding]:
    """The app is made with a keyword that Connexion 3 does not know.

    What happens: `TypeError: FlaskApp.__init__() got an unexpected keyword argument 'port'`: the server
        does not start.

    Why: The app no longer knows where and how it is served: `host`, `port`, `server` and `debug` belong to
        the server. Errors are always handled by Connexion (`skip_error_handlers`), and the reloader
        watches the specifications by itself (`extra_files`).

    Fix: Remove them; give `host` and `port` to `app.run()` or to the server's command line.

    Before:
        import connexion

        app = connexion.FlaskApp(__name__, host="127.0.0.1", port=8080, debug=False)
        app.add_api("openapi.yaml")

        if __name__ == "__main__":
            app.run()

    After:
        import connexion

        app = connexion.FlaskApp(__name__)
        app.add_api("openapi.yaml")

        if __name__ == "__main__":
            app.run(host="127.0.0.1", port=8080)

    Sources:
        https://connexion.readthedocs.io/en/latest/v3.html
        test: tests/rules/migration/scenarios.py
    """
    for use, made in constructors(sources):
        gone = [argument for argument in passed(sources, use) if argument.name in _GONE]
        if not gone:
            continue
        names = [argument.name for argument in gone]
        edits, costs = _moved_to_run(sources, use, gone)
        yield finding(
            f"`{made.partition('.')[2]}` of Connexion 3 does not take {listed(names)}: it raises TypeError.",
            location=use.module.location(gone[0].keyword or use.node),
            fixes=fix(
                f"Remove {listed(names)}"
                + (
                    "; `app.run()` and the server take host and port."
                    if {"host", "port"} & set(names)
                    else "."
                ),
                edits,
                unsafe=bool(costs),
                costs=costs,
            ),
        )


def _moved_to_run(
    sources: Sources, use: Use[ast.Call], gone: list[Passed]
) -> tuple[tuple[Edit, ...], list[str]]:
    """The edits that take keywords out of the constructor and host and port over to ``run``."""
    keywords = [argument.keyword for argument in gone]
    if None in keywords:
        return (), []
    edits = list(remove_arguments(use.module, use.node, [k for k in keywords if k is not None]))
    if not edits:
        return (), []
    costs: list[str] = []
    runs = [run for run, _ in app_calls(sources, "run") if run.module is use.module]
    for argument in gone:
        if argument.name in ("host", "port"):
            text = f"{argument.name}={use.module.text(argument.value)}"
            if len(runs) == 1 and not named(sources, runs[0], argument.name) and not runs[0].node.args:
                continue
            if not runs or not all(named(sources, run, argument.name) for run in runs):
                costs.append(f"`{text}` must be given to the server, where it is started")
        elif argument.name == "skip_error_handlers":
            costs.append("errors are answered as problem+json, unless a handler is added for them")
        elif argument.name == "debug" and not false(argument.value):
            costs.append("Flask's debugger and reloader are gone: `uvicorn --reload` reloads")
    if len(runs) == 1 and not runs[0].node.args:
        moved = [
            f"{a.name}={use.module.text(a.value)}"
            for a in gone
            if a.name in ("host", "port") and not named(sources, runs[0], a.name)
        ]
        added = add_argument(runs[0].module, runs[0].node, ", ".join(moved)) if moved else None
        if moved and added is None:
            return (), []
        edits += [added] if added is not None else []
    return tuple(edits), costs


@rule("CXD411", "positional-arguments-gone", Severity.ERROR)
def positional_arguments(sources: Sources) -> Iterator[Finding]:
    """The app is made with more than one positional argument.

    What happens: `TypeError: FlaskApp.__init__() takes 2 positional arguments but 3 were given`: the server
        does not start.

    Why: All parameters after the import name are keyword-only in Connexion 3. In Connexion 2 the second was
        `server`, the third `extra_files`; both are gone.

    Fix: Remove them.

    Before:
        import connexion

        app = connexion.FlaskApp(__name__, "flask")
        app.add_api("openapi.yaml")

    After:
        import connexion

        app = connexion.FlaskApp(__name__)
        app.add_api("openapi.yaml")

    Sources:
        https://github.com/spec-first/connexion/blob/main/connexion/apps/flask.py
        test: tests/rules/migration/scenarios.py
    """
    called = {id(use.node): name for use, name in sources.calls}
    for use, name in constructors(sources):
        given = by_position(use, called[id(use.node)])
        extra = given[1:]
        if not extra or name != FLASK or any(isinstance(a, ast.Starred) for a in use.node.args):
            continue
        yield finding(
            f"`FlaskApp` takes one positional argument in Connexion 3, {len(given)} are given.",
            location=use.module.location(extra[0]),
            fixes=fix("Remove the extra arguments.", remove_arguments(use.module, use.node, extra)),
        )


_ATTRIBUTES: dict[str, str | None] = {
    "root_path": "middleware.root_path",
    "specification_dir": "middleware.specification_dir",
    "port": None,
    "host": None,
    "debug": None,
    "server": None,
    "server_args": None,
    "options": None,
    "arguments": None,
    "auth_all_paths": None,
    "extra_files": None,
    "import_name": None,
    "api_cls": None,
    "common_error_handler": None,
    "resolver_error": None,
    "get_root_path": None,
    "set_errors_handlers": None,
}


@rule("CXD416", "app-attribute-gone", Severity.ERROR)
def app_attribute(sources: Sources) -> Iterator[Finding]:
    """An attribute of the app is read that Connexion 3 does not have.

    What happens: `AttributeError: 'FlaskApp' object has no attribute 'specification_dir'`.

    Why: The app is a thin front in Connexion 3; paths live in `app.middleware`, host, port, debug and
        server with the server.

    Fix: `app.middleware.specification_dir`, `pathlib.Path(app.middleware.root_path)`, which is text now; for
        the rest keep your own variable.

    Before:
        import connexion

        app = connexion.FlaskApp(__name__)
        app.add_api(app.specification_dir / "openapi.yaml")

    After:
        import connexion

        app = connexion.FlaskApp(__name__)
        app.add_api(app.middleware.specification_dir / "openapi.yaml")

    Sources:
        https://github.com/spec-first/connexion/blob/main/connexion/middleware/main.py
        test: tests/rules/migration/scenarios.py
    """
    for use, base in sources.attributes:
        name = use.node.attr
        if base not in ("connexion.FlaskApp()", "connexion.AioHttpApp()") or name not in _ATTRIBUTES:
            continue
        if use.guarded or not isinstance(use.node.ctx, ast.Load) or own_attribute(sources, use):
            continue
        now = _ATTRIBUTES[name]
        edits: list[Edit] = [replace_name(use.module, use.node, now)] if now is not None else []
        if name == "root_path":
            text = use.module.text(use.node.value)
            path = f"pathlib.Path({text}.middleware.root_path)"
            edits = replace_importing(use.module, use.node, path, "pathlib")
        title = f"Use `.{now}`." if now else f"Keep `{name}` in a variable of your own."
        yield finding(
            f"The app has no attribute `{name}` in Connexion 3.",
            location=use.module.location(use.node),
            fixes=fix(title, edits),
        )


def own_attribute(sources: Sources, use: Use[ast.Attribute]) -> bool:
    """Whether the attribute is one of the project's own class, or set on the app by the project."""
    raw = sources.names.raw(use.node.value, use.module, use.scope)
    if raw is not None and raw.startswith("@"):
        return True
    return any(
        isinstance(other.node.ctx, ast.Store)
        and other.node.attr == use.node.attr
        and base == "connexion.FlaskApp()"
        for other, base in sources.attributes
    )
