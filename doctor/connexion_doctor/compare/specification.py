"""The operations of an app, from the specifications that its APIs were made of."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from typing import Any

from connexion_doctor.foundation import late
from connexion_doctor.foundation.late import dataclass
from connexion_doctor.model.gaps import fits

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
JSON = late.pattern(r"application/(?:[\w.+-]+\+)?json$")


@dataclass(frozen=True)
class Operation:
    """One method of one path. ``template`` is the whole path, base path included.

    ``body`` is the schema of each media type, ``security`` the alternatives, each with the names of its
    schemes; an empty alternative lets everybody in.
    """

    method: str
    template: str
    parameters: tuple[Mapping[str, Any], ...] = ()
    body: Mapping[str, Any] = field(default_factory=dict)
    body_required: bool = False
    security: tuple[tuple[str, ...], ...] = ()
    schemes: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    definitions: Mapping[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """As people call it."""
        return f"{self.method} {self.template}"

    @property
    def secured(self) -> bool:
        """Whether nobody gets in without credentials."""
        return bool(self.security) and all(self.security)

    @property
    def takes_json_only(self) -> bool:
        """Whether JSON is the only kind of body."""
        return bool(self.body) and all(JSON.match(kind.partition(";")[0].strip()) for kind in self.body)


@dataclass(frozen=True)
class Api:
    """An API of the app: where it is served, its specification, its operations, what leaves it open."""

    base_path: str
    document: Mapping[str, Any]
    operations: tuple[Operation, ...]
    open: tuple[str, ...] = ()
    specification_path: str | None = None
    ui_path: str | None = None


def apis(told: Sequence[Mapping[str, Any]]) -> tuple[Api, ...]:
    """The APIs of an app, as its probe tells them."""
    found = []
    for one in told:
        document = one.get("specification")
        if not isinstance(document, dict):
            continue
        served, base = one.get("served") or {}, str(one.get("base_path") or "")
        found.append(
            Api(
                base,
                document,
                tuple(_operations(document, base)),
                tuple(map(str, one.get("open") or ())),
                served.get("specification"),
                served.get("ui"),
            )
        )
    return tuple(found)


def _operations(document: Mapping[str, Any], base: str) -> Iterator[Operation]:
    schemes = (document.get("components") or {}).get("securitySchemes") or document.get("securityDefinitions")
    definitions = {name: document[name] for name in ("components", "definitions") if name in document}
    for path, item in (document.get("paths") or {}).items():
        item = resolved(item, document)
        if not isinstance(item, dict):
            continue
        for method in METHODS:
            given = item.get(method)
            if not isinstance(given, dict):
                continue
            parameters = _parameters([*item.get("parameters", []), *given.get("parameters", [])], document)
            body, required = _body(given, parameters, document)
            asked = given.get("security", document.get("security")) or []
            yield Operation(
                method.upper(),
                f"{base}{path}",
                tuple(one for one in parameters if one.get("in") not in ("body", "formData")),
                body,
                required,
                tuple(tuple(map(str, one)) for one in asked if isinstance(one, dict)),
                {name: resolved(one, document) for name, one in (schemes or {}).items()},
                definitions,
            )


def _parameters(given: Sequence[Any], document: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    found: dict[tuple[Any, Any], Mapping[str, Any]] = {}
    for one in given:
        parameter = resolved(one, document)
        if isinstance(parameter, dict) and "name" in parameter and "in" in parameter:
            found[parameter["in"], parameter["name"]] = parameter
    return list(found.values())


def _body(
    given: Mapping[str, Any], parameters: Sequence[Mapping[str, Any]], document: Mapping[str, Any]
) -> tuple[dict[str, Any], bool]:
    """The schema of each media type that is taken, and whether there must be a body."""
    if "swagger" not in document:
        body = resolved(given.get("requestBody"), document)
        if not isinstance(body, dict):
            return {}, False
        content = body.get("content") or {}
        kinds = {str(kind).lower(): (entry or {}).get("schema") or {} for kind, entry in content.items()}
        return kinds, bool(body.get("required"))
    consumes = given.get("consumes", document.get("consumes")) or ["application/json"]
    whole = next((one for one in parameters if one.get("in") == "body"), None)
    if whole is not None:
        return {str(kind).lower(): whole.get("schema") or {} for kind in consumes}, bool(
            whole.get("required")
        )
    form = [one for one in parameters if one.get("in") == "formData"]
    if not form:
        return {}, False
    kind = "multipart/form-data" if any(one.get("type") == "file" for one in form) else "form"
    return {kind: {}}, any(one.get("required") for one in form)


def resolved(node: Any, document: Mapping[str, Any]) -> Any:
    """What a reference inside the document leads to; a node that is none, itself."""
    for _ in range(20):
        if not isinstance(node, dict) or not isinstance(node.get("$ref"), str):
            return node
        target: Any = document
        for part in node["$ref"].removeprefix("#/").split("/"):
            part = part.replace("~1", "/").replace("~0", "~")
            if not isinstance(target, dict) or part not in target:
                return None
            target = target[part]
        node = target
    return None


def matches(template: str, path: str) -> bool:
    """Whether a path is one of a template's."""
    wanted = re.sub(r"{[^{}]+}", "\0", template).split("/")
    given = path.split("/")
    return len(wanted) == len(given) and all(
        fits(part.split("\0"), text, least=1) for part, text in zip(wanted, given, strict=True)
    )
