"""Task definitions of Amazon ECS: containers with ``entryPoint``/``command``, as ``register-task-definition``
takes them (``containerDefinitions``) and as CloudFormation spells them (``ContainerDefinitions``).
"""

from __future__ import annotations

from collections.abc import Iterator

from connexion_doctor.commands.placed_text import Text
from connexion_doctor.discovery.context import Context
from connexion_doctor.discovery.reader import Reader
from connexion_doctor.discovery.starts import Place, Start
from connexion_doctor.discovery.yaml_nodes import Node, documents
from connexion_doctor.model.source import Source

DEEPEST = 12  # Resources, the task's name, Properties, and what macros put around
MOST_NODES = 20_000


def read(path: str, source: Source, context: Context) -> Iterator[Start]:
    """The starts of its containers."""
    for document in documents(source, template=True):
        budget = [MOST_NODES]
        for container in _containers(document, 0, budget):
            yield from _container(path, container, context)


def _containers(node: Node, depth: int, budget: list[int]) -> Iterator[Node]:
    budget[0] -= 1
    if depth > DEEPEST or budget[0] < 0:
        return
    if node.kind == "sequence":
        for element in node.elements():
            yield from _containers(element, depth + 1, budget)
    for key, value in node.items() if node.kind == "mapping" else ():
        if key in ("containerDefinitions", "ContainerDefinitions"):
            yield from value.elements()
        else:
            yield from _containers(value, depth + 1, budget)


def _of(node: Node, name: str) -> Node | None:
    """A field by either spelling."""
    return node.get(name) or node.get(name[0].upper() + name[1:])


def _container(path: str, node: Node, context: Context) -> Iterator[Start]:
    entry_point, command = _of(node, "entryPoint"), _of(node, "command")
    words = [word for one in (entry_point, command) if one is not None for word in one.words()]
    if not words:
        return
    location = (entry_point or command or node).location
    if entry_point is None and context.given_to_image(words, location):
        return
    environ: dict[str, Text | str] = {}
    environment = _of(node, "environment")
    for entry in environment.elements() if environment is not None else ():
        name, value = _of(entry, "name"), _of(entry, "value")
        if name is not None and name.value and value is not None and value.value is not None:
            environ[name.value] = value.text()
    secrets = _of(node, "secrets")
    asked = (_of(entry, "name") for entry in (secrets.elements() if secrets is not None else ()))
    given = frozenset(one.value for one in asked if one is not None and one.value)
    directory, name = _of(node, "workingDirectory"), _of(node, "name")
    inside = directory.value if directory is not None and directory.value else "."
    place = context.place(path, inside, climb=True)
    service = name.value if name is not None else None
    start = Start("ecs", Place(place.paths, place.directory, environ, given=given), location, service=service)
    yield from context.words(words, start)


def matches(name: str, path: str) -> bool:
    """Any JSON or YAML file; whether it is a task definition its bytes tell."""
    return name.endswith((".json", ".yaml", ".yml", ".template"))


READER = Reader("ecs", matches, read, (b"ontainerDefinitions",))
