"""Visual Studio Code: the configurations of ``launch.json`` that run Python (``module`` or ``program``,
``args``, ``cwd``, ``env``).

Source: code.visualstudio.com, "Python debugging in VS Code", "Variables reference".
"""

from __future__ import annotations

from collections.abc import Iterator

from connexion_doctor.commands.expand import Built
from connexion_doctor.commands.placed_text import Piece
from connexion_doctor.discovery.context import Context
from connexion_doctor.discovery.literals import Object, objects_of, text_of, variables_of, words_of
from connexion_doctor.discovery.reader import Reader
from connexion_doctor.discovery.starts import Place, Start
from connexion_doctor.model.source import Source

TYPES = ("python", "debugpy")
FOLDERS = ("${workspaceFolder}", "${workspaceRoot}")


def read(path: str, source: Source, context: Context) -> Iterator[Start]:
    """The starts of its configurations; those that attach, or run the file that is open, are none."""
    for one in objects_of(source):
        launched = text_of(source, one, "request") in ("launch", None)
        if text_of(source, one, "type") in TYPES and launched and "args" not in one.open:
            yield from _configuration(path, source, context, one)


def _configuration(path: str, source: Source, context: Context, one: Object) -> Iterator[Start]:
    key = "module" if "module" in one.texts else "program"
    named = text_of(source, one, key)
    if not named or "${file" in named:
        return
    begin, end = one.texts[key]
    shown = _here(named)
    inside = Built((Piece(shown),)) if shown != named else words_of(source, one, key)[0]
    words = [Built((Piece("python"),)), *([Built((Piece("-m"),))] if key == "module" else []), inside]
    words += words_of(source, one, "args")
    root = path.partition(".vscode/")[0]
    place = context.place(f"{root}x", climb=True)
    directory = _here(text_of(source, one, "cwd") or ".") or "."
    environ = {
        name: "." if str(getattr(value, "value", value)) in FOLDERS else value
        for name, value in variables_of(source, one, "env").items()
    }
    start = Start(
        "editor",
        Place(place.paths, directory, environ),
        source.span(begin, end),
        service=text_of(source, one, "name"),
    )
    yield from context.words(words, start)


def _here(text: str) -> str:
    """A path of the workspace, from its folder."""
    for folder in FOLDERS:
        text = text.replace(f"{folder}/", "").replace(folder, ".")
    return text


def matches(name: str, path: str) -> bool:
    """``.vscode/launch.json``."""
    return name == "launch.json" and f"/{path}".endswith("/.vscode/launch.json")


READER = Reader("editor", matches, read, (b"configurations",))
