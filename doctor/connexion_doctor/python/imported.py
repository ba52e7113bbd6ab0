"""The files that an import of a module may be from, by the rules of Python's path."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path


def files_of(node: ast.ImportFrom, importing: Path, directory: Path) -> Iterator[Path]:
    """Where the module may lie that ``from MODULE import ...`` names, the likeliest first; whether there is
    such a file is the caller's to see.

    :param importing: the file that imports
    :param directory: the folder that the program runs in, which is on Python's path
    """
    folders = [directory, importing.parent]
    if node.level:
        folders = [importing.parents[node.level - 1]] if node.level <= len(importing.parents) else []
    parts = (node.module or "").split(".") if node.module else []
    for folder in dict.fromkeys(folders):
        inside = folder.joinpath(*parts)
        if parts:
            yield inside.with_name(f"{parts[-1]}.py")
        yield inside / "__init__.py"
