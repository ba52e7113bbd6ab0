"""Resolvers: a name that Connexion 3 gave to another class, and what it no longer gives to one's own."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from connexion_doctor.foundation import late
from connexion_doctor.model import Edit, Finding, Severity
from connexion_doctor.python import Sources, Use
from connexion_doctor.python.edits import insert, replace_name
from connexion_doctor.rules.base import finding, rule
from connexion_doctor.rules.migration.uses import all_of, fix, imported_plainly, listed


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
        test: tests/rules/migration/scenarios.py
    """
    for use in sources.calls_of("connexion.resolver.MethodViewResolver"):
        views = _views(sources, use)
        plain = [name for name, base in views if base == "plain"]
        if use.guarded or not plain:
            continue
        yield finding(
            f"`MethodViewResolver` of Connexion 3 needs Flask views, and {listed(plain[:3])} "
            f"{'is none' if len(plain) == 1 else 'are none'}.",
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
        test: tests/rules/migration/scenarios.py
    """
    for use in sources.calls_of("connexion.resolver.MethodViewResolver"):
        views = _views(sources, use)
        found = [name for name, base in views if base == "search"]
        if use.guarded or not found or any(base == "plain" for _, base in views):
            continue
        yield finding(
            f"`search` of {listed(found[:3])} is not called by `MethodViewResolver` of Connexion 3.",
            location=use.module.location(use.node.func),
            fixes=fix("Use `MethodResolver`.", _to_method_resolver(use)),
        )


_RESTY = tuple(
    f"connexion.{room}{name}Resolver"
    for room in ("resolver.", "")
    for name in ("Resty", "Method", "MethodView")
)
_RESOLVERS = late.pattern(r"connexion\.(resolver\.)?(\w*Resolver)")


@rule("CXD413", "resolver-of-ones-own", Severity.ERROR)
def own_resolver(sources: Sources) -> Iterator[Finding]:
    """A resolver is made or written as for Connexion 2.

    What happens: At import `TypeError: RestyResolver.__init__() takes 2 positional arguments but 3 were
        given`; or, when the first request comes, `AttributeError: 'OpenAPIOperation' object has no attribute
        'api'`.

    Why: The second argument of `RestyResolver` is taken by name only, and an operation no longer knows its
        API.

    Fix: `collection_endpoint_name="search"`. What a resolver needs of its API is given to it when it is made.

    Before:
        import connexion
        from connexion.resolver import RestyResolver

        app = connexion.FlaskApp(__name__)
        app.add_api("openapi.yaml", resolver=RestyResolver("api", "search"))

    After:
        import connexion
        from connexion.resolver import RestyResolver

        app = connexion.FlaskApp(__name__)
        app.add_api("openapi.yaml", resolver=RestyResolver("api", collection_endpoint_name="search"))

    Sources:
        https://github.com/spec-first/connexion/blob/main/connexion/resolver.py
        test: tests/rules/migration/scenarios.py
    """
    for use, name in sources.calls:
        made = name.removesuffix("().__init__").removesuffix(".__init__")
        first = 2 if name.endswith("Resolver.__init__") else 1  # ``RestyResolver.__init__(self, ...)``
        if made not in _RESTY or use.guarded or len(use.node.args) != first + 1:
            continue
        second = use.node.args[first]
        place = use.module.location(second)
        yield finding(
            f"The second argument of `{made.rpartition('.')[2]}` is taken by name only.",
            location=place,
            fixes=fix(
                "Pass it as `collection_endpoint_name`.",
                [insert(use.module, place.line, place.column, "collection_endpoint_name=")],
            ),
        )
    for module in sources.modules:
        for cls in module.classes:
            bases = [sources.names.value(base, module, cls.scope) or "" for base in cls.node.bases]
            if cls.guarded or not any(_RESOLVERS.fullmatch(base) for base in bases):
                continue
            for node in ast.walk(cls.node):
                on_operation = (
                    isinstance(node, ast.Attribute) and getattr(node.value, "id", "") == "operation"
                )
                if isinstance(node, ast.Attribute) and on_operation and node.attr == "api":
                    yield finding(
                        "An operation of Connexion 3 does not know its API: `operation.api` is gone.",
                        location=module.location(node),
                        fixes=fix("Give the resolver what it needs of the API when it is made."),
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
    found = imported_plainly(use.module, "connexion.resolver", "MethodViewResolver")
    if len(found) != 1:
        return ()
    edits = [Edit(use.module.location(node), "MethodResolver") for node in [*names, found[0]]]
    return all_of(*edits)
