"""Operations as the specifications of an app say them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from connexion_doctor.compare.specification import Api, Operation, apis, matches, resolved

JSON_BODY = {"content": {"application/json": {"schema": {"type": "object"}}}, "required": True}
SCHEME = {"type": "apiKey", "in": "header", "name": "X-Key"}


def api(document: Mapping[str, Any], **more: Any) -> Api:
    (found,) = apis([{"specification": {"openapi": "3.0.3", **document}, "base_path": "/v1", **more}])
    return found


def operation(given: Mapping[str, Any], around: Mapping[str, Any] | None = None, **more: Any) -> Operation:
    """The only operation of a document: what is given for it, and around it in its path."""
    (found,) = api({"paths": {"/a/{b}": {"post": given, **(around or {})}}, **more}).operations
    return found


def test_where_an_api_is_served_is_told_by_the_probe() -> None:
    found = api({}, served={"specification": "/v1/openapi.json", "ui": "/v1/ui/"}, open=["validators"])
    assert (found.specification_path, found.ui_path) == ("/v1/openapi.json", "/v1/ui/")
    assert (found.base_path, found.open, found.operations) == ("/v1", ("validators",), ())


@pytest.mark.parametrize("specification", [None, "openapi.yaml", []])
def test_an_api_without_a_document_is_none(specification: object) -> None:
    assert apis([{"specification": specification}]) == ()


@pytest.mark.parametrize("paths", [None, {"/a": None}, {"/a": {"$ref": "#/nowhere"}}, {"/a": {"get": "x"}}])
def test_what_is_no_operation_is_none(paths: object) -> None:
    assert api({"paths": paths}).operations == ()


def test_a_path_that_is_referred_to_is_read() -> None:
    found = api({"paths": {"/a": {"$ref": "#/x~1y/a~0b"}}, "x/y": {"a~b": {"get": {}}}})
    assert [one.name for one in found.operations] == ["GET /v1/a"]


def test_parameters_of_the_path_hold_and_those_of_the_operation_win() -> None:
    own = {"name": "b", "in": "path", "required": True, "schema": {"type": "integer"}}
    around = [
        {"name": "b", "in": "path", "schema": {"type": "string"}},
        {"$ref": "#/components/parameters/c"},
        {"$ref": "#/components/parameters/nowhere"},
        {"name": "nowhere"},
    ]
    other = {"name": "c", "in": "query"}
    components = {"parameters": {"c": other}}
    found = operation({"parameters": [own]}, {"parameters": around}, components=components)
    assert found.parameters == (own, other)
    assert found.definitions == {"components": components}


@pytest.mark.parametrize(
    ("given", "body", "required", "json_only"),
    [
        ({}, {}, False, False),
        ({"requestBody": JSON_BODY}, {"application/json": {"type": "object"}}, True, True),
        (
            {"requestBody": {"$ref": "#/components/requestBodies/one"}},
            {"application/json": {"type": "object"}},
            True,
            True,
        ),
        ({"requestBody": {"$ref": "#/nowhere"}}, {}, False, False),
        ({"requestBody": {}}, {}, False, False),
        (
            {"requestBody": {"content": {"Application/Problem+JSON; a=b": None}}},
            {"application/problem+json; a=b": {}},
            False,
            True,
        ),
        ({"requestBody": {"content": {"text/plain": {}}}}, {"text/plain": {}}, False, False),
    ],
)
def test_bodies(given: Mapping[str, Any], body: object, required: bool, json_only: bool) -> None:
    found = operation(given, components={"requestBodies": {"one": JSON_BODY}})
    assert (found.body, found.body_required, found.takes_json_only) == (body, required, json_only)


FORM = {"name": "a", "in": "formData", "type": "string"}
WHOLE = {"name": "whole", "in": "body", "schema": {"type": "object"}, "required": True}


@pytest.mark.parametrize(
    ("given", "body", "required"),
    [
        ({}, {}, False),
        ({"parameters": [WHOLE]}, {"application/json": {"type": "object"}}, True),
        ({"parameters": [WHOLE], "consumes": ["text/X"]}, {"text/x": {"type": "object"}}, True),
        ({"parameters": [FORM]}, {"form": {}}, False),
        ({"parameters": [FORM, {**FORM, "name": "b", "required": True}]}, {"form": {}}, True),
        ({"parameters": [{**FORM, "type": "file"}]}, {"multipart/form-data": {}}, False),
    ],
)
def test_bodies_of_swagger(given: Mapping[str, Any], body: object, required: bool) -> None:
    found = operation(given, swagger="2.0")
    assert (found.body, found.body_required, found.parameters) == (body, required, ())


@pytest.mark.parametrize(
    ("given", "whole", "security", "secured"),
    [
        ({}, None, (), False),
        ({}, [{"key": []}], (("key",),), True),
        ({"security": []}, [{"key": []}], (), False),
        ({"security": [{"key": []}, {}]}, None, (("key",), ()), False),
        ({"security": [{"key": [], "other": []}, "x"]}, None, (("key", "other"),), True),
    ],
)
def test_security(given: Mapping[str, Any], whole: object, security: object, secured: bool) -> None:
    more: dict[str, Any] = {} if whole is None else {"security": whole}
    found = operation(given, components={"securitySchemes": {"key": SCHEME}}, **more)
    assert (found.security, found.secured, found.schemes) == (security, secured, {"key": SCHEME})
    assert operation(given, securityDefinitions={"key": SCHEME}, **more).schemes == {"key": SCHEME}


def test_a_reference_that_leads_to_itself_ends() -> None:
    document = {"a": {"$ref": "#/b"}, "b": {"$ref": "#/a"}}
    assert resolved(document["a"], document) is None


@pytest.mark.parametrize(
    ("template", "path", "expected"),
    [
        ("/a/{b}", "/a/1", True),
        ("/a/{b}", "/a/", False),
        ("/a/{b}", "/a/1/2", False),
        ("/a/{b}", "/c/1", False),
        ("/a/{b}.json", "/a/1.json", True),
        ("/a/{b}.json", "/a/1.yaml", False),
        ("/a", "/a", True),
    ],
)
def test_paths_of_a_template(template: str, path: str, expected: bool) -> None:
    assert matches(template, path) is expected
