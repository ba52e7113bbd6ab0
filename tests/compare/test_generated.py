"""Requests are the same every time, in another process too; a seed adds more, the same for the same seed."""

from __future__ import annotations

import contextlib
import importlib
import os
import subprocess
import sys
from importlib import metadata

import pytest

from connexion_doctor.compare import generated
from connexion_doctor.compare.specification import apis
from connexion_doctor.model.errors import UsageError
from tests.compare.comparing import APPS
from tests.running import PACKAGES

SCRIPT = """
import hashlib, sys
from pathlib import Path
import yaml
from connexion_doctor.compare import generated
from connexion_doctor.compare.specification import apis
(api,) = apis([{"specification": yaml.safe_load(Path(sys.argv[1]).read_text()), "base_path": ""}])
made, _ = generated.requests(api, int(sys.argv[2]) if sys.argv[2:] else None)
print(len(made), hashlib.md5(repr(made).encode()).hexdigest())
"""


def told(*words: str, hashing: str) -> str:
    environ = {**os.environ, "PYTHONPATH": str(PACKAGES), "PYTHONHASHSEED": hashing}
    words = (sys.executable, "-c", SCRIPT, str(APPS / "bodies" / "openapi.yaml"), *words)
    return subprocess.run(words, env=environ, capture_output=True, text=True, check=True).stdout


def test_the_same_every_time() -> None:
    first, drawn = told(hashing="1"), told("7", hashing="1")
    assert told(hashing="2") == first
    assert told("7", hashing="2") == drawn
    assert int(drawn.split()[0]) > int(first.split()[0])


def test_a_deep_body_is_asked_of_every_kind_and_what_is_not_is_counted() -> None:
    parts = {f"p{n}": {"type": "integer", "minimum": 0, "maximum": 9} for n in range(60)}
    body = {"content": {"application/json": {"schema": {"type": "object", "properties": parts}}}}
    document = {
        "openapi": "3.0.3",
        "info": {"title": "t", "version": "1"},
        "paths": {"/deep": {"post": {"requestBody": body, "responses": {"200": {"description": "ok"}}}}},
    }
    (api,) = apis([{"specification": document, "base_path": ""}])
    made, left = generated.requests(api)
    assert len(made) == generated.MOST
    assert {one.kind for one in made} == {"valid", "invalid", "content-type", "undeclared-method"}
    assert len(left) == 1 and "POST /deep" in left[0]


def test_a_schemathesis_that_is_another_inside_is_told_of(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(generated.GIVEN, "Override", ("nothing",))
    with pytest.raises(UsageError, match=rf"{metadata.version('schemathesis')} has no .*Override"):
        generated.available()


def test_what_is_in_no_enumeration_is_drawn_as_far_as_it_is_needed() -> None:
    """Where the first that are drawn are all in it, there is more."""
    inside = importlib.import_module("schemathesis.specs.openapi.coverage._schema")
    generated.available()
    few = inside._invalid_enum_candidates()
    assert len(few) == generated.OUTSIDE
    every = []
    with contextlib.suppress(Exception):
        inside.examples.generate_one(inside.INVALID_ENUM_STRATEGY.filter(lambda one: every.append(one)))
    assert len(every) > len(few) and list(few) == every[: len(few)]
    texts = [one for one in few if isinstance(one, str)]
    parameter = {"name": "a", "in": "query", "schema": {"type": "string", "enum": [*few, "AAA"]}}
    operation = {"parameters": [parameter], "responses": {"200": {"description": "ok"}}}
    document = {
        "openapi": "3.0.3",
        "info": {"title": "t", "version": "1"},
        "paths": {"/": {"get": operation}},
    }
    (api,) = apis([{"specification": document, "base_path": ""}])
    made, _ = generated.requests(api)
    wrong = [one for one in made if "enum" in one.why.lower() and one.kind == "invalid"]
    assert texts and wrong
