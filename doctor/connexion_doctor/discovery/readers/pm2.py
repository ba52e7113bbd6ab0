"""PM2: the processes of an ecosystem file (``script``, ``args``, ``interpreter``, ``cwd``, ``env``).

Source: pm2.keymetrics.io, "Ecosystem File", "Configuration File": a script that ends in ``.py`` is run by
Python, one with blanks is a command line.
"""

from __future__ import annotations

from collections.abc import Iterator

from connexion_doctor.commands.expand import Built
from connexion_doctor.commands.placed_text import Piece
from connexion_doctor.discovery.context import Context
from connexion_doctor.discovery.literals import Object, objects_of, text_of, variables_of, words_of
from connexion_doctor.discovery.reader import Reader
from connexion_doctor.discovery.starts import Place, Start
from connexion_doctor.foundation import late
from connexion_doctor.model.source import Source

NAME = late.pattern(r"(ecosystem|pm2|process)[\w.-]*\.(c?js|json|ya?ml)$|[\w-]+\.config\.c?js$")
OF_PYTHON = late.pattern(r"(^|/)python[\d.]*$")


def read(path: str, source: Source, context: Context) -> Iterator[Start]:
    """The starts of its processes."""
    for one in objects_of(source):
        if "script" in one.texts and not {"script", "args"} & one.open:
            yield from _process(path, source, context, one)


def _process(path: str, source: Source, context: Context, one: Object) -> Iterator[Start]:
    script, arguments = words_of(source, one, "script"), words_of(source, one, "args")
    if not script:
        return
    runs = text_of(source, one, "interpreter") or text_of(source, one, "exec_interpreter") or ""
    if len(script) == 1 and (OF_PYTHON.search(runs) or (not runs and script[0].text.endswith(".py"))):
        words = [Built((Piece("python"),)), *script, *arguments]
    elif len(script) == 1 and runs in ("bash", "sh", "/bin/bash", "/bin/sh"):
        words = [Built((Piece("sh"),)), *script, *arguments]
    else:
        words = [*script, *arguments]
    directory = text_of(source, one, "cwd") or "."
    place = context.place(path, climb=True)
    location = source.span(*one.texts["script"])
    environ = variables_of(source, one, "env")
    start = Start(
        "pm2",
        Place(place.paths, directory, environ),
        location,
        service=text_of(source, one, "name"),
    )
    yield from context.words(words, start)


def matches(name: str, path: str) -> bool:
    """``ecosystem.config.js``, ``pm2.json``, ``process.json`` and their kin."""
    return NAME.match(name) is not None


READER = Reader("pm2", matches, read, (b"script",))
