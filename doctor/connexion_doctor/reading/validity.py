"""Faults of a specification for which Connexion does not take it: those that its own words show.

Connexion holds what is added to the schemas of Swagger 2.0 and OpenAPI 3.0 (``connexion/spec.py``). What is
checked here are the fields that these require and allow near the top, as far down as parameters: the schemas
themselves are not shipped with the doctor.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

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
LISTS = ("tags", "parameters", "security", "servers", "consumes", "produces")
PLACES = {
    "openapi": ("path", "query", "header", "cookie"),
    "swagger": ("path", "query", "header", "body", "formData"),
}
STATUS = re.compile(r"[1-5](\d\d|XX)|default")
Object = Mapping[str, object]


def invalid(document: Object) -> str | None:
    """The first fault, in the validator's words; None where none is seen."""
    kind = "openapi" if "openapi" in document else "swagger"
    if str(document.get(kind)).startswith("3.1"):
        return next(_required(document.get("info"), ("title", "version"), "info"), None)
    return next(_faults(document, kind), None)


def _faults(document: Object, kind: str) -> Iterator[str]:
    yield from _required(document.get("info"), ("title", "version"), "info")
    yield from _fields(document, ROOT[kind])
    paths = document.get("paths")
    for path, item in paths.items() if isinstance(paths, dict) else ():
        if not str(path).startswith(("/", "x-")):
            yield f"{path!r} does not match any of the regexes: '^/', '^x-'"
        if not isinstance(item, dict) or "$ref" in item:
            continue
        shared = item.get("parameters")
        yield from _parameters(shared, document, kind)
        for method, operation in item.items():
            if method in METHODS and isinstance(operation, dict):
                yield from _operation(operation, document, kind)


def _required(found: object, names: tuple[str, ...], where: str) -> Iterator[str]:
    if not isinstance(found, dict):
        yield f"{where!r} is a required property"
        return
    for name in names:
        if name not in found:
            yield f"{name!r} is a required property"
        elif not isinstance(found[name], str):
            yield f"{found[name]!r} is not of type 'string'"


def _fields(found: Object, allowed: frozenset[str]) -> Iterator[str]:
    """Names that may not be there, and lists that are none."""
    for name, value in found.items():
        if name not in allowed and not str(name).startswith("x-"):
            yield f"Additional properties are not allowed ({name!r} was unexpected)"
        elif name in LISTS and not isinstance(value, list | dict):  # Swagger's root has parameters by name
            yield f"{value!r} is not of type 'array'"


def _operation(operation: Object, document: Object, kind: str) -> Iterator[str]:
    yield from _fields(operation, OPERATION[kind])
    responses = operation.get("responses")
    if not isinstance(responses, dict):
        yield "'responses' is a required property"
        return
    if not responses:
        yield "{} does not have enough properties"
    for status, response in responses.items():
        if str(status).startswith("x-"):
            continue
        if not STATUS.fullmatch(str(status)):
            yield f"{status!r} does not match any of the regexes"
        elif isinstance(response, dict) and not {"$ref", "description"} & set(response):
            yield "'description' is a required property"
    body = operation.get("requestBody")
    if isinstance(body, dict) and "$ref" not in body and "content" not in body:
        yield "'content' is a required property"
    yield from _parameters(operation.get("parameters"), document, kind)


def _parameters(found: object, document: Object, kind: str) -> Iterator[str]:
    for one in found if isinstance(found, list) else ():
        parameter = _followed(one, document)
        if parameter is None:
            continue
        place = parameter.get("in")
        typed = ("schema", "content") if kind == "openapi" else ("schema",) if place == "body" else ("type",)
        wrong = "name" not in parameter or place not in PLACES[kind]
        wrong = wrong or place == "path" and parameter.get("required") is not True
        if wrong or not set(typed) & set(parameter):
            yield f"{dict(parameter)!r} is not valid under any of the given schemas"


def _followed(one: object, document: Object) -> Object | None:
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
