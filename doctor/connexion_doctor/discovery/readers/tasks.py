"""Task runners' tables of commands: pyproject.toml, Pipfile, package.json, Taskfile, tox.

Sources: Poe the Poet "Tasks", PDM "Scripts", Hatch "Environments/scripts", taskipy, rye; Pipenv
"Custom script shortcuts"; npm "scripts"; Task "Usage"; tox "Configuration" (``[testenv:NAME]``).
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from dataclasses import replace

from connexion_doctor.commands.placed_text import Piece, Text
from connexion_doctor.discovery.context import Context, locate
from connexion_doctor.discovery.entry_points import dig
from connexion_doctor.discovery.images import NOT_SERVED
from connexion_doctor.discovery.ini import entries
from connexion_doctor.discovery.reader import Reader
from connexion_doctor.discovery.readers.platforms import toml_command
from connexion_doctor.discovery.starts import Start
from connexion_doctor.discovery.yaml_nodes import documents
from connexion_doctor.foundation import late, toml_text
from connexion_doctor.model.source import Source

TABLES = (
    ("tool", "poe", "tasks"), ("tool", "pdm", "scripts"), ("tool", "taskipy", "tasks"),
    ("tool", "rye", "scripts"), ("scripts",), ("tool", "pixi", "tasks"), ("tasks",),
)  # fmt: skip


ARGUMENTS = late.pattern(r"\{args(?::([^{}]*))?\}")


def _is_check(name: str) -> bool:
    return NOT_SERVED.search(name.replace(":", "-")) is not None


def _pyproject(path: str, source: Source, context: Context) -> Iterator[Start]:
    data = toml_text.parsed(source.text)
    tables = [dig(data, *keys) for keys in TABLES]
    environments = dig(data, "tool", "hatch", "envs")
    if isinstance(environments, dict):
        tables += [dig(one, "scripts") for name, one in environments.items() if not _is_check(str(name))]
    for table in tables:
        for name, value in table.items() if isinstance(table, dict) else ():
            for command in _commands(value) if not _is_check(str(name)) else ():
                start = Start("tasks", context.place(path), source.span(0, 0), service=str(name))
                text = _with_defaults(locate(source, command, str(name)))
                location = text.location(0, len(text.value)) or source.span(0, 0)
                yield from context.shell(text, replace(start, location=location), ())


def _commands(value: object) -> Iterator[str]:
    """The commands of a task: a string, a table with one, several in a list."""
    if isinstance(value, dict):
        value = value.get("cmd") or value.get("shell") or value.get("sequence") or value.get("composite")
        if isinstance(value, list) and all(isinstance(word, str) and " " not in word for word in value):
            value = shlex.join(value)  # pdm: a command as words
    if isinstance(value, str):
        yield value
    for one in value if isinstance(value, list) else ():
        if isinstance(one, str):
            yield one


def _with_defaults(text: Text) -> Text:
    """``{args:8000}`` (Hatch, PDM) stands for the arguments of the call, and for its default without them."""
    pieces: list[Piece] = []
    at = 0
    for match in ARGUMENTS.finditer(text.value):
        pieces.extend((*text.part(at, match.start()), *text.part(*match.span(1))))
        at = match.end()
    return Text((*pieces, *text.part(at, len(text.value))))


def _package_json(path: str, source: Source, context: Context) -> Iterator[Start]:
    scripts = dig(json.loads(source.text), "scripts")
    for name, command in scripts.items() if isinstance(scripts, dict) else ():
        if isinstance(command, str) and not _is_check(name):
            yield from toml_command("tasks", path, source, context, name, command, name)


def _taskfile(path: str, source: Source, context: Context) -> Iterator[Start]:
    for document in documents(source, template=True):
        tasks = document.get("tasks")
        for name, task in tasks.items() if tasks is not None else ():
            if _is_check(name):
                continue
            commands = (task.get("cmds") or task.get("cmd")) if task.kind == "mapping" else task
            nodes = (
                commands.elements() if commands is not None and commands.kind == "sequence" else [commands]
            )
            for node in nodes:
                command = node.get("cmd") if node is not None and node.kind == "mapping" else node
                if command is not None and command.kind == "scalar":
                    place = context.place(path, task.string("dir") or ".")
                    start = Start("tasks", place, command.location, service=name)
                    yield from context.shell(command.text(), start, ())


def _tox(path: str, source: Source, context: Context) -> Iterator[Start]:
    """Environments with a name of their own; those of Python versions and checks are tests."""
    for entry in entries(source, indented=True):
        name = entry.section.removeprefix("testenv:")
        tests = name == entry.section or _is_check(name) or re.search(r"(^|-)py\d", name)
        if tests or entry.key not in ("commands", "commands_pre"):
            continue
        at = 0
        for line in entry.value.split("\n"):
            text = Text(entry.text.part(at, at + len(line)))
            at += len(line) + 1
            location = text.location(0, len(line))
            if line.strip() and location is not None:
                yield from context.shell(
                    text, Start("tasks", context.place(path), location, service=name), ()
                )


TASKFILE = late.pattern(r"(?i)taskfile(\.dist)?\.ya?ml$")

READERS = (
    Reader(
        "tasks",
        lambda name, path: name in ("pyproject.toml", "Pipfile", "pixi.toml"),
        _pyproject,
        (b"tasks", b"scripts"),
    ),
    Reader("tasks", lambda name, path: name == "package.json", _package_json, (b"scripts",)),
    Reader("tasks", lambda name, path: TASKFILE.match(name) is not None, _taskfile),
    Reader("tasks", lambda name, path: name in ("tox.ini", "setup.cfg"), _tox, (b"[testenv:",)),
)
