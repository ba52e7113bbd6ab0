"""Files of hosting platforms that hold one start command: a table of where it stands in each.

Sources: Google App Engine "app.yaml reference" and "Python runtime", heroku.yml, Fly.io "fly.toml",
Render "Blueprint spec", Railway "Config as code", Nixpacks "Configuration", Azure App Service
"Configure a Python app" (startup.txt), Scalingo and Dokku take a Procfile.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from doctor.commands.shell import Simple
from doctor.commands.text import Source
from doctor.discovery.context import Context, locate
from doctor.discovery.entry_points import dig, toml
from doctor.discovery.reader import Reader
from doctor.discovery.starts import Start
from doctor.discovery.yaml_nodes import Node, documents
from doctor.model import Word


@dataclass(frozen=True)
class Found:
    """A command in a YAML file: its node, and the name that the file gives it."""

    node: Node
    service: str | None = None


def _gae(document: Node) -> Iterator[Found]:
    node = document.get("entrypoint")
    if node is not None and node.kind == "scalar":
        yield Found(node, document.string("service"))


def _heroku(document: Node) -> Iterator[Found]:
    run = document.get("run")
    for name, node in run.items() if run is not None else ():
        command = node.get("command") if node.kind == "mapping" else node
        for one in command.elements() if command is not None and command.kind == "sequence" else [command]:
            if one is not None:
                yield Found(one, name)


def _render(document: Node) -> Iterator[Found]:
    services = document.get("services")
    for service in services.elements() if services is not None else ():
        for key in ("startCommand", "dockerCommand"):
            node = service.get(key)
            if node is not None:
                yield Found(node, service.string("name"))


def _yaml(
    kind: str, commands: Callable[[Node], Iterator[Found]]
) -> Callable[[str, Source, Context], Iterator[Start]]:
    def read(path: str, source: Source, context: Context) -> Iterator[Start]:
        for document in documents(source):
            for found in commands(document):
                start = Start(kind, context.place(path), found.node.location, service=found.service)
                yield from context.shell(found.node.text(), start, ())
            if kind == "app-engine" and document.get("entrypoint") is None:
                yield from _gae_default(path, document, context)

    return read


def _gae_default(path: str, document: Node, context: Context) -> Iterator[Start]:
    """Without an entry point the python3 runtimes run ``gunicorn main:app``."""
    runtime, folder = document.get("runtime"), path.rpartition("/")[0]
    main = f"{folder}/main.py" if folder else "main.py"
    if runtime is None or not re.match(r"python3", runtime.value or "") or main not in context.tree.files:
        return
    words = tuple(Word(word) for word in ("gunicorn", "main:app"))
    yield Start(
        "app-engine", context.place(path), runtime.location, Simple(words), document.string("service")
    )


def _toml(
    kind: str, commands: Callable[[dict[str, object]], Iterator[tuple[str, str, str | None]]]
) -> Callable[[str, Source, Context], Iterator[Start]]:
    """A reader of TOML; ``commands`` gives (key, command, service)."""

    def read(path: str, source: Source, context: Context) -> Iterator[Start]:
        for key, command, service in commands(toml(source.text)):
            yield from _command(kind, path, source, context, key, command, service)

    return read


def _command(
    kind: str, path: str, source: Source, context: Context, key: str, command: str, service: str | None
) -> Iterator[Start]:
    text = locate(source, command, key)
    at = max(source.text.find(f'"{key}"'), source.text.find(f"{key} ="), 0)
    location = text.location(0, len(text.value)) or source.location(at, at)
    yield from context.shell(text, Start(kind, context.place(path), location, service=service), ())


def _strings(table: object) -> Iterator[tuple[str, str]]:
    for key, value in table.items() if isinstance(table, dict) else ():
        if isinstance(value, dict):
            value = value.get("cmd") or value.get("shell")
        if isinstance(value, str):
            yield str(key), value


def _fly(data: dict[str, object]) -> Iterator[tuple[str, str, str | None]]:
    for name, value in _strings(data.get("processes")):
        yield name, value, name
    command = dig(data, "experimental", "cmd")
    if isinstance(command, list) and all(isinstance(word, str) for word in command) and command:
        yield "cmd", " ".join(command), None


def _railway(data: dict[str, object]) -> Iterator[tuple[str, str, str | None]]:
    command = dig(data, "deploy", "startCommand")
    if isinstance(command, str):
        yield "startCommand", command, None


def _nixpacks(data: dict[str, object]) -> Iterator[tuple[str, str, str | None]]:
    command = dig(data, "start", "cmd")
    if isinstance(command, str):
        yield "cmd", command, None


TASK = re.compile(r"(?i)^(run|serve|server|start|dev|web|api|app|prod)([-_:.].*)?$")


def _tasks(data: dict[str, object]) -> Iterator[tuple[str, str, str | None]]:
    """Task runners that keep their commands in pyproject.toml, and Pipfile's scripts."""
    tables = [
        dig(data, "tool", "poe", "tasks"),
        dig(data, "tool", "pdm", "scripts"),
        dig(data, "tool", "taskipy", "tasks"),
        dig(data, "tool", "rye", "scripts"),
        data.get("scripts"),
    ]
    environments = dig(data, "tool", "hatch", "envs")
    if isinstance(environments, dict):
        tables.extend(dig(environment, "scripts") for environment in environments.values())
    for table in tables:
        for name, command in _strings(table):
            if TASK.match(name):
                yield name, command, name


def _railway_json(path: str, source: Source, context: Context) -> Iterator[Start]:
    import json

    data = json.loads(source.text)
    for key, command, service in _railway(data if isinstance(data, dict) else {}):
        yield from _command("railway", path, source, context, key, command, service)


def _azure(path: str, source: Source, context: Context) -> Iterator[Start]:
    yield from context.shell(source.whole(), Start("azure", context.place(path), source.location(0, 0)), ())


def _named(*names: str) -> Callable[[str, str], bool]:
    return lambda name, path: name in names


def _like(pattern: str) -> Callable[[str, str], bool]:
    regex = re.compile(pattern)
    return lambda name, path: regex.match(name) is not None


READERS = (
    Reader("app-engine", _like(r"^app([-_.].*)?\.ya?ml$"), _yaml("app-engine", _gae), (b"runtime:",)),
    Reader("heroku", _named("heroku.yml"), _yaml("heroku", _heroku)),
    Reader("render", _named("render.yaml", "render.yml"), _yaml("render", _render)),
    Reader("fly", _like(r"^fly([-_.].*)?\.toml$"), _toml("fly", _fly)),
    Reader("railway", _named("railway.toml"), _toml("railway", _railway)),
    Reader("railway", _named("railway.json"), _railway_json),
    Reader("nixpacks", _named("nixpacks.toml"), _toml("nixpacks", _nixpacks)),
    Reader("tasks", _named("pyproject.toml", "Pipfile"), _toml("tasks", _tasks), (b"tasks", b"scripts")),
    Reader("azure", _named("startup.txt"), _azure),
)
