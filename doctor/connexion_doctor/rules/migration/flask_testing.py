"""Flask-Testing's ``TestCase`` as one of the standard library's, with the client of the Connexion app.

Source: ``flask_testing/utils.py`` of Flask-Testing 0.8.1: it makes the client before ``setUp``, from what
``create_app`` returns, and adds assertions about a response's status.
"""

from __future__ import annotations

import ast

from connexion_doctor.foundation import late
from connexion_doctor.model import Edit
from connexion_doctor.python import Module, Sources, Use
from connexion_doctor.python.edits import add_import, delete_statement, indentation, insert, replace
from connexion_doctor.rules.migration.uses import outer_app

CASE = "flask_testing.TestCase"
STATUSES = late.pattern(r"assert_?(200|400|401|403|404|405|500)")
# What else it gives, for which the standard library has nothing.
NO_OTHER = frozenset(
    "app render_templates templates assertRedirects assert_redirects assertTemplateUsed assert_template_used "
    "assertContext assert_context get_context_variable assertMessageFlashed assert_message_flashed".split()
)


def edits(sources: Sources, cls: Use[ast.ClassDef]) -> tuple[Edit, ...]:
    """The class derived from ``unittest.TestCase``; empty where something of Flask-Testing's is missed."""
    module = cls.module
    create = _method(cls.node, "create_app")
    used = {name for node in family(sources, cls) for name in _of_self(node)}
    if create is None or used & NO_OTHER:
        return ()
    returned = _returned(sources, module, create)
    based = _bases(sources, cls)
    if not returned or not based:
        return ()
    body = cls.node.body
    first = body[1] if len(body) > 1 and _is_docstring(body[0]) else body[0]
    line = min([first.lineno, *(d.lineno for d in getattr(first, "decorator_list", ()))])
    blanks = indentation(module, first)
    made = [*_RUN, *_assertions(used)]
    text = "".join(f"{blanks}{row}\n" if row else "\n" for row in made)
    return (*based, *returned, insert(module, line, 1, f"{text}\n"))


# Flask-Testing has made the client, and pushed a request of the Flask app, before ``setUp``: a ``setUp`` of
# one's own need not call its base's, and tests use what needs the app (``flask.json``, ``url_for``).
_RUN = (
    "def run(self, result=None):",
    "    app = self.create_app()",
    "    self.client = app.test_client()",
    "    with app.app.test_request_context():",
    "        return super().run(result)",
)


def _assertions(used: set[str]) -> list[str]:
    """The assertions that the tests use."""
    rows: list[str] = []
    for name in sorted(used):
        status = STATUSES.fullmatch(name)
        if status is not None:
            rows += ["", f"def {name}(self, response, message=None):"]
            rows += [f"    self.assertEqual(response.status_code, {status[1]}, message)"]
        elif name in ("assertStatus", "assert_status"):
            rows += ["", f"def {name}(self, response, status_code, message=None):"]
            rows += ["    self.assertEqual(response.status_code, status_code, message)"]
    return rows


def family(sources: Sources, cls: Use[ast.ClassDef]) -> list[ast.ClassDef]:
    """The class and those of the project that derive from it."""
    found, waiting = [cls.node], [f"@{cls.module.path}:{cls.node.name}"]
    while waiting:
        base = waiting.pop()
        for module in sources.modules:
            for other in module.classes:
                raw = [sources.names.raw(node, module, other.scope) for node in other.node.bases]
                if base in raw and other.node not in found:
                    found.append(other.node)
                    waiting.append(f"@{module.path}:{other.node.name}")
    return found


def _of_self(cls: ast.ClassDef) -> set[str]:
    """What a class takes from ``self``."""
    return {
        node.attr
        for node in ast.walk(cls)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "self"
    }


def _method(cls: ast.ClassDef, name: str) -> ast.FunctionDef | None:
    found = (node for node in cls.body if isinstance(node, ast.FunctionDef) and node.name == name)
    return next(found, None)


def _is_docstring(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _returned(sources: Sources, module: Module, create: ast.FunctionDef) -> list[Edit]:
    """The Connexion app in the place of its Flask app, at every return."""
    scope = module.scopes[id(create)]
    made: list[Edit] = []
    for value in scope.returns:
        outer = outer_app(sources, value, Use(module, value, scope, create))
        if outer is None:
            return []
        made.append(replace(module, value, outer))
    return made


def _bases(sources: Sources, cls: Use[ast.ClassDef]) -> list[Edit]:
    """``unittest.TestCase`` for the base, by the import, where that brings nothing else."""
    module = cls.module
    base = next(node for node in cls.node.bases if sources.names.value(node, module, cls.scope) == CASE)
    for use in module.imports:
        alias = use.node.names[0]
        if len(use.node.names) > 1 or not use.scope.is_module:
            continue
        name, renamed = alias.asname or alias.name, f" as {alias.asname}" if alias.asname else ""
        if isinstance(use.node, ast.ImportFrom) and use.node.module == "flask_testing":
            if isinstance(base, ast.Name) and name == base.id:
                gone = None if renamed else delete_statement(module, use.node)
                new = add_import(module, "TestCase", "unittest")
                if gone is not None and new is not None:
                    return [gone, new]
                return [replace(module, use.node, f"from unittest import TestCase{renamed}")]
        elif module.text(base) == f"{name}.TestCase" and len(list(module.name_uses(name))) == 1:
            imported = replace(module, use.node, "import unittest")
            return [imported, replace(module, base, "unittest.TestCase")]
    return []
