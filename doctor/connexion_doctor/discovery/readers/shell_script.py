"""Shell scripts that are start scripts on their own: ``entrypoint.sh``, ``run.sh``, ``bin/start``."""

from __future__ import annotations

from collections.abc import Iterator

from connexion_doctor.commands.placed_text import part, whole
from connexion_doctor.commands.plain import split
from connexion_doctor.discovery.context import Context, check_script, is_shell_script
from connexion_doctor.discovery.reader import Reader
from connexion_doctor.discovery.readers import dockerfile
from connexion_doctor.discovery.starts import Place, Start
from connexion_doctor.foundation import late
from connexion_doctor.model.source import Source

NAME = late.pattern(
    r"(?i)^([\w.-]*[-_.])?(entry-?_?point|run|start|serve|server|boot|launch|up|web|api|gunicorn|uvicorn|uwsgi|"
    r"start-?up|cmd|prod|production)([-_.]?[\w-]*)?(\.(sh|bash))?$|\.start$"
)
NOT_ONES = late.pattern(r"(?i)(test|lint|check|coverage|bench)")
CHORES = late.pattern(r"(?i)(install|deploy|build|stop|migrat|worker|celery|clean|setup|release)")
ASIDE = late.pattern(r"(^|/)(\.?ci|\.github|\.gitlab|\.circleci|tests?|docs?)/")
MARKS = (
    *(b"gunicorn", b"uvicorn", b"uwsgi", b"hypercorn", b"waitress", b"granian", b"daphne"),
    *(b"python", b"flask", b"connexion", b"exec "),
)


def read(path: str, source: Source, context: Context) -> Iterator[Start]:
    """Its starts; positional arguments are not known."""
    if path.endswith("/run") and source.text.startswith("#!") and "execline" in source.text[:80]:
        yield from _execline(path, source, context)
        return
    if not is_shell_script(path, source):
        return
    check_script(context.tree, path, source)
    place = context.place(path, climb=True)
    start = Start("shell", Place(place.paths, "."), source.span(0, 0))
    yield from context.shell(whole(source), start)


def _execline(path: str, source: Source, context: Context) -> Iterator[Start]:
    """A script of execline (s6): one command whose words may stand on several lines."""
    begin = source.text.find("\n") + 1
    text = part(source, begin, len(source.text)).replaced("\n", " ")
    place = context.place(path, climb=True)
    start = Start("shell", Place(place.paths, "."), source.span(begin, begin))
    yield from context.words(split(text), start)


def is_named_start(path: str) -> bool:
    """Whether the name of a script says that it starts something."""
    name = path.rpartition("/")[2]
    return NAME.match(name) is not None and not CHORES.search(name)


def matches(name: str, path: str) -> bool:
    """Any ``.sh`` that is not of tests; what has no ending by its name or its folder."""
    if NOT_ONES.search(name) or ASIDE.search(path):
        return False
    if name.endswith((".sh", ".bash", ".start")):
        return True
    if "." in name or dockerfile.matches(name, path):
        return False
    folder = path.rpartition("/")[0].rpartition("/")[2]
    return folder in ("bin", "scripts", "docker") or is_named_start(name)


READER = Reader("shell", matches, read, MARKS, fallback=True)
