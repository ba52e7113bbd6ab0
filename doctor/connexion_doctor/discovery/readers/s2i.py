"""OpenShift's source-to-image builder: ``.s2i/environment`` tells what the image runs.

Source: sclorg/s2i-python-container, "Environment variables" and its ``s2i/bin/run``: a script, else a Python
file, else gunicorn with a module.
"""

from __future__ import annotations

from collections.abc import Iterator

from connexion_doctor.commands.placed_text import Text, text_of
from connexion_doctor.commands.shell import Simple
from connexion_doctor.discovery.context import Context, env_file
from connexion_doctor.discovery.reader import Reader
from connexion_doctor.discovery.starts import Place, Start
from connexion_doctor.model import Word
from connexion_doctor.model.source import Source


def read(path: str, source: Source, context: Context) -> Iterator[Start]:
    """The one start that the builder chooses."""
    given = env_file(source)
    place = context.place(path.rpartition(".s2i/")[0] + "x")
    place = Place(place.paths, ".", given)
    for name, default, program in (
        ("APP_SCRIPT", "app.sh", "bash"),
        ("APP_FILE", "app.py", "python"),
        ("APP_MODULE", "wsgi.py", "gunicorn"),
    ):
        value = given.get(name)
        location = value.location(0, len(value.value)) if isinstance(value, Text) else None
        text = value.value if isinstance(value, Text) else default
        if value is None and not place.paths.files(default, "."):
            continue
        word = Word(text.removesuffix(".py") if value is None and program == "gunicorn" else text, location)
        start = Start("s2i", place, location or source.span(0, 0))
        if program == "bash":
            yield from context.shell(text_of(f"bash {text}"), start, ())
        else:
            variables = {key: one if isinstance(one, str) else one.value for key, one in given.items()}
            words = [Word(program), word]
            if program == "gunicorn" and "APP_CONFIG" in variables:
                words += [Word("--config"), Word(variables["APP_CONFIG"])]
            yield Start("s2i", place, start.location, Simple(tuple(words), variables))
        return


def matches(name: str, path: str) -> bool:
    """``.s2i/environment``."""
    return name == "environment" and path.endswith(".s2i/environment")


READER = Reader("s2i", matches, read)
