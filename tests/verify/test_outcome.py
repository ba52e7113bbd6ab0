"""From answers to what happened."""

from __future__ import annotations

import pytest

from connexion_doctor.model import Verdict
from connexion_doctor.verify.http import Answer
from connexion_doctor.verify.outcome import Exchange, judged
from connexion_doctor.verify.raised import OwnFault
from connexion_doctor.verify.requests import GOOD, INVALID, NO_CREDENTIALS, UNKNOWN_PATH, Request

GOOD_REQUEST = Request(GOOD, "/x")
FAILED = Answer(500, "application/problem+json")
SERVES, FAILS, UNKNOWN = Verdict.SERVES, Verdict.FAILS, Verdict.UNKNOWN
PROBLEM, HTML = "application/problem+json", "text/html"


def exchange(kind: str, status: int | None, content_type: str = PROBLEM) -> Exchange:
    if status is None:
        return Exchange(Request(kind, "/x"), failure="no answer in 10 s")
    return Exchange(Request(kind, "/x"), Answer(status, content_type))


@pytest.mark.parametrize(
    ("answers", "happened"),
    [
        ([(GOOD, 200), (INVALID, 400), (NO_CREDENTIALS, 401), (UNKNOWN_PATH, 404)], SERVES),
        ([(GOOD, 404), (INVALID, 400)], SERVES),
        ([(GOOD, 500), (GOOD, 200), (INVALID, 400)], SERVES),
        ([(NO_CREDENTIALS, 401)], SERVES),
        ([(NO_CREDENTIALS, 403)], SERVES),
        ([(GOOD, 200), (UNKNOWN_PATH, 404)], SERVES),
        ([(UNKNOWN_PATH, 404)], SERVES),
        ([(GOOD, 500), (INVALID, 400)], FAILS),
        ([(GOOD, 200), (INVALID, 200)], FAILS),
        ([(GOOD, 200), (INVALID, 500)], FAILS),
        ([(GOOD, 200), (NO_CREDENTIALS, 200)], FAILS),
        ([(NO_CREDENTIALS, 500)], FAILS),
        ([(GOOD, None)], FAILS),
        ([(GOOD, 200), (INVALID, None)], FAILS),
        ([(UNKNOWN_PATH, 500)], FAILS),
        ([(GOOD, 404), (INVALID, 404)], UNKNOWN),
        ([], UNKNOWN),
    ],
)
def test_judged(answers: list[tuple[str, int | None]], happened: Verdict) -> None:
    assert judged([exchange(*answer) for answer in answers]).happened is happened


def test_a_404_that_is_not_connexions_says_nothing() -> None:
    assert judged([exchange(UNKNOWN_PATH, 404, HTML)]).happened is UNKNOWN


OWN = OwnFault("builtins.ConnectionRefusedError", "handlers.py:4")


@pytest.mark.parametrize(
    ("good", "happened", "detail"),
    [
        (
            [Exchange(GOOD_REQUEST, FAILED, own=OWN)],
            SERVES,
            f"GET /x raised {OWN.spoken}",
        ),
        ([Exchange(GOOD_REQUEST, Answer(503, PROBLEM))], SERVES, "GET /x was answered with 503"),
        (
            [Exchange(GOOD_REQUEST, Answer(501, PROBLEM))],  # as resolver_error has it
            UNKNOWN,
            "GET /x leads to no function, and so do all that were asked",
        ),
        (
            [Exchange(GOOD_REQUEST, Answer(503, PROBLEM), log=("Traceback (most recent call last):",))],
            FAILS,
            "GET /x was answered with 503",
        ),
    ],
)
def test_what_the_handler_did_is_its_own(good: list[Exchange], happened: Verdict, detail: str) -> None:
    """With nothing else to ask, and beside an invalid request that was refused."""
    alone, beside = judged(good), judged([*good, exchange(INVALID, 400)])
    assert (alone.happened, alone.detail) == (happened, detail)
    assert beside.happened is happened
    assert beside.detail.endswith(detail)


def test_a_handler_that_is_reached_without_validation_is_no_excuse() -> None:
    found = judged([Exchange(GOOD_REQUEST, FAILED, own=OWN), exchange(INVALID, 500)])
    assert found.happened is FAILS
    assert found.by is not None and found.by.request.kind == INVALID
