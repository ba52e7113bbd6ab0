"""Commands in functions of task runners: nox sessions, invoke tasks.

Sources: nox "Configuration" (``session.run``), invoke "Getting started" (``c.run``).
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from connexion_doctor.commands.placed_text import Source, Text
from connexion_doctor.discovery.context import Context
from connexion_doctor.discovery.images import NOT_SERVED
from connexion_doctor.discovery.python_places import Places, name_of
from connexion_doctor.discovery.reader import Reader
from connexion_doctor.discovery.starts import Start
from connexion_doctor.python.syntax import tree_of

NAMES = ("noxfile.py", "tasks.py")
DECORATORS = ("session", "nox_session", "task")
RUNS = ("run", "run_always", "sudo")


def read(path: str, source: Source, context: Context) -> Iterator[Start]:
    """The starts in functions that are no checks."""
    tree = tree_of(source.text)
    places = Places(source)
    for function in tree.body if tree is not None else ():
        if not isinstance(function, ast.FunctionDef) or NOT_SERVED.search(function.name):
            continue
        decorators = [
            name_of(one.func if isinstance(one, ast.Call) else one) for one in function.decorator_list
        ]
        if not any(name.rpartition(".")[2] in DECORATORS for name in decorators):
            continue
        for node in ast.walk(function):
            if isinstance(node, ast.Call) and name_of(node.func).rpartition(".")[2] in RUNS and node.args:
                words = [places.word(one) for one in node.args if not isinstance(one, ast.Starred)]
                line, column = places.at(node)
                offset = source.offset(line - 1, column - 1)
                start = Start("tasks", context.place(path), source.location(offset, offset))
                if len(words) == 1:
                    yield from context.shell(Text(words[0].pieces), start, ())
                else:
                    yield from context.words(words, start)


def matches(name: str, path: str) -> bool:
    """``noxfile.py``, ``tasks.py``."""
    return name in NAMES


READER = Reader("tasks", matches, read, (b"run(",))
