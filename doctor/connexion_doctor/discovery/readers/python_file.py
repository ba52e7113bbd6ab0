"""Python that starts a server when it is run: the start of a project that has no other."""

from __future__ import annotations

from collections.abc import Iterator

from connexion_doctor.commands.shell import Simple
from connexion_doctor.discovery.context import Context
from connexion_doctor.discovery.modules import module_in
from connexion_doctor.discovery.reader import Reader
from connexion_doctor.discovery.starts import Start
from connexion_doctor.foundation import late
from connexion_doctor.model import Word
from connexion_doctor.model.source import Source
from connexion_doctor.python.starts import MARKS, starts_of

NOT_ONES = late.pattern(
    r"(^|/)(tests?|testing|docs?|migrations|site-packages)/|(^|/)(test_[^/]*|[^/]*_test|conftest|setup|manage|noxfile)\.py$"
)


def read(path: str, source: Source, context: Context) -> Iterator[Start]:
    """One start: the command that runs the file."""
    if path.rpartition("/")[2] == "__init__.py":
        return  # a package is imported, never run: its guard never holds
    if NOT_ONES.search(path) or not MARKS.search(source.text.encode("utf-8", "replace")):
        return
    module = module_in(source)
    name = path.rpartition("/")[2]
    inside = starts_of(module) if module is not None else None
    if inside is None or not (inside.reach.guarded or name == "__main__.py" or inside.reached(None)):
        return
    folder = path.rpartition("/")[0]
    if name == "__main__.py" and folder:
        parent, _, package = folder.rpartition("/")
        words = ["python", "-m", package]
        place = context.place(f"{parent}/x" if parent else "x")
    else:
        words = ["python", name]
        place = context.place(path)
    first = min((start.line for start in inside.starts), default=1)
    start = Start("python", place, source.span(source.offset(first - 1, 0), source.offset(first - 1, 0)))
    yield Start(start.kind, place, start.location, Simple(tuple(Word(word) for word in words)))


def matches(name: str, path: str) -> bool:
    """Any Python file; whether it may start a server its bytes tell."""
    return name.endswith(".py")


READER = Reader(
    "python",
    matches,
    read,
    (b"__main__", b".run(", b"serve(", b"subprocess", b"os.system", b"os.exec"),
    fallback=True,
)
