"""Faults of a specification for which Connexion does not take it: those that its own words show.

Connexion holds what is added to the schemas of Swagger 2.0 and OpenAPI 3.0 (``connexion/spec.py``). What is
checked here are the fields that these require and allow near the top, as far down as parameters: the schemas
themselves are not shipped with the doctor.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from connexion_doctor.foundation.late import dataclass

METHODS = frozenset("get put post delete options head patch trace".split())
OPERATION = {
    "openapi": frozenset(
        "tags summary description externalDocs operationId parameters requestBody responses callbacks "
        "deprecated security servers".split()
    ),
    "swagger": frozenset(
        "tags summary description externalDocs operationId parameters responses deprecated security schemes "
        "consumes produces".split()
    ),
}
ROOT = {
    "openapi": frozenset("openapi info externalDocs servers security tags paths components".split()),
    "swagger": frozenset(
        "swagger info host basePath schemes consumes produces paths definitions parameters responses "
        "security securityDefinitions tags externalDocs".split()
    ),
}
DEEPEST = 60
FREE = ("example", "examples", "default", "enum")  # what stands there is data
LISTS = ("tags", "parameters", "security", "servers", "consumes", "produces")
PLACES = {
    "openapi": ("path", "query", "header", "cookie"),
    "swagger": ("path", "query", "header", "body", "formData"),
}
STATUS = re.compile(r"[1-5](\d\d|XX)|default")
VERSION = {"openapi": r"3\.0\.\d(-.+)?", "swagger": r"2\.0"}  # the same from Connexion 2.14 to 3.3
TYPES = ("array", "boolean", "integer", "number", "object", "string")
Object = Mapping[str, object]
Keys = tuple[str, ...]


@dataclass(frozen=True)
class Fault:
    """What is wrong, in the validator's words, and the keys that lead there."""

    keys: Keys
    says: str


def invalid(document: Object) -> Fault | None:
    """The first fault; None where none is seen."""
    return next(_faults(document, "openapi" if "openapi" in document else "swagger"), None)


def _faults(document: Object, kind: str) -> Iterator[Fault]:
    version = document.get(kind)
    if not isinstance(version, str) or not re.fullmatch(VERSION[kind], version):
        yield Fault((kind,), f"{version!r} does not match '^{VERSION[kind]}$'")
    yield from _required(document.get("info"), ("title", "version"), ("info",))
    yield from _fields(document, ROOT[kind], ())
    paths = document.get("paths")
    for path, item in paths.items() if isinstance(paths, dict) else ():
        at = ("paths", str(path))
        if not str(path).startswith(("/", "x-")):
            yield Fault(at[:1], f"{path!r} does not match any of the regexes: '^/', '^x-'")
        if not isinstance(item, dict) or "$ref" in item:
            continue
        yield from _parameters(item.get("parameters"), document, kind, (*at, "parameters"))
        for method, operation in item.items():
            if method in METHODS and isinstance(operation, dict):
                yield from _operation(operation, document, kind, (*at, method))
    if kind == "openapi":
        yield from _types(document, (), 0)


def _required(found: object, names: tuple[str, ...], at: Keys) -> Iterator[Fault]:
    if not isinstance(found, dict):
        yield Fault((), f"{at[-1]!r} is a required property")
        return
    for name in names:
        if name not in found:
            yield Fault(at, f"{name!r} is a required property")
        elif not isinstance(found[name], str):
            yield Fault((*at, name), f"{found[name]!r} is not of type 'string'")


def _fields(found: Object, allowed: frozenset[str], at: Keys) -> Iterator[Fault]:
    """Names that may not be there, and lists that are none."""
    for name, value in found.items():
        if name not in allowed and not str(name).startswith("x-"):
            yield Fault(at, f"Additional properties are not allowed ({name!r} was unexpected)")
        elif name in LISTS and not isinstance(value, list | dict):  # Swagger's root has parameters by name
            yield Fault((*at, name), f"{value!r} is not of type 'array'")


def _operation(operation: Object, document: Object, kind: str, at: Keys) -> Iterator[Fault]:
    yield from _fields(operation, OPERATION[kind], at)
    responses = operation.get("responses")
    if not isinstance(responses, dict):
        yield Fault(at, "'responses' is a required property")
        return
    inside = (*at, "responses")
    if not responses:
        yield Fault(inside, "{} does not have enough properties")
    for status, response in responses.items():
        if str(status).startswith("x-"):
            continue
        if not STATUS.fullmatch(str(status)):
            yield Fault(inside, f"{status!r} does not match any of the regexes")
        elif isinstance(response, dict) and not {"$ref", "description"} & set(response):
            yield Fault((*inside, str(status)), "'description' is a required property")
    body = operation.get("requestBody")
    if isinstance(body, dict) and "$ref" not in body and "content" not in body:
        yield Fault((*at, "requestBody"), "'content' is a required property")
    yield from _parameters(operation.get("parameters"), document, kind, (*at, "parameters"))


def _parameters(found: object, document: Object, kind: str, at: Keys) -> Iterator[Fault]:
    for index, one in enumerate(found if isinstance(found, list) else ()):
        parameter = followed(one, document)
        if parameter is None:
            continue
        place = parameter.get("in")
        typed = ("schema", "content") if kind == "openapi" else ("schema",) if place == "body" else ("type",)
        wrong = "name" not in parameter or place not in PLACES[kind]
        wrong = wrong or place == "path" and parameter.get("required") is not True
        if wrong or not set(typed) & set(parameter):
            says = f"{dict(parameter)!r} is not valid under any of the given schemas"
            yield Fault((*at, str(index)), says)


def _types(found: object, at: Keys, depth: int) -> Iterator[Fault]:
    """Types that OpenAPI 3.0 does not know, in every schema of the document."""
    if depth > DEEPEST:
        return
    if isinstance(found, list):
        for index, one in enumerate(found):
            yield from _types(one, (*at, str(index)), depth + 1)
    elif isinstance(found, dict):
        for name, value in found.items():
            if name == "type" and _is_schema(at):
                if value not in TYPES:
                    yield Fault((*at, "type"), f"{value!r} is not one of {list(TYPES)!r}")
            elif name not in FREE and not str(name).startswith("x-"):
                yield from _types(value, (*at, str(name)), depth + 1)


def _is_schema(at: Keys) -> bool:
    """Whether keys lead to a schema, and not to properties or to something else that has a type."""
    last, before = at[-1:], at[-2:-1]
    if before in (("properties",), ("schemas",), ("allOf",), ("oneOf",), ("anyOf",)):
        return True
    return last[0] in ("schema", "items", "not", "additionalProperties") if last else False


def followed(one: object, document: Object) -> Object | None:
    """A parameter, or the one that it refers to in the same file; None where that lies elsewhere."""
    for _ in range(5):
        if not isinstance(one, dict):
            return None
        reference = one.get("$ref")
        if not isinstance(reference, str):
            return one
        if not reference.startswith("#/"):
            return None
        one = document
        for part in reference.removeprefix("#/").split("/"):
            one = one.get(part) if isinstance(one, dict) else None
    return None
