"""Files of hosting platforms that hold one start command: a table of where it stands in each.

Sources: Google App Engine "app.yaml reference" and "Python runtime", heroku.yml, Fly.io "fly.toml",
Render "Blueprint spec", Railway "Config as code", Nixpacks "Configuration", Azure App Service
"Configure a Python app" (startup.txt), DigitalOcean "App spec", AWS App Runner "apprunner.yaml"; Scalingo and
Dokku take a Procfile.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import field, replace

from connexion_doctor.commands.placed_text import Text, whole
from connexion_doctor.commands.shell import Simple
from connexion_doctor.discovery.context import Context, locate
from connexion_doctor.discovery.entry_points import dig
from connexion_doctor.discovery.reader import Reader
from connexion_doctor.discovery.starts import Start
from connexion_doctor.discovery.yaml_nodes import Node, documents
from connexion_doctor.foundation import toml_text
from connexion_doctor.foundation.late import dataclass
from connexion_doctor.model import Word
from connexion_doctor.model.source import Source


@dataclass(frozen=True)
class Found:
    """A command in a YAML file: its node, the name that the file gives it, the folder it runs in, the
    variables that it gets."""

    node: Node
    service: str | None = None
    folder: str = "."
    environ: Mapping[str, Text | str] = field(default_factory=dict)


def _gae(document: Node) -> Iterator[Found]:
    node = document.get("entrypoint")
    if node is not None and node.kind == "scalar":
        yield Found(node, document.string("service"), environ=_table(document.get("env_variables")))


def _heroku(document: Node) -> Iterator[Found]:
    run = document.get("run")
    for name, node in run.items() if run is not None else ():
        command = node.get("command") if node.kind == "mapping" else node
        for one in command.elements() if command is not None and command.kind == "sequence" else [command]:
            if one is not None:
                yield Found(one, name, environ=_table(document.get("setup", "config")))


def _render(document: Node) -> Iterator[Found]:
    services = document.get("services")
    for service in services.elements() if services is not None else ():
        for key in ("startCommand", "dockerCommand"):
            node = service.get(key)
            if node is not None:
                environ = _list(service.get("envVars"))
                yield Found(node, service.string("name"), service.string("rootDir") or ".", environ)


def _digitalocean(document: Node) -> Iterator[Found]:
    services = document.get("services")
    for service in services.elements() if services is not None else ():
        node = service.get("run_command")
        if node is not None:
            folder = (service.string("source_dir") or ".").strip("/") or "."
            environ = {**_list(document.get("envs")), **_list(service.get("envs"))}
            yield Found(node, service.string("name"), folder, environ)


def _app_runner(document: Node) -> Iterator[Found]:
    node = document.get("run", "command")
    if node is not None and document.get("runtime") is not None:
        yield Found(node, environ=_list(document.get("run", "env")))


def _table(node: Node | None) -> dict[str, Text | str]:
    """Variables as names and values of a mapping."""
    items = node.items() if node is not None else ()
    return {name: value.text() for name, value in items if value.value is not None}


def _list(node: Node | None) -> dict[str, Text | str]:
    """Variables as a list of entries; what is filled in elsewhere has no value here."""
    found: dict[str, Text | str] = {}
    for entry in node.elements() if node is not None else ():
        name, value = entry.string("key") or entry.string("name"), entry.get("value")
        if name and value is not None and value.value is not None and "${" not in value.value:
            found[name] = value.text()
    return found


def _yaml(
    kind: str, commands: Callable[[Node], Iterator[Found]]
) -> Callable[[str, Source, Context], Iterator[Start]]:
    def read(path: str, source: Source, context: Context) -> Iterator[Start]:
        for document in documents(source):
            for found in commands(document):
                place = context.place("" if kind == "digitalocean" else path, found.folder)
                place = replace(place, environ=found.environ)
                start = Start(kind, place, found.node.location, service=found.service)
                yield from context.shell(found.node.text(), start, ())
            if kind == "app-engine" and document.get("entrypoint") is None:
                yield from _gae_default(path, document, context)

    return read


def _gae_default(path: str, document: Node, context: Context) -> Iterator[Start]:
    """Without an entry point the python3 runtimes run ``gunicorn main:app``, whatever there is."""
    runtime = document.get("runtime")
    if runtime is None or re.fullmatch(r"python3\d*", runtime.value or "") is None:
        return
    if context.place(path).paths.files("Procfile", ".") or document.get("env") is not None:
        return
    words = tuple(Word(word) for word in ("gunicorn", "main:app"))
    place = replace(context.place(path), environ=_table(document.get("env_variables")))
    yield Start("app-engine", place, runtime.location, Simple(words), document.string("service"))


def _toml(
    kind: str, commands: Callable[[dict[str, object]], Iterator[tuple[str, str, str | None]]]
) -> Callable[[str, Source, Context], Iterator[Start]]:
    """A reader of TOML; ``commands`` gives (key, command, service)."""

    def read(path: str, source: Source, context: Context) -> Iterator[Start]:
        for key, command, service in commands(toml_text.parsed(source.text)):
            yield from toml_command(kind, path, source, context, key, command, service)

    return read


def toml_command(
    kind: str, path: str, source: Source, context: Context, key: str, command: str, service: str | None
) -> Iterator[Start]:
    """The starts of one command in a format without places: it is found again behind its key."""
    text = locate(source, command, key)
    at = max(source.text.find(f'"{key}"'), source.text.find(f"{key} ="), 0)
    location = text.location(0, len(text.value)) or source.span(at, at)
    yield from context.shell(text, Start(kind, context.place(path), location, service=service), ())


def _fly(data: dict[str, object]) -> Iterator[tuple[str, str, str | None]]:
    processes = data.get("processes")
    for name, value in processes.items() if isinstance(processes, dict) else ():
        if isinstance(value, str):
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


def _railway_json(path: str, source: Source, context: Context) -> Iterator[Start]:
    import json

    data = json.loads(source.text)
    for key, command, service in _railway(data if isinstance(data, dict) else {}):
        yield from toml_command("railway", path, source, context, key, command, service)


def _azure(path: str, source: Source, context: Context) -> Iterator[Start]:
    yield from context.shell(whole(source), Start("azure", context.place(path), source.span(0, 0)), ())


def _named(*names: str) -> Callable[[str, str], bool]:
    return lambda name, path: name in names


def _in(folder: str, *names: str) -> Callable[[str, str], bool]:
    return lambda name, path: name in names and path.rpartition("/")[0].rpartition("/")[2] == folder


def _like(pattern: str) -> Callable[[str, str], bool]:
    regex = re.compile(pattern)
    return lambda name, path: regex.match(name) is not None


READERS = (
    Reader("app-engine", _like(r"^app([-_.].*)?\.ya?ml$"), _yaml("app-engine", _gae), (b"runtime:",)),
    Reader("heroku", _named("heroku.yml"), _yaml("heroku", _heroku)),
    Reader("digitalocean", _in(".do", "app.yaml"), _yaml("digitalocean", _digitalocean), (b"run_command",)),
    Reader("app-runner", _named("apprunner.yaml"), _yaml("app-runner", _app_runner)),
    Reader("render", _named("render.yaml", "render.yml"), _yaml("render", _render)),
    Reader("fly", _like(r"^fly([-_.].*)?\.toml$"), _toml("fly", _fly)),
    Reader("railway", _named("railway.toml"), _toml("railway", _railway)),
    Reader("railway", _named("railway.json"), _railway_json),
    Reader("nixpacks", _named("nixpacks.toml"), _toml("nixpacks", _nixpacks)),
    Reader("azure", _named("startup.txt"), _azure),
)
