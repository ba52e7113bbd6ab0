"""Arguments of the app's constructor and of ``add_api`` that Connexion 3 refuses or ignores."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from doctor.model import Edit, Finding, Severity
from doctor.rules.base import finding, rule
from doctor.rules.migration.common import (
    FLASK,
    Passed,
    all_of,
    app_calls,
    constructors,
    fix,
    listed,
    named,
    passed,
)
from doctor.source import Sources, Use
from doctor.source.edits import (
    add_argument,
    remove_arguments,
    replace_importing,
    replace_name,
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
    """
    for use, made in constructors(sources):
        gone = [argument for argument in passed(sources, use) if argument.name in _GONE]
        if not gone:
            continue
        names = [argument.name for argument in gone]
        edits, costs = _moved_to_run(sources, use, gone)
        yield finding(
            f"`{made.partition('.')[2]}` of Connexion 3 does not take {listed(names)}: it raises TypeError.",
            severity=Severity.ERROR,
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
        elif argument.name == "debug" and not _false(argument.value):
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


def _false(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and not node.value


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
    """
    for use, name in constructors(sources):
        extra = use.node.args[1:]
        if not extra or name != FLASK or any(isinstance(a, ast.Starred) for a in use.node.args):
            continue
        yield finding(
            f"`FlaskApp` takes one positional argument in Connexion 3, {len(use.node.args)} are given.",
            severity=Severity.ERROR,
            location=use.module.location(extra[0]),
            fixes=fix("Remove the extra arguments.", remove_arguments(use.module, use.node, extra)),
        )


@rule("CXD412", "pass-context-arg-name", Severity.ERROR)
def pass_context_arg_name(sources: Sources) -> Iterator[Finding]:
    """`pass_context_arg_name` is given, which Connexion 3 ignores.

    What happens: The app starts. Each request to a handler that has the parameter answers 500:
        `TypeError: greet() missing 1 required positional argument: 'ctx'`.

    Why: The option was removed; `add_api` swallows keywords that it does not know.

    Fix: Remove it, drop the parameter from the handlers, and import the context instead:
        `from connexion.context import context`. A parameter named `context_` gets it too.

    Before:
        import connexion


        def greet(ctx):
            return {"user": ctx["user"]}


        app = connexion.FlaskApp(__name__)
        app.add_api("openapi.yaml", pass_context_arg_name="ctx")

    After:
        import connexion
        from connexion.context import context


        def greet():
            return {"user": context["user"]}


        app = connexion.FlaskApp(__name__)
        app.add_api("openapi.yaml")

    Sources:
        https://connexion.readthedocs.io/en/latest/v3.html
    """
    for use, _ in app_calls(sources, "add_api"):
        argument = named(sources, use, "pass_context_arg_name")
        if argument is None or _false(argument.value):
            continue
        name = use.module.text(argument.value).strip("\"'")
        yield finding(
            "`pass_context_arg_name` is ignored by Connexion 3: handlers no longer get the context passed.",
            severity=Severity.ERROR,
            location=use.module.location(argument.keyword or use.node),
            fixes=fix(
                f"Remove it; in each handler drop the parameter `{name}` and use `connexion.context.context`."
            ),
        )


@rule("CXD414", "validator-map-shape", Severity.ERROR)
def validator_map(sources: Sources) -> Iterator[Finding]:
    """`validator_map` has the shape of Connexion 2.

    What happens: The app starts; a request with a body answers 500:
        `TypeError: type 'BodyValidator' is not subscriptable`.

    Why: In Connexion 3 the entries `body` and `response` are dictionaries from content type to validator
        class, and the classes have another interface.

    Fix: `{"body": {"application/json": Validator}}`, the class derived from
        `connexion.validators.JSONRequestBodyValidator` (`JSONResponseBodyValidator` for `response`).

    Before:
        import connexion


        class Accepting:
            def __init__(self, *args, **kwargs):
                pass

            def __call__(self, function):
                return function


        app = connexion.FlaskApp(__name__)
        app.add_api("openapi.yaml", validator_map={"body": Accepting})

    After:
        import connexion
        from connexion.validators import JSONRequestBodyValidator


        class Accepting(JSONRequestBodyValidator):
            def _validate(self, body):
                pass


        app = connexion.FlaskApp(__name__)
        app.add_api("openapi.yaml", validator_map={"body": {"application/json": Accepting}})

    Sources:
        https://connexion.readthedocs.io/en/latest/validation.html
    """
    found = [use for use, _ in app_calls(sources, "add_api")] + [use for use, _ in constructors(sources)]
    for use in found:
        argument = named(sources, use, "validator_map")
        literal = sources.literal(argument.value, use) if argument is not None else None
        if argument is None or not isinstance(literal, ast.Dict):
            continue
        for key, value in zip(literal.keys, literal.values, strict=True):
            if not isinstance(key, ast.Constant) or key.value not in ("body", "response"):
                continue
            if not isinstance(value, ast.Name | ast.Attribute) or not _is_class(sources, value, use):
                continue
            text = str(key.value)
            yield finding(
                f'`validator_map["{text}"]` is a class; Connexion 3 wants a dictionary by content type.',
                severity=Severity.ERROR,
                location=use.module.location(value),
                fixes=fix(
                    f'Write `{{"{text}": {{"application/json": {use.module.text(value)}}}}}` and derive '
                    "the class from one of `connexion.validators`."
                ),
            )


def _is_class(sources: Sources, node: ast.expr, use: Use[ast.Call]) -> bool:
    name = sources.names.raw(node, use.module, use.scope)
    found = sources.definition(name)
    if found is not None:
        return isinstance(found[1], ast.ClassDef)
    return name is not None and name.rpartition(".")[2][:1].isupper() and "()" not in name


@rule("CXD415", "class-jsonifier-ignored", Severity.WARNING)
def class_jsonifier(sources: Sources) -> Iterator[Finding]:
    """The jsonifier is set on the class FlaskApi, where Connexion 3 does not look.

    What happens: Nothing is said; responses are written by the default jsonifier. Custom types answer 500.

    Why: In Connexion 3 the jsonifier belongs to each API and is given to it when it is made.

    Fix: `connexion.FlaskApp(..., jsonifier=...)`, or `add_api(..., jsonifier=...)`.

    Before:
        import connexion
        from connexion.jsonifier import Jsonifier


        class Loud(Jsonifier):
            def dumps(self, data, **kwargs):
                return super().dumps(data, **kwargs).upper()


        app = connexion.FlaskApp(__name__)
        app.add_api("openapi.yaml")
        connexion.FlaskApi.jsonifier = Loud()

    After:
        import connexion
        from connexion.jsonifier import Jsonifier


        class Loud(Jsonifier):
            def dumps(self, data, **kwargs):
                return super().dumps(data, **kwargs).upper()


        app = connexion.FlaskApp(__name__, jsonifier=Loud())
        app.add_api("openapi.yaml")

    Sources:
        https://connexion.readthedocs.io/en/latest/v3.html
    """
    for use, base in sources.attributes:
        if base == "connexion.FlaskApi" and use.node.attr == "jsonifier" and not use.guarded:
            if not isinstance(use.node.ctx, ast.Store):
                continue
            yield finding(
                "`FlaskApi.jsonifier` is not read by Connexion 3.",
                severity=Severity.WARNING,
                location=use.module.location(use.node),
                fixes=fix("Pass it to the app: `connexion.FlaskApp(..., jsonifier=...)`."),
            )


_ATTRIBUTES = {
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
    """
    for use, base in sources.attributes:
        name = use.node.attr
        if base not in ("connexion.FlaskApp()", "connexion.AioHttpApp()") or name not in _ATTRIBUTES:
            continue
        if use.guarded or not isinstance(use.node.ctx, ast.Load) or _own(sources, use):
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
            severity=Severity.ERROR,
            location=use.module.location(use.node),
            fixes=fix(title, edits),
        )


def _own(sources: Sources, use: Use[ast.Attribute]) -> bool:
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


@rule("CXD417", "method-view-resolver-plain-class", Severity.ERROR)
def plain_views(sources: Sources) -> Iterator[Finding]:
    """MethodViewResolver is pointed at classes that are no Flask views.

    What happens: The server starts and every request answers 500:
        `ResolverError: type object 'PetsView' has no attribute 'as_view'`.

    Why: The name was given to another class: `MethodViewResolver` of Connexion 3 needs subclasses of
        `flask.views.MethodView`. The one of Connexion 2 made an instance of any class; that is
        `MethodResolver` now.

    Fix: Use `MethodResolver`.

    Before:
        import connexion
        from connexion.resolver import MethodViewResolver

        app = connexion.FlaskApp(__name__)
        app.add_api("openapi.yaml", resolver=MethodViewResolver("api"))

    After:
        import connexion
        from connexion.resolver import MethodResolver

        app = connexion.FlaskApp(__name__)
        app.add_api("openapi.yaml", resolver=MethodResolver("api"))

    Sources:
        https://connexion.readthedocs.io/en/latest/routing.html
    """
    for use in sources.calls_of("connexion.resolver.MethodViewResolver"):
        views = _views(sources, use)
        plain = [name for name, base in views if base == "plain"]
        if use.guarded or not plain:
            continue
        yield finding(
            f"`MethodViewResolver` of Connexion 3 needs Flask views; {listed(plain[:3])} is a plain class.",
            severity=Severity.ERROR,
            location=use.module.location(use.node.func),
            fixes=fix("Use `MethodResolver`.", _to_method_resolver(use)),
        )


@rule("CXD418", "method-view-search-not-called", Severity.WARNING)
def collection_search(sources: Sources) -> Iterator[Finding]:
    """The `search` method of a view is no longer called.

    What happens: Nothing is said at the start; `GET` of a collection calls `get` in place of `search`.

    Why: `MethodViewResolver` of Connexion 3 leaves the dispatch to Flask, which knows HTTP methods only.

    Fix: Use `MethodResolver`, which is what Connexion 2 called `MethodViewResolver`.

    Before:
        import connexion
        from connexion.resolver import MethodViewResolver

        app = connexion.FlaskApp(__name__)
        app.add_api("openapi.yaml", resolver=MethodViewResolver("api"))

    After:
        import connexion
        from connexion.resolver import MethodResolver

        app = connexion.FlaskApp(__name__)
        app.add_api("openapi.yaml", resolver=MethodResolver("api"))

    Sources:
        https://github.com/spec-first/connexion/blob/main/connexion/resolver.py
    """
    for use in sources.calls_of("connexion.resolver.MethodViewResolver"):
        views = _views(sources, use)
        found = [name for name, base in views if base == "search"]
        if use.guarded or not found or any(base == "plain" for _, base in views):
            continue
        yield finding(
            f"`search` of {listed(found[:3])} is not called by `MethodViewResolver` of Connexion 3.",
            severity=Severity.WARNING,
            location=use.module.location(use.node.func),
            fixes=fix("Use `MethodResolver`.", _to_method_resolver(use)),
        )


def _views(sources: Sources, use: Use[ast.Call]) -> list[tuple[str, str]]:
    """Classes named ...View below the module a resolver is pointed at: plain, search, or view."""
    first = use.node.args[0] if use.node.args else None
    if not isinstance(first, ast.Constant) or not isinstance(first.value, str):
        return []
    found = []
    for module in sources.modules:
        if not any(n == first.value or n.startswith(f"{first.value}.") for n in module.names):
            continue
        for cls in module.classes:
            if not cls.node.name.endswith("View") or not cls.scope.is_module:
                continue
            bases = [sources.names.value(base, module, cls.scope) for base in cls.node.bases]
            if bases and not any(base == "flask.views.MethodView" for base in bases):
                continue  # of a class we do not know
            kind = "plain" if not bases else "view"
            if bases and "search" in module.scopes[id(cls.node)].bindings:
                kind = "search"
            found.append((cls.node.name, kind))
    return found


def _to_method_resolver(use: Use[ast.Call]) -> tuple[Edit, ...]:
    function = use.node.func
    if isinstance(function, ast.Attribute):
        return (replace_name(use.module, function, "MethodResolver"),)
    if not isinstance(function, ast.Name) or function.id != "MethodViewResolver":
        return ()
    names = list(use.module.name_uses("MethodViewResolver"))
    found = [
        alias
        for imported in use.module.imports
        if isinstance(imported.node, ast.ImportFrom) and imported.node.module == "connexion.resolver"
        for alias in imported.node.names
        if alias.name == "MethodViewResolver" and alias.asname is None
    ]
    if len(found) != 1:
        return ()
    edits = [Edit(use.module.location(node), "MethodResolver") for node in [*names, found[0]]]
    return all_of(*edits)
