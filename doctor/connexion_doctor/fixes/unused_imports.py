"""Imports that nothing uses any more once the edits of a plan are made.

Only those of packages that fixes take code away from: what else a module imports, others may import from it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from connexion_doctor.fixes import spans
from connexion_doctor.foundation import late
from connexion_doctor.model import Edit, Location
from connexion_doctor.model.source import Source, parsed

PACKAGES = frozenset(
    "a2wsgi connexion flask flask_cors flask_testing gevent waitress werkzeug wsgiref".split()
)
KEPT = late.pattern(r"\b(noqa|connexion-doctor)\b")


def left_behind(source: Source, edits: Sequence[Edit]) -> tuple[Edit, ...]:
    """Edits that take out the imports that these edits leave without a use.

    :param edits: of this file, all of them
    """
    if not source.path.endswith(".py") or source.path.endswith("__init__.py") or source.tree is None:
        return ()
    try:
        after = parsed(spans.apply(source.text, edits), newer=False)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ()
    gone = _used(source.tree) - _used(after)
    if not gone or "__all__" in _used(source.tree, stored=True):
        return ()
    found = (edit for node in source.tree.body for edit in _taken_out(source, node, gone))
    return tuple(edit for edit in found if not any(_touch(edit, other) for other in edits))


def _used(tree: ast.Module, *, stored: bool = False) -> set[str]:
    """The names that a module reads, or (``stored``) binds."""
    kind = ast.Store if stored else ast.Load
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, kind)}


def _taken_out(source: Source, node: ast.stmt, gone: set[str]) -> Iterator[Edit]:
    """The edit of one import, where some of its names are gone and it may be changed."""
    if not isinstance(node, ast.Import | ast.ImportFrom):
        return
    module = node.module or "" if isinstance(node, ast.ImportFrom) else node.names[0].name
    if module.partition(".")[0] not in PACKAGES or (isinstance(node, ast.ImportFrom) and node.level):
        return
    dropped = [alias for alias in node.names if _bound(alias) in gone]
    lines = source.lines[node.lineno - 1 : node.end_lineno]
    if not dropped or any(KEPT.search(line.partition("#")[2]) for line in lines):
        return
    place = source.location(node)
    end_line, end = place.end
    if len(dropped) < len(node.names):
        kept = [_written(alias) for alias in node.names if alias not in dropped]
        if len(lines) == 1 and isinstance(node, ast.ImportFrom):
            yield Edit(place, f"from {node.module} import {', '.join(kept)}")
        return
    alone = (
        place.column == 1 and not source.line(end_line)[end - 1 :].strip() and end_line < len(source.lines)
    )
    if alone:
        yield Edit(Location(source.path, place.line, 1, end_line + 1, 1), "")


def _bound(alias: ast.alias) -> str:
    return alias.asname or alias.name.partition(".")[0]


def _written(alias: ast.alias) -> str:
    return f"{alias.name} as {alias.asname}" if alias.asname else alias.name


def _touch(one: Edit, other: Edit) -> bool:
    """Whether two edits share a place; what is put in behind a line that goes does not."""
    begin, end = (one.location.line, one.location.column), one.location.end
    first, last = (other.location.line, other.location.column), other.location.end
    return first < end and begin <= last and (begin, first) != (last, begin)
