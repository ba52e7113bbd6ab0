"""Dockerfile, Containerfile: ENTRYPOINT and CMD of the stages that are started."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from connexion_doctor.commands.expand import Built
from connexion_doctor.commands.placed_text import Text
from connexion_doctor.discovery import base_images
from connexion_doctor.discovery.context import Context
from connexion_doctor.discovery.images import (
    NOT_SERVED,
    Form,
    Image,
    final,
    guess_context,
    images,
    paths_of,
    stage_of,
)
from connexion_doctor.discovery.reader import Reader
from connexion_doctor.discovery.starts import Place, Start
from connexion_doctor.discovery.tree import Tree
from connexion_doctor.foundation import late
from connexion_doctor.model.source import Source

NAME = late.pattern(r"(?i)^(dockerfile|containerfile)([.-].*)?$|^.*[.-](dockerfile|containerfile)$")
NOT_ONES = (
    ".md",
    ".mustache",
    ".j2",
    ".jinja",
    ".jinja2",
    ".tmpl",
    ".template",
    ".dockerignore",
    ".py",
    ".erb",
)

FOR_SERVERS = ("GUNICORN_CMD_ARGS", "UVICORN_", "GRANIAN_", "WEB_CONCURRENCY")


def read(path: str, source: Source, context: Context) -> Iterator[Start]:
    """The starts of the images it builds."""
    folder = guess_context(source, context.tree, path.rpartition("/")[0])
    for image in final(images(source, context.tree, folder)):
        yield from starts_of(image, context, folder, kind="dockerfile")


def starts_of(
    image: Image,
    context: Context,
    folder: str,
    *,
    kind: str,
    environ: Mapping[str, Text | str] | None = None,
    service: str | None = None,
    directory: str | None = None,
    given: frozenset[str] = frozenset(),
) -> Iterator[Start]:
    """The starts of an image as it is; ``environ``, ``directory`` and ``given`` come on top of its own."""
    place = place_of(image, context, folder, environ, directory).giving(given)
    form = image.entrypoint or image.command
    if form is None:
        start = Start(kind, place, image.location, service=service or image.name or None)
        yield from base_images.starts_of(image.base, start, context)
        return
    start = Start(kind, place, form.location, service=service or image.name or None)
    yield from joined_starts(image.entrypoint, image.command, start, context)


def place_of(
    image: Image,
    context: Context,
    folder: str,
    environ: Mapping[str, Text | str] | None = None,
    directory: str | None = None,
) -> Place:
    """Where a process of the image runs."""
    return Place(
        paths_of(image, context.tree, folder),
        directory or image.directory,
        {**image.environ, **(environ or {})},
        stage_of(image, folder),
    )


def joined_starts(
    entrypoint: Form | None, command: Form | None, start: Start, context: Context
) -> Iterator[Start]:
    """ENTRYPOINT and CMD as the builder joins them."""
    if entrypoint is None:
        if command is None:
            return
        if command.words is not None:
            yield from context.words(command.words, start)
        else:
            yield from context.shell(command.text, start, ())
    elif entrypoint.words is None:
        yield from context.shell(entrypoint.text, start, ())
    else:
        yield from context.words([*entrypoint.words, *as_words(command)], start)


def variables_of_own(context: Context) -> dict[str, Text]:
    """The variables that the one image of the project sets for servers: a container of an image from
    elsewhere runs it, as far as the files tell."""
    if context.own_variables is None:
        context.own_variables = _of_own(context.tree)
    return context.own_variables


def _of_own(tree: Tree) -> dict[str, Text]:
    found = [path for name, paths in tree.named.items() for path in paths if matches(name, path)]
    near = [path for path in found if "/" not in path] or found
    source = tree.source(near[0]) if len(near) == 1 else None
    if source is None:
        return {}
    chosen = final(images(source, tree, guess_context(source, tree, near[0].rpartition("/")[0])))
    environ = chosen[-1].environ if chosen else {}
    return {name: value for name, value in environ.items() if name.startswith(FOR_SERVERS)}


def as_words(command: Form | None) -> Sequence[Built]:
    """CMD as arguments of an ENTRYPOINT: the shell form arrives as ``/bin/sh -c text``."""
    if command is None:
        return ()
    if command.words is not None:
        return command.words
    from connexion_doctor.commands.placed_text import Piece

    shell = [Built((Piece(word),), None) for word in ("/bin/sh", "-c")]
    return [*shell, Built(command.text.pieces, command.location)]


def matches(name: str, path: str) -> bool:
    """``Dockerfile``, ``dockerfile``, ``Dockerfile.web``, ``web.dockerfile``, ``Containerfile``."""
    if NOT_SERVED.search(name) is not None or name.lower().endswith(NOT_ONES):
        return False
    return NAME.match(name) is not None


READER = Reader("dockerfile", matches, read)
