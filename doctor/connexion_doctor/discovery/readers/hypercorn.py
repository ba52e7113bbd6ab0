"""hypercorn's configuration file, where it names the app: ``application_path``.

Source: hypercorn "Configuration options", and ``hypercorn.config.Config``. The program wants the app on its
command line as well, so that the command is the file with the app that the file names.
"""

from __future__ import annotations

from collections.abc import Iterator

from connexion_doctor.commands.shell import Simple
from connexion_doctor.discovery.context import Context, locate
from connexion_doctor.discovery.reader import Reader
from connexion_doctor.discovery.starts import Start
from connexion_doctor.foundation import late, toml_text
from connexion_doctor.model import Word
from connexion_doctor.model.source import Source

NAME = late.pattern(r"(?i)^hypercorn([-_.]?conf(ig)?)?\.(toml|py)$")


def read(path: str, source: Source, context: Context) -> Iterator[Start]:
    """One start, where the file names an app."""
    python = path.endswith(".py")
    target = _of_python(source) if python else toml_text.parsed(source.text).get("application_path")
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
    yield Start("hypercorn-conf", context.place(path), location or source.span(0, 0), Simple(tuple(words)))


def _of_python(source: Source) -> str | None:
    named = source.assignments.get("application_path")
    return str(named.literal) if named is not None and named.literal is not None else None


def matches(name: str, path: str) -> bool:
    """``hypercorn.toml``, ``hypercorn.py``, ``hypercorn_config.py``."""
    return NAME.match(name) is not None


READER = Reader("hypercorn-conf", matches, read, (b"application_path",), fallback=True, python=True)
