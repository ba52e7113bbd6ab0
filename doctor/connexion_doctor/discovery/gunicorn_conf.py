"""gunicorn configuration files, as far as discovery needs them: ``wsgi_app``, ``chdir``, ``pythonpath``."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from connexion_doctor.commands.placed_text import Source
from connexion_doctor.model import Location
from connexion_doctor.python.syntax import tree_of

NAMES = frozenset({"wsgi_app", "chdir", "pythonpath", "worker_class", "bind"})


@dataclass(frozen=True)
class Setting:
    """A setting with a constant text and its place."""

    value: str
    location: Location


def settings(source: Source) -> dict[str, Setting]:
    """The settings that are plain texts at the top of the file."""
    found: dict[str, Setting] = {}
    tree = tree_of(source.text)
    if tree is None:
        return found
    for node in tree.body:
        if not isinstance(node, ast.Assign):
            continue
        for target in node.targets:
            if isinstance(target, ast.Name) and target.id in NAMES:
                value = node.value.value if isinstance(node.value, ast.Constant) else None
                location = Location(source.path, node.lineno, node.col_offset + 1)
                found[target.id] = Setting(value if isinstance(value, str) else "", location)
    return found
