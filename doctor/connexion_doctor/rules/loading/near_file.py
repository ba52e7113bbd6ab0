"""A file that is not there, and one of nearly its name that is: the name in the code is written as that."""

from __future__ import annotations

import ast
from pathlib import PurePath

from connexion_doctor.facts.case import Case
from connexion_doctor.model import Applicability, Edit, Fix, Raised


def near_file(case: Case, error: Raised) -> Fix | None:
    """The fix of what a line opens; None where nothing like it is there, or the line does not name it."""
    near, frame = error.attributes.get("file_near", "").split("\n"), case.own_frame(error)
    wanted = PurePath(error.attributes.get("file_wanted", "")).name
    source = case.sources.get(frame.path) if frame is not None else None
    if source is None or source.tree is None or frame is None or not wanted or len(near) != 1 or not near[0]:
        return None
    found = [
        node
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and PurePath(node.value).name == wanted
        and node.lineno <= frame.line <= (node.end_lineno or node.lineno)
    ]
    texts = [ast.get_source_segment(source.text, node) or "" for node in found]
    if len(found) != 1 or texts[0].count(wanted) != 1:
        return None
    costs = (f"that {near[0]} is the file that was meant is a guess from its name",)
    edit = Edit(source.location(found[0]), texts[0].replace(wanted, near[0]))
    return Fix(f"write {near[0]}", Applicability.UNSAFE, recommended=True, edits=(edit,), costs=costs)
