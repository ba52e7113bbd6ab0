"""Dockerfile -> the images it builds: working directory, variables, copied files,
what is run to build them, entry point, command.

Source: Dockerfile reference; "Understand how CMD and ENTRYPOINT interact"; multi-stage builds.
"""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Mapping, Sequence
from dataclasses import field, replace

from connexion_doctor.commands.directories import joined
from connexion_doctor.commands.expand import Built
from connexion_doctor.commands.placed_text import Text, text_of
from connexion_doctor.commands.shell import written_by
from connexion_doctor.discovery.dockerfile_syntax import (
    Instruction,
    expanded,
    fields,
    instructions,
    json_words,
)
from connexion_doctor.discovery.paths import Copied, Paths
from connexion_doctor.discovery.tree import Tree
from connexion_doctor.foundation import late
from connexion_doctor.foundation.late import dataclass
from connexion_doctor.model import Location, Stage
from connexion_doctor.model.source import Source

NOT_SERVED = late.pattern(
    r"(?i)(^|[-_.])(lint(er|ing)?|tests?|testing|check|docs?|ci|coverage|unittests?)($|[-_.])"
)
RUN_FLAGS = late.pattern(r"\s*(--[a-z]+(=\S*)?\s+)*")


@dataclass(frozen=True)
class Form:
    """CMD or ENTRYPOINT: the words of the exec form, or the text of the shell form."""

    words: tuple[Built, ...] | None
    text: Text
    location: Location
    stage: int = 0


@dataclass(frozen=True)
class Run:
    """A RUN instruction, with the folder and the variables that it has, and the files of the project that are
    there while it runs (``COPY``, ``--mount=type=bind``)."""

    text: Text
    location: Location
    directory: str
    environ: Mapping[str, Text]
    words: tuple[Built, ...] | None = None
    copied: tuple[Copied, ...] = ()
    written: Mapping[str, Text | None] = field(default_factory=dict)


@dataclass(frozen=True)
class Image:
    """One stage with what it inherits from earlier ones."""

    name: str
    base: str
    location: Location
    directory: str = "/"
    environ: Mapping[str, Text] = field(default_factory=dict)
    arguments: Mapping[str, Text] = field(default_factory=dict)
    copied: tuple[Copied, ...] = ()
    written: Mapping[str, Text | None] = field(default_factory=dict)
    entrypoint: Form | None = None
    command: Form | None = None
    parents: tuple[int, ...] = ()
    index: int = 0
    path: str = ""  # of the Dockerfile
    runs: tuple[Run, ...] = ()  # those of the stages that it takes files from, too


def images(source: Source, tree: Tree, context: str) -> list[Image]:
    """The stages of a Dockerfile whose build context is the folder ``context``; read once a tree."""
    key = (source.path, source.text, context)
    if key not in tree.kept:
        tree.kept[key] = _images(source, tree, context)
    return [one for one in tree.kept[key] if isinstance(one, Image)]


def _images(source: Source, tree: Tree, context: str) -> list[Image]:
    found: list[Image] = []
    arguments: dict[str, Text] = {}
    current: Image | None = None
    for instruction in _instructions(source, tree):
        if instruction.keyword == "FROM":
            if current is not None:
                found.append(current)
            current = _from(instruction, found, arguments, source.path)
        elif current is None:
            if instruction.keyword == "ARG":
                _argument(instruction, arguments, {})
        else:
            current = _apply(current, instruction, arguments, found, tree, context)
    return [*found, current] if current is not None else found


def _instructions(source: Source, tree: Tree) -> Sequence[Instruction]:
    """Those of a Dockerfile; read once a tree."""
    key = (source.path, source.text)
    if key not in tree.kept:
        tree.kept[key] = tuple(instructions(source))
    return [one for one in tree.kept[key] if isinstance(one, Instruction)]


def final(stages: Sequence[Image], target: str | None = None) -> list[Image]:
    """The stages that are started: the one asked for, or the last and those that only a target can mean."""
    if target is not None:
        return [stage for stage in stages if stage.name.lower() == target.lower()] or list(stages[-1:])
    if not stages:
        return []
    last = stages[-1]
    above = {parent for stage in stages for parent in stage.parents}
    chosen = []
    for stage in stages[:-1]:
        own = [
            form
            for form in (stage.entrypoint, stage.command)
            if form is not None and form.stage == stage.index
        ]
        if own and stage.name and stage.index not in above and not NOT_SERVED.search(stage.name):
            chosen.append(stage)
    return [*chosen, last]


def guess_context(source: Source, tree: Tree, folder: str) -> str:
    """The build context: the nearest folder that has what is copied (the Dockerfile's own first)."""
    wanted = []
    for instruction in _instructions(source, tree):
        if instruction.keyword in ("COPY", "ADD"):
            words = [word.value for word in fields(instruction.text, {})]
            if not any(word.startswith("--from") for word in words):
                wanted += [
                    word.removeprefix("./").strip("/")
                    for word in words[:-1]
                    if not word.startswith(("--", "http", "<<", "["))
                ]
    wanted = [path for path in wanted if path not in (".", "") and not set("*?$") & set(path)]
    best, score, above = folder, -1, folder
    while True:
        here = sum(tree.exists(f"{above}/{path}" if above else path) for path in wanted)
        if here > score:
            best, score = above, here
        if not above or (wanted and score == len(wanted)):
            return best
        above = above.rpartition("/")[0]


def paths_of(image: Image, tree: Tree, context: str) -> Paths:
    """How paths in the image map to the project."""
    return Paths(tree, context, image.copied, written=image.written)


def stage_of(image: Image, context: str) -> Stage | None:
    """Where an image is built, for a launch; None for one that stands in another kind of file."""
    return Stage(image.path, image.index, context) if image.path else None


def _from(instruction: Instruction, found: list[Image], arguments: Mapping[str, Text], path: str) -> Image:
    words = [word.value for word in fields(instruction.text, arguments) if not word.value.startswith("--")]
    base = words[0] if words else ""
    name = words[2] if len(words) > 2 and words[1].lower() == "as" else ""
    for parent in found:
        if (parent.name and parent.name.lower() == base.lower()) or base == str(parent.index):
            return replace(
                parent, name=name, location=instruction.location, parents=(*parent.parents, parent.index),
                index=len(found), arguments={},
            )  # fmt: skip
    return Image(name, base, instruction.location, index=len(found), path=path)


def _argument(instruction: Instruction, target: dict[str, Text], known: Mapping[str, Text]) -> None:
    for word in fields(instruction.text, {**known, **target}):
        name, equals, _ = word.value.partition("=")
        if equals:
            target[name] = Text(word.part(len(name) + 1, len(word.value)))


def _apply(
    image: Image,
    instruction: Instruction,
    arguments: Mapping[str, Text],
    found: list[Image],
    tree: Tree,
    context: str,
) -> Image:
    keyword = instruction.keyword
    variables = {**image.arguments, **image.environ}
    if keyword == "ARG":
        own = dict(image.arguments)
        name = instruction.text.value.strip()
        if name in arguments:
            own[name] = arguments[name]
        _argument(instruction, own, variables)
        return replace(image, arguments=own)
    if keyword == "ENV":
        return replace(image, environ={**image.environ, **_environ(instruction, variables)})
    if keyword == "WORKDIR":
        return replace(
            image, directory=joined(image.directory, expanded(instruction.text, variables).value or ".")
        )
    if keyword in ("COPY", "ADD"):
        words = fields(instruction.text, variables)
        copied = _copied(image, instruction, words, found, tree, context)
        written = {**image.written, **_written(image, instruction, words)}
        runs = (*image.runs, *_runs_behind(words, found))
        return replace(image, copied=(*image.copied, *copied), written=written, runs=runs)
    if keyword == "RUN":
        run = _run(image, instruction, variables, tree, context)
        return replace(image, runs=(*image.runs, run), written={**image.written, **_made_by(run)})
    if keyword == "ENTRYPOINT":
        inherited = image.command is not None and image.command.stage != image.index
        return replace(
            image, entrypoint=_form(instruction, image), command=None if inherited else image.command
        )
    if keyword == "CMD":
        return replace(image, command=_form(instruction, image))
    return image


def _form(instruction: Instruction, image: Image) -> Form | None:
    words = instruction.words()
    if words is not None and not words:
        return None
    return Form(None if words is None else tuple(words), instruction.text, instruction.location, image.index)


def _environ(instruction: Instruction, variables: Mapping[str, Text]) -> dict[str, Text]:
    text = instruction.text
    if re.match(r"[\w.-]+\s*=", text.value) is None:  # ENV NAME the whole rest
        match = re.match(r"([\w.-]+)\s+(.*)", text.value, re.DOTALL)
        return {match[1]: expanded(Text(text.part(*match.span(2))), variables)} if match else {}
    found = {}
    for word in fields(text, variables):
        name, equals, _ = word.value.partition("=")
        if equals:
            found[name] = Text(word.part(len(name) + 1, len(word.value)))
    return found


def _written(image: Image, instruction: Instruction, given: Sequence[Text]) -> dict[str, Text]:
    """Files that here-documents become."""
    words = [word.value for word in given if not word.value.startswith("--")]
    into, found = (words[-1] if words else ""), {}
    for name, text in instruction.documents.items():
        inside = joined(image.directory, f"{into}/{name}" if into.endswith("/") else into)
        found[inside] = text
    return found


def _run(
    image: Image, instruction: Instruction, variables: Mapping[str, Text], tree: Tree, context: str
) -> Run:
    flags = RUN_FLAGS.match(instruction.text.value)
    text = Text(instruction.text.part(flags.end() if flags else 0, len(instruction.text.value)))
    copied = list(image.copied)
    for mount in re.findall(r"--mount=(\S+)", flags[0] if flags else ""):
        given = dict(part.partition("=")[::2] for part in mount.split(","))
        into = given.get("target") or given.get("dst") or given.get("destination")
        if given.get("type") == "bind" and into and "from" not in given:
            inside = joined(image.directory, into)
            found = _matching(tree, context, given.get("source") or given.get("src") or ".")
            copied += [Copied(inside, path, path in tree.folders or path == "") for path in found]
    documents = list(instruction.documents.values())
    if documents and text.value.lstrip().startswith("<<"):
        text = documents[0]
    words = json_words(text)
    return Run(
        text,
        instruction.location,
        image.directory,
        variables,
        None if words is None else tuple(words),
        tuple(copied),
        image.written,
    )


def _made_by(run: Run) -> Mapping[str, Text | None]:
    """The files that a RUN line writes (``RUN echo ... > uwsgi.ini``)."""
    if run.words is not None or not (">" in run.text.value or "tee" in run.text.value):
        return {}
    return written_by(run.text, run.environ, run.directory)


def _runs_behind(words: Sequence[Text], found: Sequence[Image]) -> tuple[Run, ...]:
    """What was run in the stage that ``COPY --from`` takes files from."""
    for word in words:
        name = word.value.removeprefix("--from=")
        if name != word.value:
            for one in found:
                if (one.name and one.name.lower() == name.lower()) or str(one.index) == name:
                    return one.runs
    return ()


def _copied(
    image: Image,
    instruction: Instruction,
    given: Sequence[Text],
    found: list[Image],
    tree: Tree,
    context: str,
) -> list[Copied]:
    listed = json_words(instruction.text)
    words = [text_of(word.text) for word in listed] if listed is not None else given
    flags = [word.value for word in words if word.value.startswith("--")]
    paths = [word for word in words if not word.value.startswith("--")]
    if len(paths) < 2 or not paths[-1].known:
        return []
    into = paths[-1].value
    inside = joined(image.directory, into)
    as_folder = into.endswith(("/", ".")) or len(paths) > 2 or inside == image.directory
    origin = next((flag.partition("=")[2] for flag in flags if flag.startswith("--from=")), None)
    if origin is not None:
        stage = next(
            (one for one in found if one.name.lower() == origin.lower() or str(one.index) == origin), None
        )
        return (
            []
            if stage is None
            else [copy for path in paths[:-1] for copy in _from_stage(stage, path.value, inside, as_folder)]
        )
    copies = []
    for path in paths[:-1]:
        if not path.known:
            continue
        for source in _matching(tree, context, path.value):
            if source in tree.folders or source == "":
                copies.append(Copied(inside, source, True))
            else:
                name = source.rpartition("/")[2]
                copies.append(Copied(f"{inside.rstrip('/')}/{name}" if as_folder else inside, source, False))
    return copies


def _matching(tree: Tree, context: str, path: str) -> list[str]:
    relative = tree.relative(f"{context}/{path.lstrip('/')}" if context else path.lstrip("/") or ".")
    if relative is None:
        return []
    if not set("*?[") & set(relative):
        return [relative] if tree.exists(relative) else []
    folder, _, pattern = relative.rpartition("/")
    names = tree.folders.get(folder, [])
    return [f"{folder}/{name}" if folder else name for name in names if fnmatch.fnmatchcase(name, pattern)]


def _from_stage(stage: Image, path: str, inside: str, as_folder: bool) -> list[Copied]:
    copies = []
    start = joined(stage.directory, path)
    for copy in stage.copied:
        if copy.inside == start:
            name = start.rpartition("/")[2]
            into = f"{inside.rstrip('/')}/{name}" if as_folder and not copy.folder else inside
            copies.append(replace(copy, inside=into))
        elif copy.inside.startswith(start.rstrip("/") + "/"):
            copies.append(replace(copy, inside=inside.rstrip("/") + copy.inside[len(start.rstrip("/")) :]))
        elif copy.folder and start.startswith(copy.inside.rstrip("/") + "/"):
            rest = start[len(copy.inside.rstrip("/")) + 1 :]
            copies.append(Copied(inside, f"{copy.outside}/{rest}" if copy.outside else rest, True))
    return copies
