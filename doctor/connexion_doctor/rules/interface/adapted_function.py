"""An adapter around a function that is no app: most often the factory, which nobody calls."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from connexion_doctor.facts.case import Case
from connexion_doctor.model import Applicability, Edit, Fix, Layer, Location
from connexion_doctor.model.source import Source


def refusing(case: Case) -> Layer | None:
    """The function inside of an adapter that did not take the call of the adapter; None where there is none.

    Python raises before the function runs: its name is in the message, no frame of it in the traceback.
    """
    call, layers = case.facts.call, case.layers()
    if call is None or call.error is None or not call.error.is_a("TypeError") or len(layers) < 2:
        return None
    outer, inner = layers[0], layers[-1]
    name = inner.type.rpartition(".")[2]
    entered = any(frame.name == name for frame in call.error.frames)
    if outer.role != "adapter" or inner.role != "function" or entered:
        return None
    return inner if re.match(rf"(\w+\.)*{re.escape(name)}\(\) (missing|takes) ", call.error.message) else None


def fix(case: Case, function: Layer) -> Fix:
    """Call the function where the adapter is put around it; in words where that place is not found."""
    name = function.type.rpartition(".")[2]
    source, adapter = case.module, case.layers()[0].type.rpartition(".")[2]
    places = list(_given(source, adapter, name)) if source is not None else []
    title = f"give {adapter} what `{name}()` makes, not the function"
    if len(places) != 1:
        return Fix.by_hand(title)
    return Fix(title, recommended=True, applicability=Applicability.UNSAFE, edits=tuple(places))


def _given(source: Source, adapter: str, name: str) -> Iterator[Edit]:
    """Where the function stands as the first argument of the adapter."""
    for node in ast.walk(source.tree) if source.tree is not None else ():
        if not isinstance(node, ast.Call) or not node.args:
            continue
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        given = node.args[0]
        if called == adapter and isinstance(given, ast.Name) and given.id == name:
            span = source.location(given)
            yield Edit(Location(span.path, *span.end, *span.end), "()")
