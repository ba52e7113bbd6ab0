"""Shell scripts that are start scripts on their own: ``entrypoint.sh``, ``run.sh``, ``bin/start``."""

from __future__ import annotations

import re
from collections.abc import Iterator

from doctor.commands.text import Source
from doctor.discovery.context import Context, check_script, is_shell_script
from doctor.discovery.reader import Reader
from doctor.discovery.readers import dockerfile
from doctor.discovery.starts import Place, Start

NAME = re.compile(
    r"(?i)^([\w.-]*[-_.])?(entry-?_?point|run|start|serve|server|boot|launch|up|web|api|gunicorn|uvicorn|uwsgi|"
    r"start-?up|cmd|prod|production)([-_.]?[\w-]*)?(\.(sh|bash))?$|\.start$"
)
NOT_ONES = re.compile(
    r"(?i)(test|lint|check|install|deploy|build|stop|migrat|worker|celery|clean|setup|release)"
)
MARKS = (
    b"gunicorn",
    b"uvicorn",
    b"uwsgi",
    b"hypercorn",
    b"waitress",
    b"granian",
    b"daphne",
    b"python",
    b"flask",
    b"connexion",
)


def read(path: str, source: Source, context: Context) -> Iterator[Start]:
    """Its starts; positional arguments are not known."""
    if not is_shell_script(path, source):
        return
    check_script(context.tree, path, source)
    place = context.place(path, climb=True)
    start = Start("shell", Place(place.paths, "."), source.location(0, 0))
    yield from context.shell(source.whole(), start)


def matches(name: str, path: str) -> bool:
    """By name; what a name leaves open the first line tells."""
    if name.endswith((".sh", ".bash", ".start")):
        stem = name.rpartition(".")[0]
        return NAME.match(name) is not None and not NOT_ONES.search(stem) or name.endswith(".start")
    if "." in name or dockerfile.matches(name, path):
        return False
    folder = path.rpartition("/")[0].rpartition("/")[2]
    return (folder in ("bin", "scripts", "docker") or NAME.match(name) is not None) and not NOT_ONES.search(
        name
    )


READER = Reader("shell", matches, read, MARKS, fallback=True)
