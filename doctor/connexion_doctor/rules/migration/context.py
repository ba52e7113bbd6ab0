"""``connexion.context``: the context in Connexion 2, a module in Connexion 3."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from connexion_doctor.model import Edit, Finding, Severity
from connexion_doctor.python import Sources, Use
from connexion_doctor.python.edits import replace
from connexion_doctor.rules.base import finding, rule
from connexion_doctor.rules.migration.uses import fix

# What the module of Connexion 3 has (connexion/context.py).
_NAMES = ("context", "operation", "receive", "request", "scope")


@rule("CXD405", "context-is-a-module", Severity.ERROR)
def context_is_a_module(sources: Sources) -> Iterator[Finding]:
    """`connexion.context` is used as the context; in Connexion 3 it is a module.

    What happens: The request answers 500: `TypeError: 'module' object is not subscriptable`.

    Why: Connexion 2 had the context object at `connexion.context`. Connexion 3 has a module there, and the
        object in it: `connexion.context.context`.

    Fix: `from connexion.context import context`.

    Before:
        from connexion import FlaskApp, context



        def who():
            return {"user": context["user"]}


        app = FlaskApp(__name__)
        app.add_api("openapi.yaml")

    After:
        from connexion import FlaskApp
        from connexion.context import context



        def who():
            return {"user": context["user"]}


        app = FlaskApp(__name__)
        app.add_api("openapi.yaml")

    Sources:
        https://connexion.readthedocs.io/en/latest/context.html
        test: tests/rules/migration/scenarios.py
    """
    for module in sources.modules:
        for use in module.imports:
            node = use.node
            if (
                use.guarded
                or not isinstance(node, ast.ImportFrom)
                or node.module != "connexion"
                or node.level
            ):
                continue
            alias = next((a for a in node.names if a.name == "context"), None)
            if alias is None or not _as_object(sources, use.module, alias.asname or "context"):
                continue
            others = [ast.unparse(ast.ImportFrom("connexion", [a], 0)) for a in node.names if a is not alias]
            kept = [text.partition(" import ")[2] for text in others]
            name = f"context as {alias.asname}" if alias.asname else "context"
            line = "\n" + " " * node.col_offset
            new = ([f"from connexion import {', '.join(kept)}"] if kept else []) + [
                f"from connexion.context import {name}"
            ]
            yield _context(use, node, replace(module, node, line.join(new)))
    of_the_module = {
        one.node.value
        for one, name in sources.attributes
        if name == "connexion.context" and one.node.attr in _NAMES
    }
    lines: dict[tuple[str, int], list[Use[ast.Attribute]]] = {}
    for read, name in sources.attributes:
        whole = read.node
        if name != "connexion" or whole.attr != "context" or read.guarded or whole in of_the_module:
            continue
        if isinstance(whole.ctx, ast.Load):
            lines.setdefault((read.module.path, whole.lineno), []).append(read)
    for reads in lines.values():
        edits = [replace(one.module, one.node, f"{one.module.text(one.node)}.context") for one in reads]
        yield _context(reads[0], reads[0].node, *edits)


def _as_object(sources: Sources, module: object, name: str) -> bool:
    """Whether a name is subscripted or asked like a dictionary in a module."""
    subscripted = any(
        use.module is module and isinstance(use.node.value, ast.Name) and use.node.value.id == name
        for use, value in sources.subscripts
        if value == "connexion.context"
    )
    methods = ("get", "items", "keys", "update", "setdefault", "pop")
    return subscripted or any(
        use.module is module and value == "connexion.context" and use.node.attr in methods
        for use, value in sources.attributes
    )


def _context(
    use: Use[ast.Attribute] | Use[ast.Import | ast.ImportFrom], node: ast.AST, *edits: Edit
) -> Finding:
    return finding(
        "`connexion.context` is a module in Connexion 3: using it as the context fails.",
        severity=Severity.ERROR,
        location=use.module.location(node),
        fixes=fix("Use `connexion.context.context`.", edits),
    )
