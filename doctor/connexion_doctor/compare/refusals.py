"""Which requests Connexion surely refuses before a handler is called: those that may be sent with any method.

Everything here errs on one side: what is not understood may reach a handler.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from connexion_doctor.compare.asked import CONTENT_TYPE, INVALID, NO_CREDENTIALS, Request
from connexion_doctor.compare.specification import JSON, Api, Operation, matches
from connexion_doctor.foundation import json_text
from connexion_doctor.verify import values

# What Connexion 2 and 3 both check, and how (draft 4); a schema with other words is not judged by them.
DRAFT4 = frozenset(
    "type enum minimum maximum exclusiveMinimum exclusiveMaximum multipleOf minLength maxLength pattern "
    "items minItems maxItems uniqueItems properties required additionalProperties minProperties "
    "maxProperties allOf anyOf $ref".split()
)
NULLS = ("null", "None")
NEARLY_BOOLEAN = frozenset("1 0 yes no on off t f y n true false".split())
IGNORED_HEADERS = frozenset(("accept", "content-type", "authorization", "cookie", "host"))


def surely_refused(request: Request, sides: Sequence[Sequence[Api]]) -> bool:
    """Whether no side lets the request through to a handler.

    A side does where validation or security is changed, where it has not this operation, and where its own
    specification allows the request.
    """
    return all(_by(request, apis) for apis in sides)


def _by(request: Request, apis: Sequence[Api]) -> bool:
    path = urlsplit(request.path).path
    found = [
        (api, one)
        for api in apis
        for one in api.operations
        if one.method == request.method and matches(one.template, path)
    ]
    if len(found) != 1 or found[0][0].open:  # two templates: which one is asked is not certain
        return False
    operation = found[0][1]
    if request.kind == NO_CREDENTIALS:
        return operation.secured
    if request.kind not in (INVALID, CONTENT_TYPE):
        return False
    return _parameter_refused(request, operation) or _body_refused(request, operation)


def _parameter_refused(request: Request, operation: Operation) -> bool:
    """Whether a query, header or path parameter is missing, or is what its schema forbids."""
    parts = urlsplit(request.path)
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    headers = {name.lower(): value for name, value in request.headers}
    in_path = _path_values(operation.template, parts.path)
    for parameter in operation.parameters:
        name, place = str(parameter["name"]), parameter["in"]
        if place == "query":
            given = query.get(name)
        elif place == "header" and name.lower() not in IGNORED_HEADERS:
            given = headers.get(name.lower())
        elif place == "path":
            given = in_path.get(name)
        else:
            continue
        if given is None:
            if parameter.get("required") and place != "path":
                return True
        elif _forbidden(parameter, given, place):
            return True
    return False


def _forbidden(parameter: Mapping[str, Any], text: str, place: str) -> bool:
    schema = parameter.get("schema", parameter)
    kind = schema.get("type") if isinstance(schema, dict) else None
    if kind not in ("string", "integer", "number", "boolean") or "content" in parameter:
        return False
    nullable = schema.get("nullable") or schema.get("x-nullable") or parameter.get("x-nullable")
    if nullable and text in NULLS or kind == "boolean" and text.lower() in NEARLY_BOOLEAN:
        return False
    if place == "path" and kind != "string" and not values.allows({"type": kind}, text):
        return False  # another route may take that path
    words = {name: value for name, value in schema.items() if name != "format"}
    return not values.allows(words, text)


def _path_values(template: str, path: str) -> dict[str, str]:
    wanted, given = template.split("/"), path.split("/")
    return {
        one[1:-1]: unquote(text)
        for one, text in zip(wanted, given, strict=False)
        if one.startswith("{") and one.endswith("}")
    }


def _body_refused(request: Request, operation: Operation) -> bool:
    """Whether a JSON body, the only kind that is taken, is missing, of another type, or forbidden."""
    if not operation.takes_json_only:
        return False
    schemas = [permissive(schema) for schema in operation.body.values()]
    whole = [schema for schema in operation.body.values() if isinstance(schema, dict)]
    if any("default" in one or _nullable(one) for one in whole) or any(not one for one in schemas):
        return False
    if request.body is None:
        return operation.body_required
    said = (request.content_type or "").partition(";")[0].strip().lower()
    if not said:
        return _breaks(request.body, schemas, operation)
    if not JSON.match(said):
        return True
    return _breaks(request.body, schemas, operation)


def _breaks(body: bytes, schemas: Sequence[Any], operation: Operation) -> bool:
    import jsonschema_rs

    try:
        value = json_text.parsed(body)
    except ValueError:
        return True
    if value is None:
        return False
    definitions = {name: permissive_all(entry) for name, entry in operation.definitions.items()}
    for schema in schemas:
        try:
            checked = jsonschema_rs.Draft4Validator(
                {**definitions, "allOf": [schema]}, validate_formats=False
            )
            if checked.is_valid(value):
                return False
        except Exception:  # a schema that cannot be read allows everything
            return False
    return True


def _nullable(schema: Mapping[str, Any]) -> bool:
    kind = schema.get("type")
    return bool(schema.get("nullable") or schema.get("x-nullable") or kind == "null") or (
        isinstance(kind, list) and "null" in kind
    )


def permissive(schema: Any) -> Any:
    """The schema without what the versions of Connexion may see differently: nothing that it forbids is
    allowed by either; where one cannot tell, it is empty and allows everything."""
    if not isinstance(schema, dict) or _nullable(schema) or {"oneOf", "not"} & set(schema):
        return {}
    kept = {name: value for name, value in schema.items() if name in DRAFT4}
    for name in ("exclusiveMinimum", "exclusiveMaximum"):
        if not isinstance(kept.get(name, True), bool):
            del kept[name]  # a number: the OpenAPI 3.1 way
    for name in ("allOf", "anyOf"):
        if name in kept:
            kept[name] = [permissive(one) for one in kept[name]]
    if "items" in kept:
        kept["items"] = permissive(kept["items"])
    kept.pop("additionalProperties", None)
    properties = kept.get("properties")
    if isinstance(properties, dict):
        kept["properties"] = {name: permissive(one) for name, one in properties.items()}
    required = kept.get("required")
    if isinstance(required, list):
        kept["required"] = [one for one in required if not _one_sided((properties or {}).get(one))]
    if not isinstance(kept.get("required", []), list) or kept.get("required") == []:
        kept.pop("required", None)
    return kept


def _one_sided(schema: Any) -> bool:
    return isinstance(schema, dict) and bool(
        schema.get("readOnly") or schema.get("writeOnly") or "$ref" in schema
    )


def permissive_all(node: Any) -> Any:
    """Every schema below a node of definitions, permissive."""
    if not isinstance(node, dict):
        return {}
    return {
        name: {key: permissive(one) for key, one in entry.items()} if name == "schemas" else permissive(entry)
        for name, entry in node.items()
        if isinstance(entry, dict)
    }
