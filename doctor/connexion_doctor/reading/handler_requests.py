"""What the requests of a specification's operations give to their handlers, by name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from connexion_doctor.reading.handler_arguments import Operation
from connexion_doctor.reading.resolvers import Resolver
from connexion_doctor.reading.specification import METHODS
from connexion_doctor.reading.validity import followed

Document = Mapping[str, object]


def requests_of(document: Document, resolver: Resolver, major: int) -> Iterator[Operation]:
    """The operations with what a request gives their handlers.

    :param major: of Connexion: 2 passes an empty body where none is defined
    """
    paths = document["paths"]
    assert isinstance(paths, dict)
    for path, item in paths.items():
        for method, operation in item.items():
            if method not in METHODS or not isinstance(operation, dict):
                continue
            given = [*(item.get("parameters") or ()), *(operation.get("parameters") or ())]
            known = [one for each in given if (one := followed(each, document)) is not None and "name" in one]
            yield Operation(
                method,
                str(path),
                resolver.function(operation, document, path, method),
                known if len(known) == len(given) else None,
                _body(operation, document, major),
                bool(operation.get("security", document.get("security"))),
            )


def _body(operation: Document, document: Document, major: int) -> frozenset[str] | None:
    """The names that a body may be passed under; None where they are not all known. In Swagger 2 a body is
    a parameter, which has a name."""
    if "openapi" not in document:
        return frozenset()
    if "requestBody" not in operation:
        return frozenset({"body"} if major == 2 else ())
    body = followed(operation["requestBody"], document)
    content = body.get("content") if body is not None else None
    if body is None or not isinstance(content, dict):
        return None
    names = {str(body.get("x-body-name") or "body")}
    for kind, media in content.items():
        given = media.get("schema") or {} if isinstance(media, dict) else None
        schema = followed(given, document)
        if (
            schema is None
            or not isinstance(given, dict)
            or any(word in schema for word in ("allOf", "oneOf", "anyOf"))
        ):
            return None
        # What stands beside a ``$ref`` stays there (``connexion/json_schema.py``, ``resolve_refs``).
        names.update(str(one["x-body-name"]) for one in (given, schema) if "x-body-name" in one)
        properties = schema.get("properties")
        if isinstance(properties, dict) and "form" in str(kind):
            names.update(map(str, properties))
    return frozenset(names)
