"""Base images that bring a start command of their own: what they start, as their documentation says.

Sources: the READMEs of tiangolo/uwsgi-nginx-flask, uwsgi-nginx, meinheld-gunicorn and uvicorn-gunicorn
("Environment variables", "Custom uWSGI configuration"): the folder is /app, which leads PYTHONPATH.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from connexion_doctor.commands.expand import Built
from connexion_doctor.commands.placed_text import Piece, Text
from connexion_doctor.discovery.context import Context
from connexion_doctor.discovery.starts import Start
from connexion_doctor.foundation import late
from connexion_doctor.foundation.late import dataclass

# Whose start command nobody has written down here.
OTHERS = late.pattern(
    r"(^|/)(tiangolo/|meinheld-gunicorn|uvicorn-gunicorn|uwsgi-nginx|s2i-|python-[\w-]*s2i)"
)
FOLDER = "/app"


@dataclass(frozen=True)
class Kin:
    """Images with one start script. ``worker`` is gunicorn's; where it is empty, uWSGI is started."""

    name: re.Pattern[str]
    worker: str = ""
    ini: tuple[str, ...] = ()  # words of the command in place of a uWSGI configuration of the project


KINDS = (
    Kin(late.pattern(r"(^|/)uwsgi-nginx-flask(:|@|$)"), ini=("--module", "main", "--callable", "app")),
    Kin(late.pattern(r"(^|/)uwsgi-nginx(:|@|$)"), ini=("--wsgi-file", "main.py")),
    Kin(late.pattern(r"(^|/)meinheld-gunicorn(-flask)?(:|@|$)"), "egg:meinheld#gunicorn_worker"),
    Kin(late.pattern(r"(^|/)uvicorn-gunicorn(-starlette|-fastapi)?(:|@|$)"), "uvicorn.workers.UvicornWorker"),
)


def starts_of(base: str, start: Start, context: Context) -> Iterator[Start]:
    """The start that a base image makes by itself; one that is not known is told."""
    kin = next((one for one in KINDS if one.name.search(base)), None)
    if kin is None:
        if OTHERS.search(base):
            context.not_known(start.location, f"the start command comes from the base image {base}")
        return
    words = _gunicorn(kin, start) if kin.worker else _uwsgi(kin, start)
    place = start.place
    environ = {"PYTHONPATH": FOLDER, **place.environ}
    directory = place.directory if place.directory != "/" else FOLDER
    inside = replace(start, place=replace(place, directory=directory, environ=environ))
    built = [Built((Piece(word),)) for word in words]  # they stand in no file of the project
    yield from context.words(built, inside)


def _uwsgi(kin: Kin, start: Start) -> list[str]:
    """``uwsgi --ini $UWSGI_INI``; the image's own configuration where the project puts none there."""
    given = _variable(start, "UWSGI_INI") or f"{FOLDER}/uwsgi.ini"
    there = start.place.paths.files(given, FOLDER) or given in start.place.paths.written
    return ["uwsgi", "--ini", given] if there else ["uwsgi", *kin.ini]


def _gunicorn(kin: Kin, start: Start) -> list[str]:
    """``gunicorn -k $WORKER_CLASS -c $GUNICORN_CONF $APP_MODULE``."""
    paths = start.place.paths
    below = bool(paths.files(f"{FOLDER}/app/main.py", "/")) and not paths.copied_to(f"{FOLDER}/main.py")
    module = _variable(start, "MODULE_NAME") or ("app.main" if below else "main")
    name = _variable(start, "VARIABLE_NAME") or "app"
    target = _variable(start, "APP_MODULE") or f"{module}:{name}"
    confs = [f"{FOLDER}/gunicorn_conf.py", f"{FOLDER}/app/gunicorn_conf.py"]
    conf = _variable(start, "GUNICORN_CONF") or next((one for one in confs if paths.copied_to(one)), None)
    worker = _variable(start, "WORKER_CLASS") or kin.worker
    return ["gunicorn", "-k", worker, *(("-c", conf) if conf else ()), target]


def _variable(start: Start, name: str) -> str:
    value = start.place.environ.get(name, "")
    return value.value if isinstance(value, Text) else value
