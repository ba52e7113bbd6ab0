"""hypercorn's configuration file, where it names the app: ``application_path``.

Source: hypercorn "Configuration options", and ``hypercorn.config.Config``. The program wants the app on its
command line as well, so that the command is the file with the app that the file names.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from connexion_doctor.commands.placed_text import Source
from connexion_doctor.commands.shell import Simple
from connexion_doctor.discovery.context import Context, locate
from connexion_doctor.discovery.entry_points import toml
from connexion_doctor.discovery.python_places import name_of
from connexion_doctor.discovery.reader import Reader
from connexion_doctor.discovery.starts import Start
from connexion_doctor.model import Word
from connexion_doctor.python.syntax import tree_of

NAME = re.compile(r"(?i)^hypercorn([-_.]?conf(ig)?)?\.(toml|py)$")


def read(path: str, source: Source, context: Context) -> Iterator[Start]:
    """One start, where the file names an app."""
    python = path.endswith(".py")
    target = _of_python(source) if python else toml(source.text).get("application_path")
    if not isinstance(target, str) or not target:
        return
    text = locate(source, target, "application_path")
    location = text.location(0, len(target))
    name = path.rpartition("/")[2]
    words = [
        Word("hypercorn"),
        Word("--config"),
        Word(f"file:{name}" if python else name),
        Word(target, location),
    ]
    yield Start(
        "hypercorn-conf", context.place(path), location or source.location(0, 0), Simple(tuple(words))
    )


def _of_python(source: Source) -> str | None:
    tree = tree_of(source.text)
    for node in tree.body if tree is not None else ():
        named = isinstance(node, ast.Assign) and name_of(node.targets[0]) == "application_path"
        if named and isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
            return str(node.value.value)
    return None


def matches(name: str, path: str) -> bool:
    """``hypercorn.toml``, ``hypercorn.py``, ``hypercorn_config.py``."""
    return NAME.match(name) is not None


READER = Reader("hypercorn-conf", matches, read, (b"application_path",), fallback=True)
