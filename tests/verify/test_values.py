"""Values made from schemas: jsonschema is the judge of which are valid."""

from __future__ import annotations

import time
from typing import Any

import jsonschema
import pytest

from connexion_doctor.verify import patterns, values

Schema = dict[str, Any]

SCHEMAS: list[Schema] = [
    {"type": "integer"},
    {"type": "integer", "minimum": 10, "maximum": 12},
    {"type": "integer", "minimum": 0, "maximum": 0},
    {"type": "integer", "multipleOf": 7, "minimum": 100},
    {"type": "integer", "maximum": -5},
    {"type": "number", "minimum": 0.25, "maximum": 0.5},
    {"type": "boolean"},
    {"type": "string"},
    {"type": "string", "minLength": 12},
    {"type": "string", "maxLength": 2},
    {"type": "string", "enum": ["red", "green"]},
    {"type": "integer", "enum": [3, 5]},
    {"type": "string", "format": "date"},
    {"type": "string", "format": "uuid"},
    {"type": "string", "format": "email"},
    {"type": "string", "pattern": "^[a-z]{2,4}$"},
    {"type": "string", "pattern": "^[A-Z]{3}-\\d{4}(-x)?$"},
    {"type": "string", "pattern": "^(cat|dog)s?$", "minLength": 4},
    {"type": "string", "pattern": "^[^/]+\\.txt$"},
    {"type": "string", "default": "abc"},
    {"type": "string", "example": "abc"},
    {"enum": ["a", "b"]},
]


def instance(schema: Schema, text: str) -> object:
    """A parameter's text as the type that its schema names, as Connexion reads it."""
    kind = schema.get("type")
    if kind == "integer":
        return int(text)
    if kind == "number":
        return float(text)
    if kind == "boolean":
        return {"true": True, "false": False}[text]
    return text


@pytest.mark.parametrize("schema", SCHEMAS, ids=str)
def test_a_valid_value_is_valid(schema: Schema) -> None:
    text = values.valid({"schema": schema})
    assert text is not None
    jsonschema.validate(instance(schema, text), schema)


LIMITS = {"minimum", "maximum", "minLength", "maxLength", "enum", "pattern"}


@pytest.mark.parametrize("schema", [
    one for one in SCHEMAS
    if set(one) & LIMITS or one.get("format") == "email" or one.get("type") not in ("string", None)
], ids=str)  # fmt: skip
def test_an_invalid_value_is_not(schema: Schema) -> None:
    text = values.invalid({"schema": schema})
    assert text is not None
    with pytest.raises((jsonschema.ValidationError, ValueError, KeyError)):
        jsonschema.validate(
            instance(schema, text), schema, format_checker=jsonschema.Draft4Validator.FORMAT_CHECKER
        )


def test_a_schema_that_allows_everything_has_no_invalid_value() -> None:
    assert values.invalid({"schema": {"type": "string"}}) is None


@pytest.mark.parametrize("name", ["date", "uuid", "date-time"])
def test_what_connexion_does_not_check_is_not_asked_for_in_vain(name: str) -> None:
    """Neither major refuses another text there: what the handler makes of it is the app's."""
    assert values.invalid({"schema": {"type": "string", "format": name}}) is None


@pytest.mark.parametrize(
    ("parameter", "text"),
    [
        ({"schema": {"type": "string"}, "example": "here"}, "here"),
        ({"schema": {"type": "string"}, "examples": {"one": {"value": "first"}}}, "first"),
        ({"schema": {"type": "string", "minLength": 3}, "example": "no"}, "example"),
        ({"schema": {"type": "integer"}, "x-example": 7}, "7"),
        ({"schema": {"type": "array", "items": {"type": "integer"}}}, "1"),
        ({"schema": {"type": "object"}}, None),
        ({"schema": {"type": "string", "pattern": "(?=never)x"}}, None),
    ],
)
def test_examples_come_first(parameter: Schema, text: str | None) -> None:
    assert values.valid(parameter) == text


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "string", "minLength": 10**10},
        {"type": "string", "pattern": "a{100000000}"},
        {"type": "string", "pattern": "((a{999}){999}){999}"},
        {"type": "array", "items": {"type": "string", "minLength": 3000}, "minItems": 10**9},
    ],
    ids=str,
)
def test_what_no_address_can_hold_is_not_made(schema: Schema) -> None:
    text = values.valid({"schema": schema})
    assert text is None or len(text) < 1_000_000


# expression, text that it takes years for (or is nothing for it), what is said
HOSTILE = {
    "a repetition of repetitions": (r"^(a+)+$", "a" * 60 + "!", None),
    "branches that are alike": (r"^(a|a)*$", "a" * 60 + "!", None),
    "many that may be there": ("a?" * 40 + "a" * 40, "a" * 40, None),
    "several that grow": (r"\w+\w+\w+\w+\w+!", "a" * 3_000, None),
    "a group that was met": (r"(.*)(.*)(.*)(.*)\1\2\3\4x", "ab" * 40, None),
    "nothing, very often": (r"(((()){60000}){60000}){60000}", "", None),
    "none": ("(", "a", None),
    "deeper than any": ("(" * 5_000 + ")" * 5_000, "a", None),
    "names of pages": (r"^[a-z]+(-[a-z]+)*$", "one-two-three", True),
    "letters and digits": (r"^[A-Z]{2,4}\d+$", "AB12x", False),
    "a look ahead": (r"^(?!x)\w+$", "abc", True),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_an_expression_takes_no_longer_than_it_may(case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patterns, "_slow", set())
    monkeypatch.setattr(patterns, "SECONDS", 0.3 if HOSTILE[case][2] is None else 20.0)
    pattern, text, said = HOSTILE[case]
    begin = time.process_time()
    assert patterns.found_in(pattern, text) is said
    assert time.process_time() - begin < 1.0


def test_slow_expressions_are_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patterns, "_slow", {"a", "b", "c"})
    monkeypatch.setattr(patterns, "run", None)  # no process is started
    assert patterns.found_in(r"^(b+)+$", "b" * 30 + "!") is None
    assert values.allows({"type": "string", "pattern": r"^(b+)+$"}, "b" * 30 + "!")
