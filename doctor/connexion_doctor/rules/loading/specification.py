"""A specification that Connexion refuses to load."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from difflib import get_close_matches

from connexion_doctor.discovery.yaml_nodes import Node, YamlError, documents
from connexion_doctor.facts.case import Case
from connexion_doctor.model import Applicability, Edit, Finding, Fix, Location, Raised, Severity
from connexion_doctor.rules.base import finding, rule
from connexion_doctor.rules.loading.target import target_word

# What is written for a type of JSON Schema by those who think of a language's own.
MEANT = {
    "int": "integer", "int32": "integer", "int64": "integer", "long": "integer", "str": "string",
    "text": "string", "char": "string", "uuid": "string", "date": "string", "datetime": "string",
    "bool": "boolean", "float": "number", "double": "number", "decimal": "number", "list": "array",
    "dict": "object", "map": "object", "Integer": "integer", "String": "string", "Boolean": "boolean",
    "Number": "number", "Array": "array", "Object": "object",
}  # fmt: skip
VERSION = "3.0.3"  # the newest OpenAPI that connexion/resources/schemas/v3.0/schema.json takes


def refused(case: Case) -> Raised | None:
    """The exception with which Connexion refused a specification while the app was loaded."""
    error = case.facts.load.error if case.facts.load is not None else None
    return error if error is not None and error.is_a("InvalidSpecification") else None


@rule("CXD019", "specification-refused", Severity.ERROR, breaks=True)
def specification_refused(case: Case) -> Iterator[Finding]:
    """Connexion refuses the specification: it is not what OpenAPI, or Swagger, says.

    What happens: the app does not load: ``connexion.exceptions.InvalidSpecification: '3.1.0' does not match
        '^3\\\\.0\\\\.\\\\d(-.+)?$'``, with the line of ``add_api`` at the end of the traceback.
    Why: Connexion holds every specification against the schema of its version; it knows Swagger 2 and OpenAPI
        3.0, no later one.
    Fix: correct the specification where the finding points; a value that is nearly one of those allowed is
        written so by machine.
    Before:
        openapi: 3.1.0
    After:
        openapi: 3.0.3
    Sources:
        https://github.com/spec-first/connexion/issues/1396
        https://spec.openapis.org/oas/v3.0.3
        test: tests/checkup/test_refused_specifications.py
    """
    error = refused(case)
    if error is None:
        return
    path, keys = error.attributes.get("specification"), _keys(error)
    file = case.relative(path) if path else "the specification"
    node = _node(case, path, keys) if path else None
    said = error.message.strip().splitlines() or ["no reason"]
    says = error.attributes.get("says") or said[0]
    inside = f" at {'.'.join(keys)}" if keys else ""
    yield finding(
        f"Connexion refuses {file}{inside}: {says}",
        evidence=(error.short,),
        location=_first_line(node) if node is not None else case.at(case.own_frame(error)),
        word=target_word(case),
        fixes=(_fix(node, keys, says) or Fix.by_hand(f"correct {file}{inside}"),),
    )


def _keys(error: Raised) -> list[str]:
    try:
        found = json.loads(error.attributes.get("at", "[]"))
    except ValueError:
        return []
    return [str(key) for key in found] if isinstance(found, list) else []


def _node(case: Case, path: str, keys: Sequence[str]) -> Node | None:
    """What stands at the keys of the specification, or above them as far as they lead."""
    source = case.sources.get(path)
    try:
        node = next(iter(documents(source, template=True)), None) if source is not None else None
    except YamlError:
        return None
    for key in keys:
        if node is None:
            return None
        elements = list(node.elements()) if key.isdecimal() else []
        inside = elements[int(key)] if key.isdecimal() and int(key) < len(elements) else node.get(key)
        if inside is None:
            break
        node = inside
    return node


def _first_line(node: Node) -> Location:
    place = node.location
    if place.end[0] == place.line:
        return place
    end = len(node.source.line(place.line)) + 1
    return Location(place.path, place.line, place.column, place.line, end)


def _fix(node: Node | None, keys: Sequence[str], says: str) -> Fix | None:
    """The edit of a version that is too new, of a type by a name of its own, of what is misspelt.

    :param says: what Connexion says of it
    """
    value = node.value if node is not None and node.kind == "scalar" else None
    if node is None or value is None:
        return None
    if list(keys) == ["openapi"] and value.startswith("3."):
        return Fix(
            f"Say OpenAPI {VERSION}, which Connexion takes.",
            Applicability.UNSAFE,
            recommended=True,
            edits=(_instead(node, value, VERSION),),
            costs=("what OpenAPI 3.1 alone knows (lists of types, const, webhooks) has to be put otherwise",),
        )
    if keys[-1:] == ["type"] and value in MEANT:
        edits = (_instead(node, value, MEANT[value]),)
        return Fix(f"Write `{MEANT[value]}`.", recommended=True, edits=edits)
    return _misspelt(node, value, says)


def _misspelt(node: Node, value: str, says: str) -> Fix | None:
    """The nearest of the values that there are."""
    listed = says.partition(f"{value!r} is not one of ")[2]
    near = get_close_matches(value, re.findall(r"'([^']+)'", listed), n=1, cutoff=0.75)
    if not near:
        return None
    return Fix(
        f"Write `{near[0]}`.",
        Applicability.UNSAFE,
        recommended=True,
        edits=(_instead(node, value, near[0]),),
        costs=(f"that {near[0]} was meant is a guess from how it is spelt",),
    )


def _instead(node: Node, value: str, new: str) -> Edit:
    """A scalar with another text, in the quotes that it stands in."""
    start, end = node.span
    return Edit(node.location, node.source.text[start:end].replace(value, new))
