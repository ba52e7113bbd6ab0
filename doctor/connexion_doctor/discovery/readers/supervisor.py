"""supervisord: ``[program:x]`` with ``command``, ``directory``, ``environment``; circus: ``[watcher:x]``."""

from __future__ import annotations

from collections.abc import Iterator

from connexion_doctor.commands.placed_text import Text
from connexion_doctor.commands.plain import split
from connexion_doctor.discovery.context import Context
from connexion_doctor.discovery.ini import entries
from connexion_doctor.discovery.reader import Reader
from connexion_doctor.discovery.starts import Place, Start
from connexion_doctor.foundation import late
from connexion_doctor.model.source import Source

SECTIONS = ("program", "fcgi-program", "watcher")
CIRCUS = {"cmd": "command", "working_dir": "directory"}  # circus' words for supervisord's
PAIR = late.pattern(r"(?<!\w)(\w+)\s*=\s*(\"[^\"]*\"|'[^']*'|[^,\s]*)")


def read(path: str, source: Source, context: Context) -> Iterator[Start]:
    """The starts of its programs."""
    programs: dict[str, dict[str, Text]] = {}
    for entry in entries(source, indented=True):
        kind, _, name = entry.section.partition(":")
        if kind in SECTIONS:
            value = entry.value.partition(" ;")[0].rstrip()
            key = CIRCUS.get(entry.key, entry.key) if kind == "watcher" else entry.key
            programs.setdefault(name, {})[key] = Text(entry.text.part(0, len(value)))
    for name, fields in programs.items():
        command = fields.get("command")
        location = command.location(0, len(command.value)) if command is not None else None
        if command is None or location is None:
            continue
        environ: dict[str, Text | str] = {}
        for match in PAIR.finditer(fields["environment"].value) if "environment" in fields else ():
            environ[match[1]] = match[2].strip("\"'")
        directory = fields["directory"].value if "directory" in fields else "."
        place = Place(context.place(path, climb=True).paths, directory, environ)
        start = Start("supervisor", place, location, service=name)
        words = split(command, environ=environ)
        if "args" in fields:
            words += split(fields["args"], environ=environ)
        yield from context.words(words, start)


def matches(name: str, path: str) -> bool:
    """``supervisord.conf``, ``supervisor/*.conf``, and any ``.conf`` or ``.ini`` that has programs."""
    return name.endswith((".conf", ".ini", ".supervisor"))


READER = Reader("supervisor", matches, read, (b"[program:", b"[fcgi-program:", b"[watcher:"))
