"""The schemas of a specification as they stand in its file: of requests, of answers, and inside of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from connexion_doctor.discovery.yaml_nodes import Node, YamlError, documents
from connexion_doctor.model import Edit
from connexion_doctor.model.source import Source
from connexion_doctor.python.operations import METHODS, is_json

MOST = 500  # schemas inside of one
KEPT = 20_000  # references, and what schemas are made of
INSIDE = ("items", "additionalProperties")
SEVERAL = ("allOf", "anyOf", "oneOf")


@lru_cache(maxsize=8)
def document_of(path: str, text: str) -> Node | None:
    """The specification; None of what cannot be read."""
    try:
        return next(iter(documents(Source(path, text), template=True)), None)
    except YamlError:
        return None


def of_requests(document: Node) -> Iterator[tuple[str, Node]]:
    """The schema of every body, with the operation: ``POST /pets``."""
    for spoken, item, operation in _operations(document):
        for content in _contents(document, operation.get("requestBody")):
            yield from ((spoken, schema) for _, schema in content)
        for listed in (item.get("parameters"), operation.get("parameters")):
            for one in listed.elements() if listed is not None else ():
                parameter = resolved(document, one)
                schema = parameter.get("schema") if parameter is not None else None
                if parameter is not None and parameter.string("in") == "body" and schema is not None:
                    yield spoken, schema


def of_answers(document: Node) -> Iterator[tuple[str, Node]]:
    """The schema of everything that is answered in JSON, with the operation."""
    for spoken, _, operation in _operations(document):
        responses = operation.get("responses")
        for _, response in responses.items() if responses is not None else ():
            for content in _contents(document, response):
                yield from ((spoken, schema) for kind, schema in content if is_json(kind))
            plain = resolved(document, response)
            schema = plain.get("schema") if plain is not None else None
            if schema is not None:
                yield spoken, schema


def inside(document: Node, schema: Node) -> Iterator[Node]:
    """A schema and all that it is made of, each once."""
    first = resolved(document, schema)
    left = [first] if first is not None else []
    seen = {id(one.raw) for one in left}
    while left and len(seen) < MOST:
        one = left.pop()
        yield one
        new = [part for part in _parts(document, one) if id(part.raw) not in seen]
        seen |= {id(part.raw) for part in new}
        left += new


@lru_cache(maxsize=KEPT)
def _parts(document: Node, schema: Node) -> tuple[Node, ...]:
    properties = schema.get("properties")
    found = [value for _, value in properties.items()] if properties is not None else []
    found += [value for name in INSIDE if (value := schema.get(name)) is not None]
    found += [
        each for name in SEVERAL if (value := schema.get(name)) is not None for each in value.elements()
    ]
    return tuple(part for one in found if (part := resolved(document, one)) is not None)


def resolved(document: Node, node: Node) -> Node | None:
    """What a reference inside the document leads to; None of one that leads elsewhere."""
    found: Node | None = node
    for _ in range(8):
        reference = found.string("$ref") if found is not None and found.kind == "mapping" else None
        if found is None or reference is None:
            return found
        found = _referred(document, reference)
    return None


@lru_cache(maxsize=KEPT)
def _referred(document: Node, reference: str) -> Node | None:
    keys = [key.replace("~1", "/").replace("~0", "~") for key in reference[2:].split("/")]
    return document.get(*keys) if reference.startswith("#/") else None


def without(schema: Node, names: set[str]) -> tuple[Edit, ...]:
    """The edits that take names out of ``required``; none where they cannot be made for certain."""
    required = schema.get("required")
    elements = list(required.elements()) if required is not None else []
    if required is None or any(one.kind != "scalar" for one in elements):
        return ()
    source, goes = schema.source, [one.value in names for one in elements]
    if not all(goes) and required.flow:
        return tuple(_from_list(elements, goes))
    if not all(goes):
        return tuple(_line(source, *one.span) for one in elements if one.value in names)
    pairs = [(key, value) for key, value in schema.raw.value]
    at = next(at for at, (key, _) in enumerate(pairs) if str(key.value) == "required")
    begin, end = pairs[at][0].start_mark.index, required.span[1]
    if not schema.flow:
        return (_line(source, begin, end),)
    if at + 1 < len(pairs):
        return (Edit(source.span(begin, pairs[at + 1][0].start_mark.index), ""),)
    before = Node(source, pairs[at - 1][1]).span[1] if at else begin
    return (Edit(source.span(before, end), ""),)


def _from_list(elements: Sequence[Node], goes: Sequence[bool]) -> Iterator[Edit]:
    """What goes of ``[a, b, c]``, each run of it with one of the commas beside it."""
    for begin, name in enumerate(elements):
        if not goes[begin] or begin and goes[begin - 1]:
            continue
        end = next((at for at in range(begin, len(goes)) if not goes[at]), None)
        if end is not None:
            yield Edit(name.source.span(name.span[0], elements[end].span[0]), "")
        else:
            yield Edit(name.source.span(elements[begin - 1].span[1], elements[-1].span[1]), "")


def _line(source: Source, begin: int, end: int) -> Edit:
    """The lines of a span, taken out."""
    text = source.text
    behind = text.find("\n", end) + 1 or len(text)
    return Edit(source.span(text.rfind("\n", 0, begin) + 1, behind), "")


def _operations(document: Node) -> Iterator[tuple[str, Node, Node]]:
    paths = document.get("paths")
    for route, item in paths.items() if paths is not None else ():
        path = resolved(document, item)
        for method, operation in path.items() if path is not None else ():
            if path is not None and method in METHODS and operation.kind == "mapping":
                yield f"{method.upper()} {route}", path, operation


def _contents(document: Node, node: Node | None) -> Iterator[list[tuple[str, Node]]]:
    """The media types of a body or a response, with their schemas."""
    whole = resolved(document, node) if node is not None else None
    content = whole.get("content") if whole is not None else None
    if content is not None:
        pairs = [(kind, one.get("schema")) for kind, one in content.items()]
        yield [(kind, schema) for kind, schema in pairs if schema is not None]
