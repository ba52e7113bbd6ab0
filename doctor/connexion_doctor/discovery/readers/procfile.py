"""Procfile: ``name: command``, one a line, run by a shell (Heroku "The Procfile", honcho, foreman)."""

from __future__ import annotations

from collections.abc import Iterator

from connexion_doctor.commands.placed_text import part
from connexion_doctor.discovery.context import Context
from connexion_doctor.discovery.reader import Reader
from connexion_doctor.discovery.starts import Start
from connexion_doctor.foundation import late
from connexion_doctor.model.source import Source

LINE = late.pattern(r"(?m)^[ \t]*([A-Za-z0-9_-]+)[ \t]*:[ \t]*((?:.*[^ \t\r\n])?)[ \t\r]*$")


def read(path: str, source: Source, context: Context) -> Iterator[Start]:
    """The starts of its processes."""
    if context.tree.has_bom(path):
        context.tree.problem(
            path, 1, "starts with a byte order mark, which becomes part of the first process name"
        )
    for match in LINE.finditer(source.text):
        start = Start("procfile", context.place(path), source.span(*match.span(2)), service=match[1])
        yield from context.shell(part(source, *match.span(2)), start)


def matches(name: str, path: str) -> bool:
    """``Procfile``, ``Procfile.dev``."""
    return name == "Procfile" or (
        name.startswith("Procfile.") and not name.endswith((".md", ".mustache", ".j2"))
    )


READER = Reader("procfile", matches, read)
