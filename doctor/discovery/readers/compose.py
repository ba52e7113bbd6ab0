"""Compose files: services with ``command``, ``entrypoint``, ``environment``, joined with their Dockerfile.

Source: the Compose file reference ("services"), its interpolation and merge rules.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from doctor.commands.expand import Built
from doctor.commands.plain import split
from doctor.commands.states import joined
from doctor.commands.text import Source, Text
from doctor.discovery.context import Context, env_file
from doctor.discovery.images import NOT_SERVED, Form, Image, final, images, paths_of
from doctor.discovery.paths import Copied, Paths
from doctor.discovery.reader import Reader
from doctor.discovery.readers.dockerfile import joined_starts, starts_of
from doctor.discovery.starts import Place, Start
from doctor.discovery.yaml_nodes import Node, documents

NAME = re.compile(r"^(docker-)?compose([.-].*)?\.ya?ml$|^.*[.-](docker-)?compose\.ya?ml$", re.IGNORECASE)
BASES = ("compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml")


@dataclass
class Service:
    """One service, with what an overriding file leaves to the base file."""

    name: str
    fields: dict[str, Node]
    folder: str
    environ: dict[str, Text | str] = field(default_factory=dict)


def read(path: str, source: Source, context: Context) -> Iterator[Start]:
    """The starts of its services."""
    base = _base_fields(path, context)
    for document in documents(source):
        services = document.get("services")
        for name, node in services.items() if services is not None else ():
            fields = _extended(dict(node.items()), services)
            own = bool(
                {"command", "entrypoint", "environment", "env_file", "working_dir", "build"} & set(fields)
            )
            if own:
                yield from _service(
                    Service(name, {**base.get(name, {}), **fields}, path.rpartition("/")[0]), context
                )


def _base_fields(path: str, context: Context) -> dict[str, dict[str, Node]]:
    """What the base file beside an override says of each service."""
    folder, _, name = path.rpartition("/")
    for base in BASES:
        other = f"{folder}/{base}" if folder else base
        if name != base and other in context.tree.files:
            source = context.tree.source(other)
            try:
                found = documents(source) if source is not None else []
            except ValueError:
                return {}
            services = found[0].get("services") if found else None
            return {key: dict(node.items()) for key, node in services.items()} if services is not None else {}
    return {}


def _extended(fields: dict[str, Node], services: Node | None) -> dict[str, Node]:
    """``extends`` of a service in the same file."""
    extends = fields.get("extends")
    if extends is None or services is None or extends.get("file") is not None:
        return fields
    name = extends.value or extends.string("service")
    parent = services.get(name) if name else None
    return {**dict(parent.items()), **fields} if parent is not None else fields


def _service(service: Service, context: Context) -> Iterator[Start]:
    service.environ.update(_environ(service, context))
    build = service.fields.get("build")
    image, folder = _image(build, service.folder, context) if build is not None else (None, service.folder)
    place = _place(service, image, folder, context)
    command, entrypoint = service.fields.get("command"), service.fields.get("entrypoint")
    if command is None and entrypoint is None:
        if image is not None:
            directory = service.fields["working_dir"].value if "working_dir" in service.fields else None
            yield from starts_of(
                image,
                context,
                folder,
                kind="dockerfile",
                environ=service.environ,
                service=service.name,
                directory=directory,
            )
        return
    given = command if command is not None else entrypoint
    assert given is not None
    start = Start("compose", place, given.location, service=service.name)
    if entrypoint is None and (image is None or image.entrypoint is None) and command is not None:
        if command.kind == "sequence":
            yield from context.words(_words(command), start)
        else:
            yield from context.shell(_one_line(command), start, ())
        return
    first = _form(entrypoint) if entrypoint is not None else image.entrypoint if image is not None else None
    second = _form(command) if command is not None else None
    yield from joined_starts(first, second, start, context)


def _form(node: Node) -> Form | None:
    """``command`` and ``entrypoint`` are words in the end, whether written as a list or as one string."""
    if node.kind == "sequence":
        words = _words(node)
    else:
        words = split(_one_line(node)) if node.value else []
        words = [Built(word.pieces, word.location) for word in words]
    return (
        Form(tuple(words), node.text() if node.kind == "scalar" else Text(()), node.location)
        if words
        else None
    )


def _words(node: Node) -> list[Built]:
    return [Built(_dollars(Text(word.pieces)).pieces, word.location, word.style) for word in node.words()]


def _one_line(node: Node) -> Text:
    """Compose splits a string at blanks, line ends included."""
    return _dollars(node.text().replaced("\n", " "))


def _dollars(text: Text) -> Text:
    """``$$`` is a dollar."""
    at = text.value.find("$$")
    while at >= 0:
        text = Text((*text.part(0, at), *text.part(at + 1, len(text.value))))
        at = text.value.find("$$", at + 1)
    return text


def _environ(service: Service, context: Context) -> dict[str, Text | str]:
    found: dict[str, Text | str] = {}
    files = service.fields.get("env_file")
    if files is not None:
        for node in files.elements() if files.kind == "sequence" else [files]:
            name = node.value or node.string("path") or ""
            path = context.tree.relative(joined(service.folder or ".", name))
            source = context.tree.source(path) if path and path in context.tree.files else None
            if source is not None:
                found.update(env_file(source))
    environment = service.fields.get("environment")
    if environment is None:
        return found
    if environment.kind == "mapping":
        for name, node in environment.items():
            if node.value is not None and "$" not in node.value:
                found[name] = node.text()
    for node in environment.elements():
        name, equals, value = (node.value or "").partition("=")
        if equals and "$" not in value:
            text = node.text()
            found[name] = Text(text.part(len(name) + 1, len(text.value)))
    return found


def _image(build: Node, folder: str, context: Context) -> tuple[Image | None, str]:
    """The image that ``build`` makes, and its build context."""
    name = build.value if build.kind == "scalar" else build.string("context")
    base = context.tree.relative(joined(folder or ".", name or "."))
    if base is None:
        return None, folder
    wanted = build.string("dockerfile")
    candidates = [wanted] if wanted else ["Dockerfile", "Containerfile", "dockerfile"]
    for candidate in candidates:
        path = context.tree.relative(joined(base or ".", candidate))
        source = context.tree.source(path) if path and path in context.tree.files else None
        if source is not None:
            chosen = final(images(source, context.tree, base), build.string("target") or None)
            if chosen:
                return chosen[-1], base
    return None, base


def _place(service: Service, image: Image | None, folder: str, context: Context) -> Place:
    mounted = tuple(_volumes(service, context))
    if image is not None:
        paths = paths_of(image, context.tree, folder)
        paths = Paths(context.tree, folder, (*paths.copied, *mounted))
    else:
        paths = Paths(context.tree, folder, mounted, climb=not mounted)
    directory = image.directory if image is not None else "."
    given = service.fields["working_dir"].value if "working_dir" in service.fields else None
    if given:
        directory = joined(directory, given)
    elif image is None and mounted and directory == ".":
        directory = mounted[0].inside
    inherited: dict[str, Text | str] = dict(image.environ) if image is not None else {}
    return Place(paths, directory, {**inherited, **service.environ})


def _volumes(service: Service, context: Context) -> Iterator[Copied]:
    volumes = service.fields.get("volumes")
    for node in volumes.elements() if volumes is not None else ():
        if node.kind == "mapping":
            outside, inside = node.string("source") or "", node.string("target") or ""
        else:
            outside, _, inside = (node.value or "").partition(":")
            inside = inside.partition(":")[0]
        if not outside.startswith(".") or not inside.startswith("/"):
            continue
        relative = context.tree.relative(joined(service.folder or ".", outside))
        if relative is not None and context.tree.exists(relative):
            yield Copied(inside.rstrip("/") or "/", relative, relative in context.tree.folders)


def matches(name: str, path: str) -> bool:
    """``compose.yml``, ``docker-compose.override.yaml``, ``compose.dev.yml``; not ``compose.test.yml``."""
    return NAME.match(name) is not None and NOT_SERVED.search(name) is None


READER = Reader("compose", matches, read, (b"services",))
