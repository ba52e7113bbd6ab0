"""The calls in the files that a launch has at hand."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from connexion_doctor.facts.case import Case
from connexion_doctor.model.source import Source


def calls(case: Case, method: str = "") -> Iterator[tuple[Source, ast.Call]]:
    """The calls, of a method where one is named, in the order of the text of each file."""
    for source in case.sources.values():
        found = [node for node in ast.walk(source.tree) if isinstance(node, ast.Call)] if source.tree else []
        for node in sorted(found, key=lambda node: (node.lineno, node.col_offset)):
            if not method or isinstance(node.func, ast.Attribute) and node.func.attr == method:
                yield source, node
