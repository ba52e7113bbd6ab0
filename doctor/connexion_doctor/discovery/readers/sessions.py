"""Commands in functions of task runners: nox sessions, invoke tasks.

Sources: nox "Configuration" (``session.run``), invoke "Getting started" (``c.run``).
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from connexion_doctor.commands.placed_text import Text
from connexion_doctor.discovery.context import Context
from connexion_doctor.discovery.images import NOT_SERVED
from connexion_doctor.discovery.modules import module_in
from connexion_doctor.discovery.reader import Reader
from connexion_doctor.discovery.starts import Start
from connexion_doctor.discovery.written import built
from connexion_doctor.model import Location
from connexion_doctor.model.source import Source
from connexion_doctor.python.nodes import name_of
from connexion_doctor.python.starts import program_word

NAMES = ("noxfile.py", "tasks.py")
DECORATORS = ("session", "nox_session", "task")
RUNS = ("run", "run_always", "sudo")


def read(path: str, source: Source, context: Context) -> Iterator[Start]:
    """The starts in functions that are no checks."""
    module = module_in(source)
    for use in module.calls if module is not None else ():
        function, node = use.scope.function, use.node
        if function is None or NOT_SERVED.search(function.name) or not _is_task(function):
            continue
        if name_of(node.func).rpartition(".")[2] not in RUNS or not node.args:
            continue
        given = [one for one in node.args if not isinstance(one, ast.Starred)]
        words = [built(program_word(use.module, one), source) for one in given]
        place = use.module.location(node)
        spot = Location(path, place.line, place.column, place.line, place.column)
        start = Start("tasks", context.place(path), spot)
        if len(words) == 1:
            yield from context.shell(Text(words[0].pieces), start, ())
        else:
            yield from context.words(words, start)


def _is_task(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    decorators = [one.func if isinstance(one, ast.Call) else one for one in function.decorator_list]
    return any(name_of(one).rpartition(".")[2] in DECORATORS for one in decorators)


def matches(name: str, path: str) -> bool:
    """``noxfile.py``, ``tasks.py``."""
    return name in NAMES


READER = Reader("tasks", matches, read, (b"run(",), python=True)
