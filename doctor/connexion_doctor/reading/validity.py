"""Faults of a specification for which Connexion does not take it: those that its own words show.

Connexion holds what is added to the schemas of Swagger 2.0 and OpenAPI 3.0 (``connexion/spec.py``), and the
default of a schema to that schema.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from connexion_doctor.foundation import late
from connexion_doctor.foundation.late import dataclass
from connexion_doctor.reading.openapi import fields

DEEPEST = 60
STATUS = {"openapi": r"[1-5](\d\d|XX)|default", "swagger": r"\d{3}|default"}
VERSION = {"openapi": r"3\.0\.\d(-.+)?", "swagger": r"2\.0"}  # the same from Connexion 2.14 to 3.3
PLACES = {
    "openapi": {"path": "matrix|label|simple", "query": "form|spaceDelimited|pipeDelimited|deepObject",
                "header": "simple", "cookie": "form"},
    "swagger": {"path": "path-parameter", "query": "query", "header": "header-parameter", "body": "body",
                "formData": "form"},
}  # fmt: skip
TYPES = ("array", "boolean", "integer", "number", "object", "string")
PLAIN: Mapping[str, tuple[type, ...]] = {
    "str": (str,), "bool": (bool,), "num": (int, float), "positive": (int, float), "size": (int,),
}  # fmt: skip
WORDS = {"str": "string", "bool": "boolean", "num": "number", "positive": "number", "size": "integer"}
SCHEMES = ("http", "https", "ws", "wss")
COMPONENT = late.pattern(r"^[a-zA-Z0-9._-]+$")
Object = Mapping[str, object]
Keys = tuple[str, ...]


@dataclass(frozen=True)
class Fault:
    """What is wrong, in the validator's words, and the keys that lead there."""

    keys: Keys
    says: str


def invalid(document: Object) -> Fault | None:
    """The first fault; None where none is seen."""
    kind = "openapi" if "openapi" in document else "swagger"
    return next(_Validation(kind).document(document), None)


class _Validation:
    """Goes through a document from its root. ``kind`` is ``openapi`` or ``swagger``."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.tables = {
            "paths": self._paths, "responses": self._responses, "parameter": self._parameter,
            "security": self._security, "callback": self._callback, "discriminator": self._discriminator,
            "types": self._types, "schemas": self._schemas, "names": self._names, "names0": self._names,
            "values": self._values, "schemes": self._schemes, "host": self._host, "base": self._base,
        }  # fmt: skip

    def document(self, document: Object) -> Iterator[Fault]:
        version = document.get(self.kind)
        if not isinstance(version, str) or not re.fullmatch(VERSION[self.kind], version):
            yield Fault((self.kind,), f"{version!r} does not match '^{VERSION[self.kind]}$'")
        yield from self.fields_of(document, "document", ())

    def of(self, value: object, type_: str, at: Keys) -> Iterator[Fault]:
        """The faults of a value that has to be of a type."""
        if len(at) > DEEPEST or type_ == "any":
            return
        if type_.endswith("?"):
            yield from () if isinstance(value, bool) else self.of(value, type_[:-1], at)
        elif type_[0] == "&":
            if isinstance(value, Mapping) and "$ref" in value:
                yield from self._reference(value, at)
            else:
                yield from self.of(value, type_[1:], at)
        elif type_[0] == "[":
            yield from self._list(value, type_[1:-1], at)
        elif type_[0] == "{":
            yield from self._map(value, type_[1:-1], at)
        elif type_[0] == "=":
            allowed = type_[1:].split("|")
            if value not in allowed:
                yield Fault(at, f"{value!r} is not one of {allowed!r}")
        elif type_ in PLAIN:
            yield from _plain(value, type_, at)
        elif type_ in self.tables:
            yield from self.tables[type_](value, at)
        else:
            yield from self.fields_of(value, type_, at)

    def fields_of(self, value: object, name: str, at: Keys) -> Iterator[Fault]:
        """The faults of an object of the specification, and of all in it."""
        if not isinstance(value, Mapping):
            yield _no(value, "object", at)
            return
        if (
            name == "schema"
            and value.get("type") == "file"
            and self.kind == "swagger"
            and "schema" in at[-1:]
        ):
            name = "file"  # of a response
        known = fields(self.kind, name)
        for field, (_, required) in known.items():
            if required and field not in value:
                yield Fault(at, f"{field!r} is a required property")
        for key, one in value.items():
            field = str(key)
            if field in known:
                yield from self.of(one, known[field][0], (*at, field))
            elif not field.startswith("x-"):
                yield Fault(at, f"Additional properties are not allowed ({field!r} was unexpected)")
        if name in ("schema", "header", "items", "query", "form", "path-parameter", "header-parameter"):
            yield from _default(value, at)
        if self.kind == "openapi" and name in ("media", "header", "parameter"):
            yield from _examples(value, name, at)

    def _reference(self, value: Object, at: Keys) -> Iterator[Fault]:
        alone = self.kind == "openapi" or len(value) == 1
        if not isinstance(value["$ref"], str) or not alone:
            yield Fault(at, f"{dict(value)!r} is not valid under any of the given schemas")

    def _list(self, value: object, type_: str, at: Keys) -> Iterator[Fault]:
        if not isinstance(value, list):
            yield _no(value, "array", at)
            return
        for index, one in enumerate(value):
            yield from self.of(one, type_, (*at, str(index)))
        if not value and self.kind == "swagger" and at[-1:] == ("allOf",):
            yield Fault(at, "[] should be non-empty")
        unique = at[-1:] in (("tags",), ("parameters",)) and type_ != "str"
        if unique and any(one in value[:index] for index, one in enumerate(value)):
            yield Fault(at, f"{value!r} has non-unique elements")

    def _map(self, value: object, type_: str, at: Keys) -> Iterator[Fault]:
        if not isinstance(value, Mapping):
            yield _no(value, "object", at)
            return
        for key, one in value.items():
            loose = at[:1] == ("components",) and len(at) == 2 and not COMPONENT.match(str(key))
            yield from () if loose else self.of(one, type_, (*at, str(key)))
        if at[-1:] == ("content",) and len(value) != 1 and _is_parameter(at):
            yield Fault(at, f"{value!r} has too {'many' if value else 'few'} properties")

    # -- objects with rules of their own ---------------------------------------------------

    def _paths(self, value: object, at: Keys) -> Iterator[Fault]:
        if not isinstance(value, Mapping):
            yield _no(value, "object", at)
            return
        for key, item in value.items():
            path = str(key)
            if path.startswith("/"):
                yield from self.fields_of(item, "path", (*at, path))
            elif not path.startswith("x-"):
                yield Fault(at, f"{path!r} does not match any of the regexes: '^/', '^x-'")

    def _callback(self, value: object, at: Keys) -> Iterator[Fault]:
        if not isinstance(value, Mapping):
            yield _no(value, "object", at)
            return
        for key, item in value.items():
            if not str(key).startswith("x-"):
                yield from self.fields_of(item, "path", (*at, str(key)))

    def _responses(self, value: object, at: Keys) -> Iterator[Fault]:
        if not isinstance(value, Mapping):
            yield _no(value, "object", at)
            return
        own = [key for key in value if not str(key).startswith("x-")]
        if not value or not own and self.kind == "swagger":
            yield Fault(at, "{} does not have enough properties")
        for key in own:
            if not re.fullmatch(STATUS[self.kind], str(key)):
                yield Fault(at, f"{key!r} does not match any of the regexes")
            else:
                yield from self.of(value[key], "&response", (*at, str(key)))

    def _parameter(self, value: object, at: Keys) -> Iterator[Fault]:
        place = value.get("in") if isinstance(value, Mapping) else None
        if not isinstance(value, Mapping) or not isinstance(place, str) or place not in PLACES[self.kind]:
            yield Fault(at, f"{value!r} is not valid under any of the given schemas")
            return
        if place == "path" and value.get("required") is not True:
            yield Fault(at, f"{dict(value)!r} is not valid under any of the given schemas")
        if self.kind == "swagger":
            yield from self.fields_of(value, PLACES["swagger"][place], at)
            return
        yield from self.fields_of(value, "parameter", at)
        styles = PLACES["openapi"][place].split("|")
        if value.get("style", styles[0]) not in styles:
            yield Fault((*at, "style"), f"{value['style']!r} is not one of {styles!r}")

    def _security(self, value: object, at: Keys) -> Iterator[Fault]:
        kind = value.get("type") if isinstance(value, Mapping) else None
        names: tuple[str, ...] = ("apiKey", "http", "oauth2", "openIdConnect")
        if self.kind == "swagger":
            names = ("basic", "apiKey", "implicit", "password", "application", "accessCode")
            kind = value.get("flow") if kind == "oauth2" and isinstance(value, Mapping) else kind
        if not isinstance(value, Mapping) or kind not in names:
            yield Fault(at, f"{value!r} is not valid under any of the given schemas")
            return
        yield from self.fields_of(value, str(kind), at)
        if kind == "http" and value.get("scheme") != "bearer" and "bearerFormat" in value:
            yield Fault(at, f"{dict(value)!r} is not valid under any of the given schemas")

    def _discriminator(self, value: object, at: Keys) -> Iterator[Fault]:
        if not isinstance(value, Mapping):
            yield _no(value, "object", at)
        elif "propertyName" not in value:
            yield Fault(at, "'propertyName' is a required property")
        else:
            yield from self.of(value["propertyName"], "str", (*at, "propertyName"))
            yield from self.of(value.get("mapping", {}), "{str}", (*at, "mapping"))

    # -- lists with rules of their own -----------------------------------------------------

    def _types(self, value: object, at: Keys) -> Iterator[Fault]:
        known = (*TYPES, "null")
        many = value if isinstance(value, list) else [value]
        if not many or any(one not in known for one in many):
            yield Fault(at, f"{value!r} is not one of {list(known)!r}")

    def _schemas(self, value: object, at: Keys) -> Iterator[Fault]:
        if isinstance(value, list) and value:
            yield from self._list(value, "schema", at)
        else:
            yield from self.fields_of(value, "schema", at)

    def _names(self, value: object, at: Keys) -> Iterator[Fault]:
        yield from self._list(value, "str", at)
        if isinstance(value, list):
            if not value and at[-1:] == ("required",):
                yield Fault(at, "[] should be non-empty")
            if any(one in value[:index] for index, one in enumerate(value)):
                yield Fault(at, f"{value!r} has non-unique elements")

    def _values(self, value: object, at: Keys) -> Iterator[Fault]:
        if not isinstance(value, list):
            yield _no(value, "array", at)
        elif not value:
            yield Fault(at, "[] should be non-empty")
        elif self.kind == "swagger" and any(one in value[:index] for index, one in enumerate(value)):
            yield Fault(at, f"{value!r} has non-unique elements")

    def _schemes(self, value: object, at: Keys) -> Iterator[Fault]:
        yield from self._names(value, at)
        for one in value if isinstance(value, list) else ():
            if one not in SCHEMES:
                yield Fault(at, f"{one!r} is not one of {list(SCHEMES)!r}")

    def _host(self, value: object, at: Keys) -> Iterator[Fault]:
        if not isinstance(value, str) or not re.search(r"^[^{}/ :\\]+(?::\d+)?$", value):
            yield Fault(at, f"{value!r} is no host")

    def _base(self, value: object, at: Keys) -> Iterator[Fault]:
        if not isinstance(value, str) or not value.startswith("/"):
            yield Fault(at, f"{value!r} does not match '^/'")


def _plain(value: object, type_: str, at: Keys) -> Iterator[Fault]:
    right = isinstance(value, PLAIN[type_]) and (type_ == "bool" or not isinstance(value, bool))
    if not right:
        yield _no(value, WORDS[type_], at)
    elif type_ == "size" and isinstance(value, int) and value < 0:
        yield Fault(at, f"{value!r} is less than the minimum of 0")
    elif type_ == "positive" and isinstance(value, int | float) and value <= 0:
        yield Fault(at, f"{value!r} is less than or equal to the minimum of 0")


def _examples(value: Object, name: str, at: Keys) -> Iterator[Fault]:
    """What may stand beside each other in a parameter, a header and a media type."""
    if "example" in value and "examples" in value:
        yield Fault(at, f"{dict(value)!r} should not be valid under {{'required': ['example', 'examples']}}")
    if name == "media":
        return
    beside = {"style", "explode", "allowReserved", "example", "examples"} & set(value)
    if ("schema" in value) is ("content" in value) or "content" in value and beside:
        yield Fault(at, f"{dict(value)!r} is not valid under any of the given schemas")


def _default(schema: Object, at: Keys) -> Iterator[Fault]:
    """The default of a schema, against its type, values and bounds."""
    if "default" not in schema or "$ref" in schema:
        return
    value, inside = schema["default"], (*at, "default")
    if value is None and schema.get("nullable") is True:
        return
    types = schema.get("type")
    many = types if isinstance(types, list) else [types] if isinstance(types, str) else []
    if many and not any(_is(value, str(one)) for one in many):
        yield Fault(inside, f"{value!r} is not of type {', '.join(map(repr, many))}")
    values = schema.get("enum")
    if isinstance(values, list) and value not in values:
        yield Fault(inside, f"{value!r} is not one of {values!r}")
    for limit, wrong in (("minimum", "less than the minimum"), ("maximum", "greater than the maximum")):
        bound = schema.get(limit)
        if (
            not isinstance(bound, int | float)
            or not isinstance(value, int | float)
            or isinstance(value, bool)
        ):
            continue
        if value < bound if limit == "minimum" else value > bound:
            yield Fault(inside, f"{value!r} is {wrong} of {bound!r}")


def _is(value: object, type_: str) -> bool:
    kinds: Mapping[str, tuple[type, ...]] = {
        "string": (str,), "integer": (int,), "number": (int, float), "boolean": (bool,), "array": (list,),
        "object": (dict,), "null": (type(None),), "file": (object,),
    }  # fmt: skip
    if isinstance(value, bool):
        return type_ in ("boolean", "file")
    return isinstance(value, kinds.get(type_, (object,)))


def _is_parameter(at: Keys) -> bool:
    """Whether keys lead to the content of a parameter or a header."""
    return at[-3:-2] in (("parameters",), ("headers",))


def _no(value: object, type_: str, at: Keys) -> Fault:
    return Fault(at, f"{value!r} is not of type {type_!r}")


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
