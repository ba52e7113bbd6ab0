"""gunicorn's configuration file, where it is the start: it names the app, or gunicorn finds it by name."""

from __future__ import annotations

from collections.abc import Iterator

from connexion_doctor.commands.placed_text import listed
from connexion_doctor.commands.shell import Simple
from connexion_doctor.discovery.context import Context
from connexion_doctor.discovery.gunicorn_conf import settings
from connexion_doctor.discovery.reader import Reader
from connexion_doctor.discovery.starts import Start
from connexion_doctor.model import Word
from connexion_doctor.model.source import Source

NAMES = listed(
    "gunicorn.conf.py gunicorn_conf.py gunicorn.config.py gunicorn_config.py gunicorn-conf.py "
    "gunicorn-config.py gunicornconf.py gunicorn.py"
)


def read(path: str, source: Source, context: Context) -> Iterator[Start]:
    """One start, by ``wsgi_app``; without it only ``gunicorn.conf.py``, whose target is then not known."""
    name = path.rpartition("/")[2]
    found = settings(source)
    app = found.get("wsgi_app")
    if app is None and name != "gunicorn.conf.py":
        return
    words = ("gunicorn",) if name == "gunicorn.conf.py" else ("gunicorn", "-c", name)
    location = app.location if app is not None else source.span(0, 0)
    place = context.place(path, climb=name != "gunicorn.conf.py")
    options = {} if app is not None else {"weak": "1"}
    yield Start(
        "gunicorn-conf",
        place,
        location,
        Simple(tuple(Word(word) for word in words)),
        target=None,
        options=options,
    )


def matches(name: str, path: str) -> bool:
    """The usual names."""
    if name in NAMES or (name.startswith("gunicorn") and name.endswith(".py") and "conf" in path.lower()):
        return True
    folder = path.rpartition("/")[0].rpartition("/")[2].lower()
    return "gunicorn" in folder and name in ("conf.py", "config.py", "settings.py")


READER = Reader("gunicorn-conf", matches, read, fallback=True, python=True)
