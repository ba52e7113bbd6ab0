"""The operations of a specification, as far as handlers depend on them.

Sources: ``connexion/operations/openapi.py`` and ``swagger2.py`` of Connexion 2.14 and 3.3: the types of an
operation's responses are those of all its statuses together.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from connexion_doctor.foundation import json_text, late, yaml_text
from connexion_doctor.foundation.late import dataclass

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
# Keywords of a parameter that validate it, beside its type and format.
LIMITS = (
    "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minLength", "maxLength",
    "pattern", "enum", "minItems", "maxItems", "uniqueItems",
)  # fmt: skip
FORMS = ("multipart/form-data", "application/x-www-form-urlencoded")
_AS_TEXT = late.pattern(r"\bin[\"']?\s*:\s*[\"']?(?:header|cookie)\b")
_OTHER_TYPE = late.pattern(r"type[\"']?\s*:\s*[\"']?(?:integer|number|boolean|array|object)|\$ref")
NEAR = 120  # characters between where a parameter comes in and its type
_MEDIA_TYPE = late.pattern(r"[\"']?((?:application|text|image|audio|video|multipart|\*)/[\w.+*-]+)")


@dataclass(frozen=True)
class Operation:
    """One operation: the file, how it is asked, the dotted name of its handler (empty where a resolver makes
    it), and the types it answers in.

    ``optional`` are the types of a body that may be left out, ``bodies`` those of any; ``raw``: the handler
    gets bytes, or nothing, as ``body``. ``limits`` is how a form of Swagger 2 is limited (``age: minimum``),
    ``typed``: what answers well is JSON of a type. ``texts`` are the parameters that come as text and are
    declared as something else (``header X-Level: integer``), with whether there must be one.
    """

    specification: str
    method: str
    route: str
    handler: str
    produces: tuple[str, ...]
    optional: tuple[str, ...] = ()
    limits: tuple[str, ...] = ()
    bodies: tuple[str, ...] = ()
    raw: bool = False
    typed: bool = False
    texts: tuple[tuple[str, bool], ...] = ()

    @property
    def spoken(self) -> str:
        """``GET /pets``."""
        return f"{self.method.upper()} {self.route}"


def has_text_parameters(text: str) -> bool:
    """Whether something in a document that comes in a header or a cookie may be no text: the others need not
    be read, which takes a second for every 2 MB, and ten where PyYAML has no parser in C."""
    found = (text[max(0, one.start() - NEAR) : one.end() + NEAR] for one in _AS_TEXT.finditer(text))
    return any(_OTHER_TYPE.search(around) for around in found)


def has_several_types(text: str) -> bool:
    """Whether a document names more than one media type, or one that is not JSON: the others need not be
    read."""
    named = set(_MEDIA_TYPE.findall(text))
    return len(named) > 1 or not all(map(is_json, named))


def is_json(media_type: str) -> bool:
    """Whether Connexion writes what a handler returns as JSON under a media type."""
    plain = media_type.partition(";")[0].strip().lower()
    return plain == "application/json" or plain.endswith("+json")


def operations_of(path: str, text: str) -> list[Operation]:
    """The operations of a document; none of one that cannot be read."""
    document = _document(path, text)
    if document is None:
        return []
    return list(_operations(path, document))


def base_paths_of(path: str, text: str) -> list[str]:
    """The base paths that a document gives its operations; none of one that cannot be read."""
    document = _document(path, text) or {}
    servers = document.get("servers")
    urls = [one.get("url") for one in servers if isinstance(one, dict)] if isinstance(servers, list) else []
    return [urlsplit(str(one)).path for one in (*urls, document.get("basePath")) if one is not None]


def _document(path: str, text: str) -> Mapping[str, Any] | None:
    try:
        made = json_text.parsed(text) if path.endswith(".json") else yaml_text.parsed(text)
    except Exception:  # a template, or a construct of somebody's own
        return None
    known = isinstance(made, dict) and ("openapi" in made or "swagger" in made)
    return made if known and isinstance(made.get("paths"), dict) else None


def _operations(path: str, document: Mapping[str, Any]) -> Iterator[Operation]:
    for route, item in document["paths"].items():
        item = _resolved(item, document)
        for method in METHODS:
            operation = item.get(method)
            if not isinstance(operation, dict):
                continue
            controller, named = controller_of(operation, document), operation.get("operationId")
            handler = ".".join(filter(None, [controller, named])) if isinstance(named, str) else ""
            produces = tuple(dict.fromkeys(_produces(operation, document)))
            limits = tuple(_limits(item, operation, document))
            bodies = _bodies(operation, document)
            raw = bool(bodies) and not any(map(is_json, bodies)) and _is_raw(operation, document, bodies[0])
            typed = any(map(_is_typed, _schemas(operation, document)))
            texts = tuple(_texts(item, operation, document))
            optional = bodies if not _resolved(operation.get("requestBody"), document).get("required") else ()
            yield Operation(
                path, method, str(route), handler, produces, optional, limits, bodies, raw, typed, texts
            )


def controller_of(operation: Mapping[str, Any], document: Mapping[str, Any]) -> str | None:
    """The module that stands in front of an operationId: OpenAPI and Swagger have a key each, which is looked
    for at the operation alone (``connexion/operations/openapi.py``, ``swagger2.py``)."""
    key = f"x-{'openapi' if 'openapi' in document else 'swagger'}-router-controller"
    return str(operation[key]) if operation.get(key) else None


def _produces(operation: Mapping[str, Any], document: Mapping[str, Any]) -> Iterator[str]:
    if "swagger" in document:
        yield from map(str, operation.get("produces", document.get("produces")) or ())
        return
    responses = operation.get("responses")
    for response in responses.values() if isinstance(responses, dict) else ():
        content = _resolved(response, document).get("content")
        yield from map(str, content if isinstance(content, dict) else ())


def _schemas(operation: Mapping[str, Any], document: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The schemas of what is answered well, in JSON."""
    responses = operation.get("responses")
    for status, response in responses.items() if isinstance(responses, dict) else ():
        answer = _resolved(response, document) if str(status).startswith("2") else {}
        content = answer.get("content")
        for kind, one in content.items() if isinstance(content, dict) else [("+json", answer)]:
            if is_json(str(kind)) and isinstance(one, dict):
                yield _resolved(one.get("schema"), document)


def _is_typed(schema: Mapping[str, Any]) -> bool:
    return isinstance(schema.get("type"), str) and not (schema.get("nullable") or schema.get("x-nullable"))


def _bodies(operation: Mapping[str, Any], document: Mapping[str, Any]) -> tuple[str, ...]:
    """The media types of a body."""
    content = _resolved(operation.get("requestBody"), document).get("content")
    return tuple(map(str, content)) if isinstance(content, dict) else ()


def _is_raw(operation: Mapping[str, Any], document: Mapping[str, Any], first: str) -> bool:
    body = _resolved(operation.get("requestBody"), document)
    schema = _resolved(_resolved(body["content"][first], document).get("schema"), document)
    told = {"default", "nullable", "x-body-name"} & {*schema, *body}
    return not first.startswith(FORMS) and not told


def _limits(
    item: Mapping[str, Any], operation: Mapping[str, Any], document: Mapping[str, Any]
) -> Iterator[str]:
    for one in _parameters(item, operation, document) if "swagger" in document else ():
        if one.get("in") == "formData":
            yield from (f"{one.get('name')}: {limit}" for limit in LIMITS if limit in one)


def _texts(
    item: Mapping[str, Any], operation: Mapping[str, Any], document: Mapping[str, Any]
) -> Iterator[tuple[str, bool]]:
    for one in _parameters(item, operation, document):
        kind = _resolved(one.get("schema", one), document).get("type", "string")
        if one.get("in") in ("header", "cookie") and isinstance(kind, str) and kind != "string":
            yield f"{one['in']} {one.get('name')}: {kind}", bool(one.get("required"))


def _parameters(
    item: Mapping[str, Any], operation: Mapping[str, Any], document: Mapping[str, Any]
) -> Iterator[Mapping[str, Any]]:
    for given in (item.get("parameters"), operation.get("parameters")):
        yield from (_resolved(each, document) for each in (given if isinstance(given, list) else ()))


def _resolved(node: Any, document: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a reference inside the document leads to; empty for one that leads elsewhere."""
    for _ in range(8):
        reference = node.get("$ref") if isinstance(node, dict) else None
        if not isinstance(reference, str):
            return node if isinstance(node, dict) else {}
        node = document if reference.startswith("#/") else None
        for part in reference[2:].split("/") if node is not None else ():
            key = part.replace("~1", "/").replace("~0", "~")
            node = node.get(key) if isinstance(node, dict) else None
    return {}
