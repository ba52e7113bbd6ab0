"""A relative import in a module that is no part of a package where it is loaded, written without its dot."""

from __future__ import annotations

import ast

from connexion_doctor.facts.case import Case
from connexion_doctor.model import Applicability, Edit, Fix, Raised

RAISED = "attempted relative import with no known parent package"


def without_dot(case: Case, error: Raised) -> Fix | None:
    """The fix of such an import; None where it leads further up, or another error was raised."""
    frame = case.own_frame(error)
    source = case.sources.get(frame.path) if frame is not None and error.message == RAISED else None
    if source is None or source.tree is None or frame is None:
        return None
    for node in ast.walk(source.tree):
        if not isinstance(node, ast.ImportFrom) or node.lineno != frame.line or node.level != 1:
            continue
        names = ", ".join(one.name + (f" as {one.asname}" if one.asname else "") for one in node.names)
        text = f"from {node.module} import {names}" if node.module else f"import {names}"
        edits = (Edit(source.location(node), text),)
        costs = (f"imported as a part of a package, {case.relative(frame.path)} does not load any more",)
        return Fix(
            "import it by its own name", Applicability.UNSAFE, recommended=True, edits=edits, costs=costs
        )
    return None
