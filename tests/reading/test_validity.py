"""What is read of a specification's faults, against the schemas of the installed Connexion."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from itertools import islice
from typing import Any

import pytest
from jsonschema import Draft4Validator

from connexion_doctor.reading.validity import invalid
from tests.running import target
from tests.truth.reading import site

# ruff: noqa: E501  (documents that use every field)

OPENAPI: dict[str, Any] = {
    "openapi": "3.0.3",
    "info": {
        "title": "t",
        "version": "1",
        "description": "d",
        "termsOfService": "u",
        "contact": {"name": "n", "url": "u", "email": "e@x"},
        "license": {"name": "MIT", "url": "u"},
    },
    "externalDocs": {"url": "u", "description": "d"},
    "servers": [{"url": "/{v}", "description": "d", "variables": {"v": {"default": "a", "enum": ["a", "b"]}}}],
    "security": [{"key": []}],
    "tags": [{"name": "a", "description": "d", "externalDocs": {"url": "u"}}],
    "paths": {
        "/a/{id}": {
            "summary": "s",
            "description": "d",
            "servers": [{"url": "/"}],
            "parameters": [
                {"name": "id", "in": "path", "required": True, "style": "simple", "schema": {"type": "integer"}},
                {"$ref": "#/components/parameters/page"},
            ],
            "post": {
                "tags": ["a"],
                "summary": "s",
                "description": "d",
                "externalDocs": {"url": "u"},
                "operationId": "a.b",
                "deprecated": False,
                "security": [{"oauth": ["read"]}],
                "servers": [{"url": "/"}],
                "parameters": [
                    {"name": "q", "in": "query", "allowEmptyValue": True, "explode": True, "style": "form",
                     "schema": {"type": "array", "items": {"type": "string"}}, "example": ["x"]},
                    {"name": "h", "in": "header", "content": {"application/json": {"schema": {}}}},
                    {"name": "c", "in": "cookie", "schema": {"type": "string"}, "examples": {"e": {"value": 1}}},
                ],
                "requestBody": {
                    "description": "d",
                    "required": True,
                    "content": {
                        "multipart/form-data": {
                            "schema": {"$ref": "#/components/schemas/Pet"},
                            "example": {},
                            "encoding": {"f": {"contentType": "t", "style": "form", "explode": True,
                                               "allowReserved": False, "headers": {"X": {"schema": {}}}}},
                        }
                    },
                },
                "responses": {
                    "200": {
                        "description": "ok",
                        "headers": {"X": {"description": "d", "required": True, "schema": {"type": "string"}}},
                        "content": {"application/json": {"schema": {"type": "string"},
                                                         "examples": {"e": {"summary": "s", "value": 1}}}},
                        "links": {"l": {"operationId": "a.b", "parameters": {"x": 1}, "description": "d",
                                        "server": {"url": "/"}}},
                    },
                    "4XX": {"$ref": "#/components/responses/Bad"},
                    "default": {"description": "d"},
                },
                "callbacks": {"c": {"{$request.body#/url}": {"post": {"responses": {"200": {"description": "d"}}}}}},
                "x-more": 1,
            },
        }
    },
    "components": {
        "schemas": {
            "Pet": {
                "title": "t",
                "type": "object",
                "required": ["a", "b"],
                "description": "d",
                "properties": {
                    "a": {"type": "string", "minLength": 1, "maxLength": 3, "pattern": "x", "nullable": True,
                          "enum": ["x", None], "default": "x", "format": "f", "deprecated": True},
                    "b": {"type": "integer", "minimum": 0, "maximum": 9, "multipleOf": 2, "default": 4,
                          "exclusiveMinimum": True, "exclusiveMaximum": False, "readOnly": True, "example": 1},
                    "c": {"type": "array", "items": {"type": "number"}, "minItems": 1, "maxItems": 2,
                          "uniqueItems": True, "writeOnly": False},
                    "d": {"allOf": [{"$ref": "#/components/schemas/Other"}], "not": {"type": "string"},
                          "oneOf": [{}], "anyOf": [{}]},
                },
                "additionalProperties": {"type": "boolean"},
                "minProperties": 1,
                "maxProperties": 9,
                "discriminator": {"propertyName": "a", "mapping": {"x": "y"}},
                "xml": {"name": "n", "namespace": "n", "prefix": "p", "attribute": True, "wrapped": False},
                "externalDocs": {"url": "u"},
            },
            "Other": {"type": "object", "additionalProperties": False},
        },
        "responses": {"Bad": {"description": "bad"}},
        "parameters": {"page": {"name": "page", "in": "query", "schema": {"type": "integer", "default": 1}}},
        "examples": {"e": {"value": 1, "externalValue": "u", "description": "d"}},
        "requestBodies": {"b": {"content": {"application/json": {}}}},
        "headers": {"X": {"schema": {"type": "string"}}},
        "links": {"l": {"operationRef": "u", "requestBody": 1}},
        "callbacks": {"c": {"x": {"get": {"responses": {"200": {"description": "d"}}}}}},
        "securitySchemes": {
            "key": {"type": "apiKey", "name": "X", "in": "header", "description": "d", "x-apikeyInfoFunc": "a.b"},
            "basic": {"type": "http", "scheme": "basic"},
            "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
            "oauth": {"type": "oauth2", "flows": {
                "implicit": {"authorizationUrl": "u", "scopes": {"read": "r"}, "refreshUrl": "u"},
                "password": {"tokenUrl": "u"}, "clientCredentials": {"tokenUrl": "u", "scopes": {}},
                "authorizationCode": {"authorizationUrl": "u", "tokenUrl": "u"}}},
            "open": {"type": "openIdConnect", "openIdConnectUrl": "u"},
        },
    },
}  # fmt: skip
SWAGGER: dict[str, Any] = {
    "swagger": "2.0",
    "info": OPENAPI["info"],
    "host": "example.org:80",
    "basePath": "/v1",
    "schemes": ["http", "https"],
    "consumes": ["application/json"],
    "produces": ["application/json"],
    "externalDocs": {"url": "u"},
    "tags": [{"name": "a"}],
    "security": [{"key": []}],
    "paths": {
        "/a/{id}": {
            "parameters": [{"name": "id", "in": "path", "required": True, "type": "integer", "format": "int64"}],
            "post": {
                "tags": ["a"],
                "summary": "s",
                "description": "d",
                "externalDocs": {"url": "u"},
                "operationId": "a.b",
                "produces": ["a/b"],
                "consumes": ["a/b"],
                "schemes": ["http"],
                "deprecated": False,
                "security": [{"oauth": ["read"]}],
                "parameters": [
                    {"name": "q", "in": "query", "type": "array", "items": {"type": "string", "enum": ["a"]},
                     "collectionFormat": "multi", "allowEmptyValue": True, "minItems": 1},
                    {"name": "h", "in": "header", "type": "string", "pattern": "x", "default": "x"},
                    {"name": "body", "in": "body", "required": True, "schema": {"$ref": "#/definitions/Pet"}},
                    {"$ref": "#/parameters/page"},
                ],
                "responses": {
                    "200": {"description": "ok", "schema": {"$ref": "#/definitions/Pet"},
                            "headers": {"X": {"type": "integer", "description": "d", "maximum": 3}},
                            "examples": {"application/json": 1}},
                    "201": {"description": "file", "schema": {"type": "file"}},
                    "default": {"$ref": "#/responses/Bad"},
                },
            },
            "put": {
                "parameters": [{"name": "f", "in": "formData", "type": "file", "description": "d"}],
                "responses": {"200": {"description": "ok"}},
            },
        }
    },
    "parameters": {"page": {"name": "page", "in": "query", "type": "integer", "default": 1, "minimum": 0}},
    "responses": {"Bad": {"description": "bad"}},
    "definitions": {
        "Pet": {
            "title": "t",
            "type": "object",
            "required": ["a"],
            "discriminator": "a",
            "properties": {
                "a": {"type": ["string", "null"], "minLength": 1, "enum": ["a", "b"], "default": "a"},
                "b": {"type": "array", "items": [{"type": "string"}], "uniqueItems": True, "readOnly": True},
                "c": {"allOf": [{"$ref": "#/definitions/Other"}], "example": 1, "xml": {"name": "n"}},
            },
            "additionalProperties": False,
            "minProperties": 1,
            "externalDocs": {"url": "u"},
        },
        "Other": {"type": "object", "additionalProperties": {"type": "string"}},
    },
    "securityDefinitions": {
        "basic": {"type": "basic", "description": "d"},
        "key": {"type": "apiKey", "name": "X", "in": "header"},
        "oauth": {"type": "oauth2", "flow": "implicit", "authorizationUrl": "u", "scopes": {"read": "r"}},
        "password": {"type": "oauth2", "flow": "password", "tokenUrl": "u"},
        "application": {"type": "oauth2", "flow": "application", "tokenUrl": "u"},
        "code": {"type": "oauth2", "flow": "accessCode", "authorizationUrl": "u", "tokenUrl": "u"},
    },
}  # fmt: skip
OTHERS: tuple[Any, ...] = (None, True, 7, -1, 0, "?", "", [], ["?", "?"], [{}], {}, {"?": 1}, {"$ref": "#/x"})
EVERY = 19  # how many of the changed documents are left out between two: all 7000 take minutes


def mutants(document: Any) -> Iterator[tuple[str, Any]]:
    """The document with each of its nodes gone, another one, or with one more field."""
    for *front, last in list(paths(document, ())):
        for change in ("gone", "more", *OTHERS):
            made = copy.deepcopy(document)
            owner = made
            for key in front:
                owner = owner[key]
            if change == "gone":
                del owner[last]
            elif change != "more":
                owner[last] = change
            elif isinstance(owner[last], dict):
                owner[last]["frobnicate"] = {}
            yield f"{'/'.join(map(str, [*front, last]))}: {change!r}", made


def paths(node: Any, at: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    """The keys that lead to each node of a document."""
    if at:
        yield at
    entries = node.items() if isinstance(node, dict) else enumerate(node if isinstance(node, list) else ())
    for key, one in entries:
        yield from paths(one, (*at, key))


@pytest.mark.parametrize(
    ("document", "version"), [(OPENAPI, "v3.0"), (SWAGGER, "v2.0")], ids=["openapi", "swagger"]
)
def test_what_the_installed_schema_refuses(document: dict[str, Any], version: str) -> None:
    """Every node of a document that uses every field is changed in fifteen ways."""
    folder = site(target("c3new")) / "connexion" / "resources" / "schemas" / version
    validator = Draft4Validator(json.loads((folder / "schema.json").read_text("utf-8")))
    assert (list(validator.iter_errors(document)), invalid(document)) == ([], None)
    wrong, count = [], 0
    for name, made in islice(mutants(document), 0, None, EVERY):
        if not {"openapi", "swagger"} & set(made):
            continue  # taken for none
        count += 1
        fault = invalid(made)
        if fault is not None and "default" in fault.keys[-1:]:
            continue  # held against its own schema, which the schema of the format does not ask for
        if (fault is None) is not validator.is_valid(made):
            wrong.append(f"{name}: {'missed' if fault is None else fault}")
    assert (count > 100, wrong) == (True, [])


@pytest.mark.parametrize(
    ("schema", "says"),
    [
        ({"type": "integer", "default": "abc"}, "'abc' is not of type 'integer'"),
        ({"type": "string", "enum": ["a"], "default": "b"}, "'b' is not one of ['a']"),
        ({"type": "integer", "minimum": 3, "default": 1}, "1 is less than the minimum of 3"),
        ({"type": "string", "nullable": True, "default": None}, None),
    ],
)
def test_a_default_is_held_to_its_schema(schema: dict[str, Any], says: str | None) -> None:
    made = {**OPENAPI, "components": {"schemas": {"One": schema}}}
    fault = invalid(made)
    assert (fault.says if fault is not None else None) == says
