"""Kubernetes manifests, OpenShift templates, Helm templates and values: containers with ``command``/``args``.

Helm's ``{{ }}`` are holes: what stands in one is not known. Probes and init containers start no app.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from connexion_doctor.commands.expand import Built
from connexion_doctor.commands.placed_text import HOLE, Piece, Text
from connexion_doctor.commands.plain import split
from connexion_doctor.discovery.context import Context
from connexion_doctor.discovery.reader import Reader
from connexion_doctor.discovery.readers.dockerfile import variables_of_own
from connexion_doctor.discovery.starts import Place, Start
from connexion_doctor.discovery.yaml_nodes import Node, documents
from connexion_doctor.foundation import late
from connexion_doctor.model.source import Source

DEEPEST = 30
MOST_NODES = 20_000
VARIABLE = late.pattern(r"\$\((\w+)\)")
TEMPLATED = late.pattern(r"\$\{\{?(\w+)\}?\}")
VALUES = late.pattern(r"^values([-_.].*)?\.ya?ml$")  # of a Helm chart: its shape is the chart's own


def read(path: str, source: Source, context: Context) -> Iterator[Start]:
    """The starts of its containers."""
    for document in documents(source, template=True):
        budget = [MOST_NODES]
        parameters = _parameters(document)
        for container in _containers(document, 0, budget, set(), _of_values(document)):
            yield from _container(path, container, context, parameters)


def _containers(
    node: Node, depth: int, budget: list[int], seen: set[int], inside: bool = False
) -> Iterator[Node]:
    """Mappings with a command that stand in ``containers`` (``inside``)."""
    budget[0] -= 1
    if depth > DEEPEST or budget[0] < 0 or id(node.raw) in seen:
        return
    seen.add(id(node.raw))
    if node.kind == "sequence":
        for element in node.elements():
            yield from _containers(element, depth + 1, budget, seen, inside)
        return
    fields = dict(node.items())
    kinds = ("sequence", "scalar") if _of_values(node) else ("sequence",)
    if inside and any(key in fields and fields[key].kind in kinds for key in ("command", "args")):
        yield node
        return
    for key, value in fields.items():
        if key not in ("initContainers", "livenessProbe", "readinessProbe", "startupProbe", "lifecycle"):
            within = inside if _of_values(node) else False
            yield from _containers(value, depth + 1, budget, seen, within or key == "containers")


def _of_values(node: Node) -> bool:
    return VALUES.match(node.source.path.rpartition("/")[2]) is not None


def _words(node: Node | None) -> list[Built]:
    """A list of words; a string, which only a chart's values have, is split at blanks."""
    if node is None:
        return []
    return split(node.text()) if node.kind == "scalar" else node.words()


def _parameters(document: Node) -> dict[str, Text]:
    """The values of an OpenShift template's parameters."""
    found = {}
    given = document.get("parameters") if document.string("kind") == "Template" else None
    for one in given.elements() if given is not None else ():
        name, value = one.string("name"), one.get("value")
        if name and value is not None and value.value is not None:
            found[name] = value.text()
    return found


def _container(path: str, node: Node, context: Context, parameters: Mapping[str, Text]) -> Iterator[Start]:
    command, arguments = node.get("command"), node.get("args")
    words = [*_words(command), *_words(arguments)]
    if not words:
        return
    location = (command or arguments or node).location
    if command is None and context.given_to_image(words, location):
        return
    environ: dict[str, Text | str] = {**variables_of_own(context)}
    given: set[str] = set()
    env = node.get("env")
    for entry in env.elements() if env is not None else ():
        name, value = entry.string("name"), entry.get("value")
        given.add(name or "")
        if (
            name
            and value is not None
            and value.value is not None
            and "{{" not in value.value
            and "$(" not in value.value
        ):
            environ[name] = value.text()
    place = context.place(path, node.string("workingDir") or ".", climb=True)
    name = node.string("name")
    start = Start(
        "kubernetes",
        Place(place.paths, place.directory, environ, given=frozenset(given)),
        location,
        service=name if name and HOLE not in name else None,
    )
    words = [_expanded(word, parameters, TEMPLATED) for word in words]
    yield from context.words([_expanded(word, environ, VARIABLE) for word in words], start)


def _expanded(word: Built, environ: Mapping[str, Text | str], pattern: re.Pattern[str]) -> Built:
    """``$(NAME)`` in a container's words is put in by Kubernetes, from the container's ``env``;
    ``${NAME}`` by OpenShift, from the template's parameters."""
    match = pattern.search(word.text)
    if pattern is TEMPLATED and (match is None or match[1] not in environ):
        return word
    if match is None or "$$(" in word.text:
        return word
    whole = Text(word.pieces)
    value = environ.get(match[1])
    if value is None:
        middle: tuple[Piece, ...] = tuple(replace(piece, known=False) for piece in whole.part(*match.span()))
    else:
        middle = value.pieces if isinstance(value, Text) else (Piece(value),)
    pieces = (*whole.part(0, match.start()), *middle, *whole.part(match.end(), len(whole.value)))
    return replace(word, pieces=pieces)


def matches(name: str, path: str) -> bool:
    """Any YAML file; whether it is a manifest its bytes tell."""
    return name.endswith((".yaml", ".yml")) and not name.startswith(("docker-compose", "compose"))


READER = Reader("kubernetes", matches, read, (b"containers:", b"command:", b"args:"))
