"""Compose files: services with ``command``, ``entrypoint``, ``environment``, joined with their Dockerfile.

Source: the Compose file reference ("services", "build").
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from connexion_doctor.commands.directories import joined
from connexion_doctor.commands.expand import Built
from connexion_doctor.commands.placed_text import Text
from connexion_doctor.commands.plain import split
from connexion_doctor.discovery.compose_file import (
    BASES,
    Service,
    environ,
    host_variables,
    included,
    interpolated,
    services,
    unknown_where_open,
    volumes,
)
from connexion_doctor.discovery.context import Context
from connexion_doctor.discovery.images import NOT_SERVED, Form, Image, final, images, paths_of, stage_of
from connexion_doctor.discovery.paths import Paths
from connexion_doctor.discovery.reader import Reader
from connexion_doctor.discovery.readers.dockerfile import joined_starts, starts_of, variables_of_own
from connexion_doctor.discovery.starts import Place, Start
from connexion_doctor.discovery.yaml_nodes import Node
from connexion_doctor.foundation import late
from connexion_doctor.model.source import Source

NAME = late.pattern(r"(?i)^(docker-)?(compose|stack)([.-].*)?\.ya?ml$|^.*[.-](docker-)?compose\.ya?ml$")
STARTING = frozenset({"command", "entrypoint", "environment", "env_file", "working_dir", "build", "extends"})
DEEPEST = 5  # of files that include files

# Images of reverse proxies: what they are told starts no app.
PROXIES = late.pattern(r"(?:[\w.:-]+/)*(nginx|traefik|caddy|haproxy|envoy|httpd)(:|@|$)")


def read(path: str, source: Source, context: Context) -> Iterator[Start]:
    """The starts of its services, and of those of the files it includes."""
    yield from _file(path, context, None, 0)


def _file(path: str, context: Context, folder: str | None, depth: int) -> Iterator[Start]:
    for service in services(path, context, folder):
        if STARTING & set(service.layers[-1].fields):
            yield from _service(service, context)
    for other, base in included(path, context):
        name = other.rpartition("/")[2]
        if depth < DEEPEST and (base is not None or not matches(name, other)) and name not in BASES:
            yield from _file(other, context, base, depth + 1)


def _service(service: Service, context: Context) -> Iterator[Start]:
    named = service.get("image")
    if named is not None and PROXIES.match(named.value or "") and service.layer("build") is None:
        return
    variables, open_ = environ(service, context)
    image, folder = _image(service, context)
    if named is not None and service.layer("build") is None:
        variables = {**variables_of_own(context), **variables}
    place = _place(service, image, folder, variables, context).giving(open_)
    command, entrypoint = service.get("command"), service.get("entrypoint")
    given = command if command is not None else entrypoint
    if given is None:
        if image is not None:
            working = service.get("working_dir")
            yield from starts_of(
                image, context, folder, kind="dockerfile", environ=variables, service=service.name,
                directory=working.value if working is not None else None, given=open_,
            )  # fmt: skip
        return
    known = host_variables(service.layers[-1].folder, context)
    start = Start("compose", place, given.location, service=service.name)
    if entrypoint is None and (image is None or image.entrypoint is None) and command is not None:
        if command.kind == "sequence":
            yield from context.words(_words(command, known), start)
        else:
            yield from context.shell(_one_line(command, known), start, ())
        return
    first = _form(entrypoint, known) if entrypoint is not None else image.entrypoint if image else None
    second = _form(command, known) if command is not None else None
    yield from joined_starts(first, second, start, context)


def _form(node: Node, known: dict[str, Text | str]) -> Form | None:
    """``command`` and ``entrypoint`` are words in the end, whether written as a list or as one string."""
    if node.kind == "sequence":
        words = _words(node, known)
    else:
        words = split(_one_line(node, known)) if node.value else []
        words = [Built(word.pieces, word.location) for word in words]
    text = node.text() if node.kind == "scalar" else Text(())
    return Form(tuple(words), text, node.location) if words else None


def _words(node: Node, known: dict[str, Text | str]) -> list[Built]:
    return [
        Built(unknown_where_open(interpolated(Text(word.pieces), known)).pieces, word.location, word.style)
        for word in node.words()
    ]


def _one_line(node: Node, known: dict[str, Text | str]) -> Text:
    """Compose splits a string at blanks, line ends included."""
    return interpolated(node.text().replaced("\n", " "), known)


def _image(service: Service, context: Context) -> tuple[Image | None, str]:
    """The image that ``build`` makes, and its build context; none where there is no ``build``."""
    layer = service.layer("build")
    if layer is None:
        return None, service.layers[-1].folder
    build, folder = layer.fields["build"], layer.folder
    name = build.value if build.kind == "scalar" else build.string("context")
    base = context.tree.relative(joined(folder or ".", name or "."))
    if base is None:
        return None, folder
    inline = build.get("dockerfile_inline")
    if inline is not None and inline.kind == "scalar":
        chosen = final(images(_inline(inline), context.tree, base), build.string("target") or None)
        return (replace(chosen[-1], path="") if chosen else None), base
    wanted = build.string("dockerfile")
    for candidate in [wanted] if wanted else ["Dockerfile", "Containerfile", "dockerfile"]:
        path = context.tree.relative(joined(base or ".", candidate))
        source = context.tree.source(path) if path and path in context.tree.files else None
        if source is not None:
            chosen = final(images(source, context.tree, base), build.string("target") or None)
            if chosen:
                return chosen[-1], base
    return None, base


def _inline(node: Node) -> Source:
    """A Dockerfile that stands in a YAML block, at its place: everything around it is blank."""
    start, end = node.span
    text = node.source.text
    start = text.find("\n", start, end) + 1 or start
    around = re.sub(r"[^\n]", " ", text[:start])
    return Source(node.source.path, around + text[start:end])


def _place(
    service: Service, image: Image | None, folder: str, variables: dict[str, Text | str], context: Context
) -> Place:
    mounted = tuple(volumes(service, context))
    if image is not None:
        paths = paths_of(image, context.tree, folder)
        paths = Paths(context.tree, folder, (*paths.copied, *mounted), written=paths.written)
    else:
        paths = Paths(context.tree, folder, mounted, climb=not mounted)
    directory = image.directory if image is not None else "."
    working = service.get("working_dir")
    if working is not None and working.value:
        directory = joined(directory, working.value)
    elif image is None and mounted and directory == ".":
        directory = mounted[0].inside
    inherited: dict[str, Text | str] = dict(image.environ) if image is not None else {}
    stage = stage_of(image, folder) if image is not None else None
    return Place(paths, directory, {**inherited, **variables}, stage)


def matches(name: str, path: str) -> bool:
    """``compose.yml``, ``docker-compose.override.yaml``, ``compose.dev.yml``; not ``compose.test.yml``."""
    return NAME.match(name) is not None and NOT_SERVED.search(name) is None


READER = Reader("compose", matches, read, (b"services", b"include"))
