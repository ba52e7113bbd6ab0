"""Makefile and justfile: recipes of targets that run the app, each line by a shell of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from doctor.commands.text import Piece, Source, Text, lines_of
from doctor.discovery.context import Context
from doctor.discovery.reader import Reader
from doctor.discovery.starts import Start

TARGET = re.compile(
    r"(?i)^(run|serve|server|start|dev|web|api|app|up|gunicorn|uvicorn|uwsgi|prod|local)([-_.:\w]*)$"
)
NOT_ONES = re.compile(r"(?i)(test|lint|check|docs?|worker|celery|migrat|install|build)")
HEAD = re.compile(r"^@?([A-Za-z0-9_.-]+(?:[ \t]+[\w.=\"'{}-]+)*)[ \t]*::?(?![=])")
MOST_RECIPES = 200  # lines that are read
VARIABLE = re.compile(r"\$\((\w+)\)|\$\{(\w+)\}|\$\$|\{\{\s*([\w-]+)\s*\}\}")


def read(path: str, source: Source, context: Context) -> Iterator[Start]:
    """The starts in recipes of ``run``, ``serve``, ``start`` and the like."""
    variables = _variables(source)
    target, at = "", 0
    lines = lines_of(source.text)
    index = recipes = 0
    while index < len(lines):
        line, begin = lines[index], at
        at += len(line)
        index += 1
        if line[:1] not in ("\t", " "):
            head = HEAD.match(line)
            if head is not None:
                target = head[1].split()[0]
            elif line.strip() and not line.startswith("#"):
                target = ""
            continue
        while line.rstrip("\r\n").endswith("\\") and index < len(lines):
            line = lines[index]
            at += len(line)
            index += 1
        recipes += 1
        if recipes > MOST_RECIPES or not target or not TARGET.match(target) or NOT_ONES.search(target):
            continue
        text = source.text[begin:at]
        skip = len(text) - len(text.lstrip(" \t@-+"))
        recipe = _expanded(source.part(begin + skip, at), variables)
        start = Start(
            "makefile", context.place(path), source.location(begin + skip, begin + skip), service=target
        )
        yield from context.shell(recipe, start, ())


def _variables(source: Source) -> dict[str, Text]:
    found = {}
    for match in re.finditer(
        r"(?m)^(?:export[ \t]+)?(\w+)[ \t]*[:?]?=[ \t]*([^\n#]*?)[ \t\r]*$", source.text
    ):
        text = source.part(*match.span(2))
        if "$" not in match[2]:
            found[match[1]] = text
    return found


def _expanded(text: Text, variables: Mapping[str, Text]) -> Text:
    pieces: list[Piece] = []
    at = 0
    for match in VARIABLE.finditer(text.value):
        pieces.extend(text.part(at, match.start()))
        name = match[1] or match[2] or match[3]
        if name is None:
            pieces.extend(text.part(match.start(), match.start() + 1))
        elif name in variables:
            pieces.extend(variables[name].pieces)
        else:
            pieces.append(Piece(f"${{{name}}}"))
        at = match.end()
    pieces.extend(text.part(at, len(text.value)))
    return Text(tuple(pieces))


def matches(name: str, path: str) -> bool:
    """``Makefile``, ``makefile``, ``GNUmakefile``, ``*.mk``, ``justfile``."""
    return name in (
        "Makefile",
        "makefile",
        "GNUmakefile",
        "justfile",
        "Justfile",
        ".justfile",
    ) or name.endswith(".mk")


READER = Reader("makefile", matches, read)
