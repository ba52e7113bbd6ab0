"""Compose files -> their services, with what ``extends``, overrides and ``include`` make of them.

Source: the Compose file reference ("extends", "include", "Merge", "Interpolation"): relative paths are
those of the file they stand in; environments are merged, a later ``command`` takes the place of an earlier.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from connexion_doctor.commands.directories import joined
from connexion_doctor.commands.placed_text import Piece, Text
from connexion_doctor.discovery.context import Context, env_file
from connexion_doctor.discovery.paths import Copied
from connexion_doctor.discovery.yaml_nodes import Node, documents
from connexion_doctor.foundation import late
from connexion_doctor.foundation.late import dataclass

BASES = ("compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml")
VARIABLE = late.pattern(r"\$\$|\$(\w+)|\$\{(\w+)(?:(:?[-+?])([^{}]*))?\}")
DEEPEST = 10  # of services that extend services, of files that include files


@dataclass(frozen=True)
class Layer:
    """What one file says of a service; ``folder`` is where its relative paths begin."""

    fields: Mapping[str, Node]
    folder: str


@dataclass(frozen=True)
class Service:
    """A service: its layers, the base first."""

    name: str
    layers: tuple[Layer, ...]

    def layer(self, key: str) -> Layer | None:
        """The layer that has the last word about a field."""
        found = next((layer for layer in reversed(self.layers) if key in layer.fields), None)
        return None if found is None or str(found.fields[key].raw.tag) == "!reset" else found

    def get(self, key: str) -> Node | None:
        """A field that is not merged."""
        layer = self.layer(key)
        return layer.fields[key] if layer is not None else None

    def all(self, key: str) -> Iterator[tuple[Node, str]]:
        """A field that is merged: it in every layer, with the folder of the layer."""
        for layer in self.layers:
            if key in layer.fields:
                yield layer.fields[key], layer.folder


def services(path: str, context: Context, folder: str | None = None) -> Iterator[Service]:
    """The services that a file says something of, as they are when it is used: over its base file."""
    folder = path.rpartition("/")[0] if folder is None else folder
    base = _base_of(path, context)
    for document in _documents(path, context):
        mapping = document.get("services")
        for name, node in mapping.items() if mapping is not None else ():
            own = _layers(node, mapping, path, folder, context, 0)
            below = _named(base, name, context) if base is not None else ()
            yield Service(name, (*below, *own))


def included(path: str, context: Context) -> Iterator[tuple[str, str | None]]:
    """The files of ``include``, each with the folder of its relative paths where one is given."""
    folder = path.rpartition("/")[0]
    for document in _documents(path, context):
        include = document.get("include")
        for entry in include.elements() if include is not None else ():
            given = entry.get("path") if entry.kind == "mapping" else entry
            nodes = () if given is None else given.elements() if given.kind == "sequence" else (given,)
            base = entry.string("project_directory") if entry.kind == "mapping" else None
            for node in nodes:
                found = context.tree.relative(joined(folder or ".", node.value or ""))
                if found is not None and found in context.tree.files:
                    yield found, None if base is None else context.tree.relative(joined(folder or ".", base))


def _documents(path: str, context: Context) -> list[Node]:
    source = context.tree.source(path)
    return documents(source) if source is not None else []


def _base_of(path: str, context: Context) -> str | None:
    """The base file beside an override: of the same family where there are several."""
    folder, _, name = path.rpartition("/")
    family = sorted(BASES, key=lambda base: not name.startswith(base.partition(".")[0] + "."))
    for base in family if name not in BASES else ():
        other = f"{folder}/{base}" if folder else base
        if other in context.tree.files:
            return other
    return None


def _named(path: str, name: str, context: Context) -> tuple[Layer, ...]:
    """A service of another file; nothing where that file cannot be read (it is told on its own)."""
    folder = path.rpartition("/")[0]
    try:
        for document in _documents(path, context):
            mapping = document.get("services")
            node = mapping.get(name) if mapping is not None else None
            if node is not None:
                return _layers(node, mapping, path, folder, context, 0)
    except ValueError:
        pass
    return ()


def _layers(
    node: Node, siblings: Node | None, path: str, folder: str, context: Context, depth: int
) -> tuple[Layer, ...]:
    """A service's own layer behind those of the service that it extends."""
    own = (Layer(dict(node.items()), folder),)
    extends = node.get("extends")
    name = (extends.value or extends.string("service")) if extends is not None else None
    if extends is None or name is None or depth > DEEPEST:
        return own
    file = extends.string("file")
    if file is None:
        parent = siblings.get(name) if siblings is not None else None
        if parent is None or parent.raw is node.raw:
            return own
        return (*_layers(parent, siblings, path, folder, context, depth + 1), *own)
    other = context.tree.relative(joined(path.rpartition("/")[0] or ".", file))
    if other is None or other not in context.tree.files or other == path:
        return own
    context.used.add(other)
    try:
        for document in _documents(other, context):
            mapping = document.get("services")
            parent = mapping.get(name) if mapping is not None else None
            if parent is not None:
                inside = other.rpartition("/")[0]
                return (*_layers(parent, mapping, other, inside, context, depth + 1), *own)
    except ValueError:
        pass
    return own


def environ(service: Service, context: Context) -> tuple[dict[str, Text | str], frozenset[str]]:
    """``env_file`` and ``environment``, which has the last word; and the variables that are given what is set
    where Compose runs (``${NAME}``)."""
    found: dict[str, Text | str] = {}
    open_: set[str] = set()
    for files, folder in service.all("env_file"):
        for node in files.elements() if files.kind == "sequence" else [files]:
            name = node.value or node.string("path") or ""
            path = context.tree.relative(joined(folder or ".", name))
            source = context.tree.source(path) if path and path in context.tree.files else None
            if source is not None:
                found.update(env_file(source))
    for environment, folder in service.all("environment"):
        known = host_variables(folder, context)
        given: dict[str, Text] = {}
        for name, node in environment.items():
            if node.value is not None:
                given[name] = node.text()
        for node in environment.elements():
            name, equals, _ = (node.value or "").partition("=")
            if equals:
                text = node.text()
                given[name] = Text(text.part(len(name) + 1, len(text.value)))
        for name, text in given.items():
            value = interpolated(text, known)
            if "$" not in value.value:
                found[name] = value
                open_.discard(name)
            else:
                found.pop(name, None)
                open_.add(name)
    return found, frozenset(open_)


def host_variables(folder: str, context: Context) -> dict[str, Text | str]:
    """``.env`` beside the file: what its ``${NAME}`` are taken from."""
    path = f"{folder}/.env" if folder else ".env"
    source = context.tree.source(path) if path in context.tree.files else None
    return env_file(source) if source is not None else {}


def interpolated(text: Text, variables: Mapping[str, Text | str]) -> Text:
    """``${NAME}`` put in where it is known or has a default; ``$$`` is a dollar."""
    pieces: list[Piece] = []
    at = 0
    for match in VARIABLE.finditer(text.value):
        pieces.extend(text.part(at, match.start()))
        at = match.end()
        if match[0] == "$$":
            pieces.extend(text.part(match.start(), match.start() + 1))
            continue
        known, operator = variables.get(match[1] or match[2]), match[3] or ""
        value = known if known is None or isinstance(known, Text) else Text((Piece(known),))
        if value is not None and "+" not in operator:
            pieces.extend(value.pieces)
        elif value is None and "-" in operator or value is not None:
            pieces.extend(text.part(*match.span(4)))
        elif "+" not in operator:
            pieces.extend(text.part(*match.span()))
    pieces.extend(text.part(at, len(text.value)))
    return Text(tuple(pieces))


def unknown_where_open(text: Text) -> Text:
    """A word as text that is not known, where a variable of it was not put in."""
    if VARIABLE.search(text.value) is None or " " in text.value or "\n" in text.value:
        return text  # of several words, the shell that is given them puts them in
    return Text(tuple(replace(piece, known=False) for piece in text.pieces))


def volumes(service: Service, context: Context) -> Iterator[Copied]:
    """Folders and files of the project that are mounted."""
    for given, folder in service.all("volumes"):
        for node in given.elements():
            if node.kind == "mapping":
                outside, inside = node.string("source") or "", node.string("target") or ""
            else:
                outside, _, inside = (node.value or "").partition(":")
                inside = inside.partition(":")[0]
            if not outside.startswith(".") or not inside.startswith("/"):
                continue
            relative = context.tree.relative(joined(folder or ".", outside))
            if relative is not None and context.tree.exists(relative):
                yield Copied(inside.rstrip("/") or "/", relative, relative in context.tree.folders)
