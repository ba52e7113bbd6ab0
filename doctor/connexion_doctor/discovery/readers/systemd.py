"""systemd units: ``ExecStart``, ``WorkingDirectory``, ``Environment``, ``EnvironmentFile``.

Source: systemd.service(5), systemd.exec(5).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from connexion_doctor.commands.placed_text import HOLE, Text
from connexion_doctor.commands.plain import split
from connexion_doctor.discovery.context import Context, env_file
from connexion_doctor.discovery.ini import Entry, entries
from connexion_doctor.discovery.reader import Reader
from connexion_doctor.discovery.starts import Place, Start
from connexion_doctor.discovery.yaml_nodes import with_holes
from connexion_doctor.model import Style
from connexion_doctor.model.source import Source


def read(path: str, source: Source, context: Context) -> Iterator[Start]:
    """The starts of a unit."""
    place = context.place(path, climb=True)
    environ: dict[str, Text | str] = {}
    directory = "."
    starts: list[Entry] = []
    read_as = Source(path, with_holes(source.text)) if "{{" in source.text else source
    for entry in entries(read_as, continued=True):
        if entry.section != "Service":
            continue
        if entry.key == "Environment":
            for word in split(entry.text):
                name, equals, _ = word.text.partition("=")
                if equals:
                    environ[name] = Text(Text(word.pieces).part(len(name) + 1, len(word.text)))
        elif entry.key == "EnvironmentFile":
            for found in place.paths.files(entry.value.lstrip("-"), "/")[:1]:
                named = context.tree.source(found)
                environ.update(env_file(named) if named is not None else {})
        elif entry.key == "WorkingDirectory":
            directory = entry.value.lstrip("-") if HOLE not in entry.value else "."
        elif entry.key == "ExecStart":
            starts = [*starts, entry] if entry.value else []
    for entry in starts:
        text = _placed(entry.text, source)
        skip = len(text.value) - len(text.value.lstrip("-@:+!"))
        location = text.location(0, len(text.value)) or source.span(entry.offset, entry.offset)
        start = Start("systemd", Place(place.paths, directory, environ), location)
        words = split(Text(text.part(skip, len(text.value))), Style.SYSTEMD, environ)
        yield from context.words(words, start)


def _placed(text: Text, source: Source) -> Text:
    """Text of a template whose expressions are holes, with the places of the file itself."""
    return Text(tuple(replace(piece, source=source) for piece in text.pieces))


def matches(name: str, path: str) -> bool:
    """``*.service``, templates of them included."""
    return name.endswith((".service", ".service.in", ".service.j2", ".service.template", ".service.tmpl"))


READER = Reader("systemd", matches, read, (b"ExecStart",))
