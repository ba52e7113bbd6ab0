"""A request to the Flask app inside before Connexion has built its stack, which is then refused."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from connexion_doctor.facts.case import Case
from connexion_doctor.model import Applicability, Edit, Fix, Raised
from connexion_doctor.model.source import Source

SAID = "has already handled its first request"  # Flask, of ``register_blueprint``


def through_connexion(case: Case, error: Raised) -> Fix | None:
    """The request made through Connexion's own test client; None where no such request is found."""
    if SAID not in error.message:
        return None
    edits = tuple(edit for source in case.sources.values() for edit in _clients(source))
    if not edits:
        return None
    costs = ("the requests pass through Connexion, and its client's responses are those of httpx",)
    title = "ask the Connexion app when it is imported, not the Flask app in it"
    return Fix(title, Applicability.UNSAFE, recommended=True, edits=edits, costs=costs)


def _clients(source: Source) -> Iterator[Edit]:
    """``app.app.test_client()`` as ``app.test_client()``."""
    for node in ast.walk(source.tree) if source.tree is not None else ():
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute) or node.args:
            continue
        inner = node.func.value
        if node.func.attr == "test_client" and isinstance(inner, ast.Attribute) and inner.attr == "app":
            yield Edit(source.location(inner), ast.get_source_segment(source.text, inner.value) or "app")
