"""Properties that go one way: ``readOnly`` in requests, ``writeOnly`` in answers."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

from connexion_doctor.discovery.yaml_nodes import Node
from connexion_doctor.foundation.late import dataclass
from connexion_doctor.model import Finding, Severity
from connexion_doctor.model.voice import counted
from connexion_doctor.python import Sources
from connexion_doctor.rules.base import finding, rule
from connexion_doctor.rules.migration import schemas
from connexion_doctor.rules.migration.uses import app_calls, constructors, fix, listed, named

Bodies = Callable[[Node], Iterator[tuple[str, Node]]]


@dataclass(frozen=True)
class OneWay:
    """A schema with properties that go one way: those that are required, with where that is said, those that
    are not, and the operations that it takes part in."""

    schema: Node
    required: dict[str, Node]
    others: dict[str, Node]
    operations: tuple[str, ...]

    @property
    def spoken(self) -> str:
        """``POST /pets and 1 more``."""
        more = len(self.operations) - 1
        return f"`{self.operations[0]}`" + (f" and {counted(more, 'more operation')}" if more else "")


@rule("CXD476", "read-only-required", Severity.ERROR)
def required(sources: Sources) -> Iterator[Finding]:
    """A property of a request body is required and `readOnly`, which Connexion 3 does not look at.

    What happens: Every request that Connexion 2 took answers `400 Bad Request`: `'id' is a required
        property`.

    Why: The validator of Connexion 2 had a `required` of its own for requests, which left out what is
        `readOnly`; Connexion 3 has that of JSON Schema.

    Fix: Take it out of `required`. That works in both versions.

    Before:
        openapi: 3.0.3
        info: {title: Pets, version: "1"}
        servers: [{url: /v1}]
        paths:
          /pets:
            post:
              operationId: handlers.echo
              requestBody:
                required: true
                content:
                  application/json:
                    schema:
                      type: object
                      required: [id, name]
                      properties: {id: {type: integer, readOnly: true}, name: {type: string}}
              responses: {"200": {description: fine}}

    After:
        openapi: 3.0.3
        info: {title: Pets, version: "1"}
        servers: [{url: /v1}]
        paths:
          /pets:
            post:
              operationId: handlers.echo
              requestBody:
                required: true
                content:
                  application/json:
                    schema:
                      type: object
                      required: [name]
                      properties: {id: {type: integer, readOnly: true}, name: {type: string}}
              responses: {"200": {description: fine}}

    Sources:
        https://github.com/spec-first/connexion/blob/main/connexion/json_schema.py
        test: tests/rules/migration/scenarios.py
    """
    for one in _one_way(sources, _in_requests):
        if one.required:
            yield finding(
                f"{one.spoken} will refuse what has no {listed(one.required)}, required and read-only: "
                "Connexion 3 does not look at `readOnly`.",
                evidence=one.operations[:5],
                location=next(iter(one.required.values())).location,
                fixes=fix(
                    f"Take {listed(one.required)} out of `required`.",
                    schemas.without(one.schema, set(one.required)),
                    unsafe=True,
                    costs=(
                        "what is answered need not have it any more, says the specification",
                        "what a client sends of it is let in",
                    ),
                ),
            )


@rule("CXD477", "write-only-required", Severity.ERROR)
def wanted(sources: Sources) -> Iterator[Finding]:
    """Responses are validated, and a property that is required in them is `writeOnly`.

    What happens: The request answers `500 Internal Server Error`: `Response body does not conform to
        specification. 'password' is a required property`. With it, it answers 500 as well: `Property is
        write-only`.

    Why: The validator of Connexion 2 did not want in a response what is `writeOnly`; that of Connexion 3
        wants all that is `required`.

    Fix: Take it out of `required` and check it in the handler, or give responses a schema of their own.

    Before:
        openapi: 3.0.3
        info: {title: Pets, version: "1"}
        servers: [{url: /v1}]
        paths:
          /pets:
            get:
              operationId: handlers.where
              responses:
                "200":
                  description: fine
                  content:
                    application/json:
                      schema:
                        type: object
                        required: [secret]
                        properties: {secret: {type: string, writeOnly: true}}

    After:
        openapi: 3.0.3
        info: {title: Pets, version: "1"}
        servers: [{url: /v1}]
        paths:
          /pets:
            get:
              operationId: handlers.where
              responses:
                "200":
                  description: fine
                  content:
                    application/json:
                      schema:
                        type: object
                        properties: {secret: {type: string, writeOnly: true}}

    Sources:
        https://github.com/spec-first/connexion/blob/main/connexion/json_schema.py
        test: tests/rules/migration/scenarios.py
    """
    if not any(one and one.value for one in _given(sources, "validate_responses")):
        return
    for one in _one_way(sources, _in_answers):
        if one.required:
            yield finding(
                f"{one.spoken} will answer 500: {listed(one.required)}, write-only and required, is wanted "
                "in the response, which is validated.",
                evidence=one.operations[:5],
                location=next(iter(one.required.values())).location,
                fixes=fix(
                    f"Take {listed(one.required)} out of `required`.",
                    schemas.without(one.schema, set(one.required)),
                    unsafe=True,
                    costs=("requests without it are let in: the handler has to look",),
                ),
            )


@rule("CXD478", "read-only-taken", Severity.WARNING)
def taken(sources: Sources) -> Iterator[Finding]:
    """A property of a request body is `readOnly`, and Connexion 3 takes it from clients.

    What happens: What was refused with 400 (`Property is read-only`) is let in: the handler is given an `id`,
        a `role`, a `created` that a client chose. Nothing is said.

    Why: The validator of Connexion 2 refused in requests what is `readOnly`; that of Connexion 3 does not
        look at it.

    Fix: Take it out of the body in the handler, or give requests a schema without it.

    Before:
        openapi: 3.0.3
        info: {title: Pets, version: "1"}
        servers: [{url: /v1}]
        paths:
          /pets:
            post:
              operationId: handlers.echo
              requestBody:
                required: true
                content:
                  application/json:
                    schema:
                      type: object
                      properties: {id: {type: integer, readOnly: true}, name: {type: string}}
              responses: {"200": {description: fine}}

    After:
        openapi: 3.0.3
        info: {title: Pets, version: "1"}
        servers: [{url: /v1}]
        paths:
          /pets:
            post:
              operationId: handlers.echo
              requestBody:
                required: true
                content:
                  application/json:
                    schema:
                      type: object
                      properties: {name: {type: string}}
                      additionalProperties: false
              responses: {"200": {description: fine}}

    Sources:
        https://github.com/spec-first/connexion/blob/main/connexion/json_schema.py
        test: tests/rules/migration/scenarios.py
    """
    for one in _one_way(sources, _in_requests):
        if one.others:
            yield finding(
                f"{one.spoken} will take {listed(one.others)} from clients, which is read-only: Connexion 3 "
                "does not look at that.",
                evidence=one.operations[:5],
                location=next(iter(one.others.values())).location,
                fixes=fix("Take it out of the body in the handler, or give requests a schema without it."),
            )


def _given(sources: Sources, name: str) -> Iterator[ast.Constant | None]:
    """What the apps and their APIs are given under a name; None of what is no constant."""
    for use, _ in (*app_calls(sources, "add_api"), *constructors(sources)):
        given = named(sources, use, name)
        if given is not None:
            yield given.value if isinstance(given.value, ast.Constant) else None


def _one_way(sources: Sources, read: Callable[[str, str], tuple[OneWay, ...]]) -> Iterator[OneWay]:
    """The schemas of bodies that have properties of one way, each once; none where a validator of the
    project's own looks at them.

    :param read: gives those of one specification, by its path and its text
    """
    if not any(True for _ in _given(sources, "validator_map")):
        for path in sources.specifications:
            yield from sources.specifications.made(read, path)


def _in_requests(path: str, text: str) -> tuple[OneWay, ...]:
    return _of_document(path, text, schemas.of_requests, ("readOnly",))


def _in_answers(path: str, text: str) -> tuple[OneWay, ...]:
    return _of_document(path, text, schemas.of_answers, ("writeOnly", "x-writeOnly"))


def _of_document(path: str, text: str, bodies: Bodies, keys: tuple[str, ...]) -> tuple[OneWay, ...]:
    """:param keys: what says so at a property"""
    document = schemas.document_of(path, text) if any(key in text for key in keys) else None
    if document is None:
        return ()
    found: dict[int, tuple[Node, dict[str, None]]] = {}
    for operation, schema in bodies(document):
        for one in schemas.inside(document, schema):
            found.setdefault(id(one.raw), (one, {}))[1][operation] = None
    made = [(one, _properties(document, one, keys), tuple(operations)) for one, operations in found.values()]
    return tuple(OneWay(one, *of_it, operations) for one, of_it, operations in made if of_it is not None)


def _properties(
    document: Node, schema: Node, keys: tuple[str, ...]
) -> tuple[dict[str, Node], dict[str, Node]] | None:
    """The properties that go one way: those that are required, and the others, with what says so."""
    properties, needed = schema.get("properties"), schema.get("required")
    wanted = {one.value: one for one in needed.elements()} if needed is not None else {}
    required: dict[str, Node] = {}
    others: dict[str, Node] = {}
    for name, node in properties.items() if properties is not None else ():
        what = schemas.resolved(document, node)
        said = [one for key in keys if what is not None and (one := what.get(key)) is not None]
        if any(one.value in ("true", "True") for one in said):
            (required if name in wanted else others)[name] = wanted.get(name, node)
    return (required, others) if required or others else None
