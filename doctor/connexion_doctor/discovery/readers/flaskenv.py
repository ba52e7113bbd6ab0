"""``.flaskenv`` and ``.env`` with ``FLASK_APP``: the start of a project that has no other is ``flask run``.

Source: Flask "Command Line Interface", "Environment Variables From dotenv".
"""

from __future__ import annotations

from collections.abc import Iterator

from connexion_doctor.commands.placed_text import Text
from connexion_doctor.commands.shell import Simple
from connexion_doctor.discovery.context import Context, env_file
from connexion_doctor.discovery.reader import Reader
from connexion_doctor.discovery.starts import Start
from connexion_doctor.model import Word
from connexion_doctor.model.source import Source


def read(path: str, source: Source, context: Context) -> Iterator[Start]:
    """``flask run`` in the folder of the file; the command reads the file itself."""
    value = env_file(source).get("FLASK_APP")
    if not isinstance(value, Text):
        return
    location = value.location(0, len(value.value)) or source.span(0, 0)
    words = (Word("flask"), Word("run"))
    yield Start("flaskenv", context.place(path), location, Simple(words), options={"weak": "1"})


def matches(name: str, path: str) -> bool:
    """The two files that the flask command reads."""
    return name in (".flaskenv", ".env")


READER = Reader("flaskenv", matches, read, (b"FLASK_APP",), fallback=True)
