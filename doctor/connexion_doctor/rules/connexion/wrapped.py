"""``ConnexionMiddleware`` around an app that is no ASGI app."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from connexion_doctor.facts.case import Case
from connexion_doctor.model import Applicability, Edit, Finding, Fix, Interface, Layer, Location, Severity
from connexion_doctor.model.source import Source
from connexion_doctor.rules.base import finding, rule
from connexion_doctor.rules.connexion.details import connexion_layer
from connexion_doctor.rules.interface.callable import trial_evidence
from connexion_doctor.rules.loading.target import target_word
from connexion_doctor.servers.base import installed

MIDDLEWARE = "connexion.middleware.main.ConnexionMiddleware"


def wsgi_inside(case: Case) -> Layer | None:
    """The WSGI app that a ``ConnexionMiddleware`` calls as ASGI."""
    layers = case.layers()
    for outside, inside in zip(layers, layers[1:], strict=False):
        if outside.role == "connexion":
            wrong = outside.type == MIDDLEWARE and inside.via == "app" and inside.interface is Interface.WSGI
            return inside if wrong and connexion_layer(case) is not None else None
    return None


@rule("CXD120", "wsgi-app-inside-connexion", Severity.ERROR, breaks=True)
def wsgi_app_inside_connexion(case: Case) -> Iterator[Finding]:
    """ConnexionMiddleware is put around a WSGI app, which it calls as an ASGI app.

    What happens: it boots, and every request answers 500: ``TypeError: Flask.__call__() takes 3 positional
        arguments but 4 were given``.
    Why: ``ConnexionMiddleware`` is an ASGI middleware and hands the request on as ASGI; Flask is WSGI.
    Fix: put a2wsgi's ``WSGIMiddleware`` between the two, as Connexion's documentation shows.
    Before:
        app = ConnexionMiddleware(flask_app)
    After:
        app = ConnexionMiddleware(a2wsgi.WSGIMiddleware(flask_app))
    Sources:
        https://connexion.readthedocs.io/en/latest/quickstart.html
        truth: c3new/g-uvw2/wrapping:bare
    """
    inside = wsgi_inside(case)
    if inside is None or case.answered() or case.broken_link() is not None:
        return
    fix, location = _wrapped(case)
    yield finding(
        f"Every request will fail with 500: ConnexionMiddleware speaks ASGI, {inside.type} in it is WSGI.",
        evidence=trial_evidence(case),
        location=location,
        word=target_word(case),
        fixes=(fix,),
    )


def _wrapped(case: Case) -> tuple[Fix, Location | None]:
    """The edit that puts the adapter in, where the call of ``ConnexionMiddleware`` can be found."""
    title = "put a2wsgi's WSGIMiddleware between the two"
    source, load = case.module, case.facts.load
    argument = _argument(source, load.attribute if load is not None else None) if source is not None else None
    install = () if installed(case.environment, "a2wsgi") else ("a2wsgi",)
    if source is None or argument is None:
        text = f"{title}: ConnexionMiddleware(a2wsgi.WSGIMiddleware(flask_app))"
        return Fix.by_hand(text, install=install), None
    place = source.location(argument)
    (line, column), (end_line, end_column) = (place.line, place.column), place.end
    start = Location(place.path, line, column, line, column)
    end = Location(place.path, end_line, end_column, end_line, end_column)
    edits = [*_import(source), Edit(start, "WSGIMiddleware("), Edit(end, ")")]
    return Fix(title, Applicability.SAFE, recommended=True, install=install, edits=tuple(edits)), place


def _argument(source: Source, attribute: str | None) -> ast.expr | None:
    """The first argument of the ``ConnexionMiddleware`` call that is assigned to the target's name."""
    for node in source.tree.body if source.tree is not None else ():
        if not isinstance(node, ast.Assign) or not isinstance(node.value, ast.Call) or not node.value.args:
            continue
        named = any(isinstance(target, ast.Name) and target.id == attribute for target in node.targets)
        if named and ast.unparse(node.value.func).endswith("ConnexionMiddleware"):
            return node.value.args[0]
    return None


def _import(source: Source) -> Iterator[Edit]:
    """``from a2wsgi import WSGIMiddleware`` in front of the imports, unless it is there."""
    first: int | None = None
    for node in source.tree.body if source.tree is not None else ():
        if not isinstance(node, (ast.Import, ast.ImportFrom)):
            continue
        module = node.module if isinstance(node, ast.ImportFrom) else None
        names = [alias.name for alias in node.names if alias.asname is None]
        if module == "a2wsgi" and "WSGIMiddleware" in names:
            return
        if module != "__future__" and first is None:
            first = node.lineno
    spot = Location(source.path, first or 1, 1, first or 1, 1)
    yield Edit(spot, "from a2wsgi import WSGIMiddleware\n")
