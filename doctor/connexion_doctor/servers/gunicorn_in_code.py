"""gunicorn started by the project's own Python (``BaseApplication``): the options that it is given there.

gunicorn's documentation ("Custom Application") hands them over as a dictionary; so do nearly all who do it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from connexion_doctor.facts.case import Case
from connexion_doctor.model import Edit, Location
from connexion_doctor.model.source import Source
from connexion_doctor.writing.languages import string_of_python

SURE = {"bind", "workers", "worker_class"}  # settings by which a dictionary is told to be gunicorn's options


def with_worker(case: Case, worker: str) -> list[Edit]:
    """Edits that make the options name a worker class; none where it is not certain which dictionary they
    are, or that it is written out."""
    place = case.facts.server.details.get("place")
    source = case.sources.get(str(place[0])) if isinstance(place, (list, tuple)) and place else None
    if source is None or source.tree is None:
        return []
    found = [
        node for node in ast.walk(source.tree) if isinstance(node, ast.Dict) and SURE & set(_names(node))
    ]
    if not found:
        return _set(source, worker)
    if len(found) != 1 or None in found[0].keys:  # ``**more`` may have the last word
        return []
    given = found[0]
    for key, value in zip(given.keys, given.values, strict=True):
        if isinstance(key, ast.Constant) and key.value == "worker_class":
            return [Edit(source.location(value), string_of_python(worker))]
    return [_added(source, given, f'"worker_class": {string_of_python(worker)}')]


def _set(source: Source, worker: str) -> list[Edit]:
    """Set first of all that ``load_config`` sets, where there is one and it begins with that."""
    found = [
        node for node in ast.walk(source.tree or ast.Module([], [])) if isinstance(node, ast.FunctionDef)
    ]
    found = [node for node in found if node.name == "load_config" and _sets(node.body[0])]
    if len(found) != 1:
        return []
    place = source.location(found[0].body[0])
    itself, blanks = found[0].args.args[0].arg, source.line(place.line)[: place.column - 1]
    text = f'{itself}.cfg.set("worker_class", {string_of_python(worker)})\n{blanks}'
    return [Edit(Location(source.path, place.line, place.column, place.line, place.column), text)]


def _sets(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and ".cfg.set(" in ast.unparse(node)


def _names(node: ast.Dict) -> Iterator[str]:
    for key in node.keys:
        if isinstance(key, ast.Constant) and isinstance(key.value, str):
            yield key.value


def _added(source: Source, given: ast.Dict, entry: str) -> Edit:
    """Behind the last entry, on a line of its own where that one has one."""
    end_line, end_column = source.location(given.values[-1]).end
    key = source.location(given.keys[-1]) if given.keys[-1] is not None else None
    alone = key is not None and not source.line(key.line)[: key.column - 1].strip()
    lead = f",\n{' ' * (key.column - 1)}" if alone and key is not None else ", "
    return Edit(Location(source.path, end_line, end_column, end_line, end_column), f"{lead}{entry}")
