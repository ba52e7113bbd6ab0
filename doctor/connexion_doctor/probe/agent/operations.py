"""The GET operations of a Connexion app, read from the specifications it has loaded; for ``--verify``."""

from __future__ import annotations

import gc
from typing import Any, Iterator

from . import describe, layers
from .describe import quietly

MOST_OPERATIONS = 200
DEPTH = 8
API_2 = "connexion.apis.abstract.AbstractAPI"
# What a value is made from; the rest of a schema (descriptions, titles) stays at home.
SCHEMA = (
    "type format enum const minimum maximum exclusiveMinimum exclusiveMaximum multipleOf minLength "
    "maxLength pattern items minItems maxItems allOf oneOf anyOf example examples x-example default "
    "nullable"
).split()


def of(app: Any) -> list[dict[str, Any]]:
    """Path, base path, parameters and security of every GET operation behind the object ``app``."""
    found: list[dict[str, Any]] = []
    mounted = prefix_of(app)
    for base_path, spec in _specifications(app):
        for operation in quietly(lambda spec=spec: list(_operations(spec)), default=[]):
            operation["base_path"] = mounted + base_path.rstrip("/")
            found.append(operation)
    return found[:MOST_OPERATIONS]


def _specifications(app: Any) -> Iterator[tuple[str, Any]]:
    """(base path, specification) of each API."""
    for api in apis_of(app):
        spec = quietly(lambda api=api: api.specification)
        base_path = quietly(lambda api=api: api.base_path)
        if base_path is None:
            base_path = quietly(lambda spec=spec: spec.base_path)
        if spec is not None:
            yield str(base_path or ""), spec


def prefix_of(app: Any) -> str:
    """The path under which ``app`` has its Connexion app: what a client puts in front of every base path."""
    return str(quietly(lambda: layers.prefix_of(layers.chain(app)), default=""))


def apis_of(app: Any) -> list[Any]:
    """The APIs behind an app. Connexion 3 keeps them in its middleware; Connexion 2 keeps no list, so they
    are looked for among all objects."""
    connexion = layers.connexion_of(app)
    if connexion is not None and layers.connexion_major(connexion) == 3:
        middleware = quietly(lambda: connexion.middleware, default=connexion)
        found: list[Any] = quietly(lambda: list(middleware.apis), default=[])
        return found
    return list(_apis_of_connexion_2())


def _apis_of_connexion_2() -> Iterator[Any]:
    known: dict[type, bool] = {}
    for value in gc.get_objects():
        kind = type(value)
        if kind not in known:
            known[kind] = describe.is_a(value, API_2)
        if known[kind]:
            yield value


def _operations(spec: Any) -> Iterator[dict[str, Any]]:
    everywhere = spec.get("security")
    for path, item in spec["paths"].items():
        operation = item.get("get") if hasattr(item, "get") else None
        if operation is None:
            continue
        asked = operation.get("security", everywhere)
        parameters: dict[tuple[str, str], dict[str, Any]] = {}
        for parameter in [*item.get("parameters", []), *operation.get("parameters", [])]:
            kept = _parameter(parameter)
            parameters[kept["in"], kept["name"]] = kept
        yield {
            "path": str(path),
            "parameters": list(parameters.values()),
            "secured": bool(asked) and not any(not entry for entry in asked),
        }


def _parameter(parameter: Any) -> dict[str, Any]:
    """A parameter of either version of the specification: its limits always in ``schema``."""
    schema = parameter.get("schema")
    if schema is None:
        content = parameter.get("content") or {}
        schema = next((entry.get("schema") for entry in content.values()), None) or parameter
    examples = [name for name in ("example", "examples", "x-example") if name in parameter]
    return {
        "name": str(parameter["name"]),
        "in": str(parameter["in"]),
        "required": bool(parameter.get("required")),
        "schema": _schema(schema, DEPTH),
        **{name: _plain(parameter[name], DEPTH) for name in examples},
    }


def _schema(schema: Any, depth: int) -> Any:
    if not hasattr(schema, "get") or depth == 0:
        return {}
    kept: dict[str, Any] = {}
    for name in SCHEMA:
        if name not in schema:
            continue
        value = schema[name]
        if name == "items":
            kept[name] = _schema(value, depth - 1)
        elif name in ("allOf", "oneOf", "anyOf"):
            kept[name] = [_schema(entry, depth - 1) for entry in value]
        else:
            kept[name] = _plain(value, depth)
    return kept


def _plain(value: Any, depth: int) -> Any:
    """A value of a specification as JSON can hold it: YAML makes dates of what looks like one."""
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if depth == 0:
        return None
    if isinstance(value, (list, tuple)):
        return [_plain(entry, depth - 1) for entry in value][:50]
    if hasattr(value, "items"):
        return {str(key): _plain(entry, depth - 1) for key, entry in list(value.items())[:50]}
    isoformat = getattr(value, "isoformat", None)
    return isoformat() if isoformat is not None else str(value)
