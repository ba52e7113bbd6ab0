"""What is said of a comparison as a whole: a side that is known to fail, what one side alone did."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from connexion_doctor.compare import run
from connexion_doctor.compare.asked import VALID, Answer, Request
from connexion_doctor.compare.changes import Leave
from connexion_doctor.compare.passes import Asked
from connexion_doctor.compare.sides import Side
from connexion_doctor.model import Verdict

JSON = (("Content-Type", "application/json"),)
GET = Request("GET /orders", VALID, run.AFTERWARDS, "GET", "/orders")
POST = Request("POST /orders", VALID, "a valid request", "POST", "/orders", JSON, b"{}")


def side(name: str, verdict: Verdict) -> Side:
    judgement = SimpleNamespace(
        verdict=verdict,
        reason="every request will fail with 500.",
        launch=SimpleNamespace(command=SimpleNamespace(words=(), environ={})),
    )
    return Side(name, Path(), judgement, "", None, ())  # type: ignore[arg-type]


def test_a_side_that_is_known_to_fail_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Side, "command", "gunicorn app:app")
    sides = [side("before", Verdict.SERVES), side("after", Verdict.FAILS), side("other", Verdict.UNKNOWN)]
    assert list(run._failing(sides)) == [
        "after does not serve: every request will fail with 500 (`connexion-doctor -- gunicorn app:app` says "
        "the cure)"
    ]


def asked(request: Request, before: Answer, after: Answer) -> Asked:
    return Asked(request, before, after, {})


def test_credentials_that_let_nobody_in_are_told() -> None:
    refused, let_in = Answer(401, JSON, b"{}"), Answer(200, JSON, b"[]")
    assert list(run._shut_out([asked(GET, refused, refused)])) == [
        "the credentials given let nobody in: GET /orders"
    ]
    assert list(run._shut_out([asked(GET, refused, refused), asked(GET, let_in, let_in)])) == []
    assert list(run._shut_out([asked(GET, let_in, refused)])) == []


def test_what_one_side_alone_did_explains_what_is_left() -> None:
    made, refused = Answer(201, JSON, b'{"id": 1}'), Answer(415, JSON, b"{}")
    left = asked(GET, Answer(200, JSON, b'[{"id": 1}]'), Answer(200, JSON, b"[]"))
    found = [asked(POST, made, refused), asked(POST, made, refused), left]
    assert list(run._followed(found, Leave())) == [
        "GET /orders is another at the end: one side alone did POST /orders (201 and 415)"
    ]
    assert list(run._followed([asked(POST, made, made), left], Leave())) == []
    from_the_beginning = replace(left, request=replace(GET, why="a valid request"))
    assert list(run._followed([from_the_beginning, *found], Leave())) == []
    same = replace(left, after=left.before)
    assert list(run._followed([asked(POST, made, refused), same], Leave())) == []
