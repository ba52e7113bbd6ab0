"""What differs between two answers, and who sees it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from connexion_doctor.compare import asked, known
from connexion_doctor.compare.asked import Answer, Request
from connexion_doctor.compare.changes import Effect, Leave, changes
from connexion_doctor.compare.data import below, differences
from connexion_doctor.compare.noise import measured

BREAKS, NOTICE, NONE = Effect.BREAKS, Effect.NOTICE, Effect.NONE
JSON = ("Content-Type", "application/json")


def request(kind: str = asked.VALID, method: str = "GET", *headers: tuple[str, str]) -> Request:
    return Request(f"{method} /x", kind, "a test", method, "/x", headers)


def answer(status: int = 200, body: Any = None, *headers: tuple[str, str]) -> Answer:
    given = body if isinstance(body, bytes) else json.dumps(body).encode() if body is not None else b""
    return Answer(status, (*((JSON,) if not isinstance(body, bytes) else ()), *headers), given)


ORIGIN = ("Origin", "https://example.org")
CORS = ("Access-Control-Allow-Origin", "*")
PAGE = ("Content-Type", "text/html")

TABLE: list[tuple[str, Request, Answer, Answer, list[tuple[str, str, Effect]]]] = [
    ("the same", request(), answer(body={"a": 1}), answer(body={"a": 1}), []),
    ("order of keys", request(), answer(body={"a": 1, "b": 2}), answer(body={"b": 2, "a": 1}),
     [("body", "bytes", NONE)]),
    ("a number's spelling", request(), answer(body={"a": 1}), answer(body={"a": 1.0}), [("body", "bytes", NONE)]),
    ("a property is gone", request(), answer(body={"a": 1, "b": 2}), answer(body={"a": 1}), [("/b", "lost", BREAKS)]),
    ("a property is new", request(), answer(body={"a": 1}), answer(body={"a": 1, "b": 2}), [("/b", "added", NOTICE)]),
    ("another type", request(), answer(body={"a": 1}), answer(body={"a": "1"}), [("/a", "type", BREAKS)]),
    ("true is no number", request(), answer(body={"a": 1}), answer(body={"a": True}), [("/a", "type", BREAKS)]),
    ("another value", request(), answer(body=[{"a": 1}]), answer(body=[{"a": 2}]), [("/*/a", "value", BREAKS)]),
    ("another order", request(), answer(body=[1, 2]), answer(body=[2, 1]), [("/", "order", NOTICE)]),
    ("success to failure", request(), answer(200, {}), answer(400, {}), [("status", "status", BREAKS)]),
    ("failure of another class", request(), answer(415, {}), answer(500, {}), [("status", "status", BREAKS)]),
    ("a fault is gone", request(), answer(500, {}), answer(200, {}), [("status", "status", NOTICE)]),
    ("other status of the class", request(), answer(400, {}), answer(422, {}), [("status", "status", NOTICE)]),
    ("let in without credentials", request(asked.NO_CREDENTIALS), answer(401, {}), answer(200, {}),
     [("status", "status", BREAKS)]),
    ("shut out", request(), answer(404, {"a": 1}), answer(401, {}), [("status", "status", BREAKS)]),
    ("another error has another body", request(), answer(404, {"a": 1}), answer(410, {}),
     [("status", "status", NOTICE)]),
    ("an invalid request is taken", request(asked.INVALID), answer(400, {}), answer(200, {}),
     [("status", "status", BREAKS)]),
    ("a path is found", request(asked.SLASH), answer(404, {}), answer(307, {}), [("status", "status", NOTICE)]),
    ("a redirect is lost", request(), answer(302, b"", ("Location", "/y")), answer(200, b""),
     [("status", "status", BREAKS)]),
    ("a redirect leads elsewhere", request(), answer(302, b"", ("Location", "http://a/y")),
     answer(302, b"", ("Location", "/z")), [("header location", "value", BREAKS)]),
    ("a redirect by another name", request(), answer(302, b"", ("Location", "http://a:1/y")),
     answer(302, b"", ("Location", "/y")), []),
    ("words of an error", request(), answer(400, {"detail": "a"}), answer(400, {"detail": "b"}),
     [("/detail", "value", NOTICE)]),
    ("a member of an error", request(), answer(400, {"detail": "a", "by": 1}), answer(400, {"detail": "a"}),
     [("/by", "lost", BREAKS)]),
    ("another document", request(), answer(200, b"{}", JSON), answer(200, b"<p>", PAGE),
     [("content-type", "value", BREAKS)]),
    ("an error page becomes a problem", request(), answer(404, b"<p>", PAGE), answer(404, {"detail": "x"}),
     [("content-type", "value", NOTICE), ("body", "text", NOTICE)]),
    ("a preflight is lost", request(asked.PREFLIGHT, "OPTIONS", ORIGIN), answer(200, b"", CORS), answer(405, {}),
     [("status", "status", BREAKS)]),
    ("OPTIONS that told no browser anything", request(asked.PREFLIGHT, "OPTIONS", ORIGIN), answer(200, b""),
     answer(405, {}), [("status", "status", NOTICE)]),
    ("CORS is lost", request(asked.CROSS_ORIGIN, "GET", ORIGIN), answer(200, {}, CORS), answer(200, {}),
     [("header access-control-allow-origin", "lost", BREAKS)]),
    ("CORS, and nobody looks", request(), answer(200, {}, CORS), answer(200, {}),
     [("header access-control-allow-origin", "lost", NONE)]),
    ("a cookie is lost", request(), answer(200, {}, ("Set-Cookie", "a=1; Path=/")), answer(200, {}),
     [("header set-cookie", "lost", BREAKS)]),
    ("a cookie's value and time", request(), answer(200, {}, ("Set-Cookie", "a=1; Path=/; Max-Age=3")),
     answer(200, {}, ("Set-Cookie", "a=2; Max-Age=4; Path=/")), []),
    ("time and servers", request(), answer(200, {}, ("Date", "x"), ("Server", "gunicorn")),
     answer(200, {}, ("Date", "y"), ("Server", "uvicorn"), ("Transfer-Encoding", "chunked")), []),
    ("Allow is a set", request(), answer(405, {}, ("Allow", "GET, HEAD")), answer(405, {}, ("allow", "HEAD,GET")), []),
    ("no answer", request(), answer(200, {}), Answer(0, failure="gone"), [("status", "answer", BREAKS)]),
    ("no answer from both", request(), Answer(0, failure="gone"), Answer(0, failure="gone too"), []),
    ("text", request(), answer(200, b"a", ("Content-Type", "text/plain")),
     answer(200, b"b", ("Content-Type", "text/plain; charset=utf-8")),
     [("content-type", "value", NOTICE), ("body", "text", BREAKS)]),
    ("what nobody can read", request(), answer(200, b"[" * 9000, JSON), answer(200, b"[" * 9001, JSON),
     [("body", "text", BREAKS)]),
    ("what is nested deeply", request(), answer(200, b"[" * 150 + b"]" * 150, JSON),
     answer(200, b"[" * 150 + b"1" + b"]" * 150, JSON), [("/*" * 150, "added", NOTICE)]),
    ("the documentation", request(asked.DOCUMENTATION), answer(200, {"a": 1}), answer(200, {"b": 1}),
     [("body", "text", NOTICE)]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("what", "sent", "before", "after", "wanted"), TABLE, ids=[one[0].replace(" ", "-") for one in TABLE]
)
def test_what_differs(
    what: str, sent: Request, before: Answer, after: Answer, wanted: list[tuple[str, str, Effect]]
) -> None:
    assert [(one.where, one.what, one.effect) for one in changes(sent, before, after)] == wanted


def test_what_varies_is_left_out_and_its_type_is_not() -> None:
    noise = measured(request(), [answer(body={"id": 1, "a": 1}), answer(body={"id": 2, "a": 1})])
    leave = Leave(noise=noise)
    assert changes(request(), answer(body={"id": 3, "a": 1}), answer(body={"id": 4, "a": 1}), leave) == []
    (found,) = changes(request(), answer(body={"id": 3, "a": 1}), answer(body={"id": "4", "a": 1}), leave)
    assert (found.where, found.what) == ("/id", "type")
    (found,) = changes(request(), answer(body={"id": 3, "a": 1}), answer(body={"id": 4, "a": 2}), leave)
    assert found.where == "/a"


def test_an_order_that_varies_is_not_compared_and_the_entries_are() -> None:
    noise = measured(request(), [answer(body=[1, 2, 3]), answer(body=[3, 1, 2])])
    leave = Leave(noise=noise)
    assert changes(request(), answer(body=[1, 2, 3]), answer(body=[2, 3, 1]), leave) == []
    assert changes(request(), answer(body=[1, 2, 3]), answer(body=[2, 3, 4]), leave) != []


@pytest.mark.parametrize(
    ("ignored", "left"), [("/items/*/updated", []), ("/items", []), ("/items/*/other", ["/items/*/updated"])]
)
def test_places_that_the_user_ignores(ignored: str, left: list[str]) -> None:
    before, after = answer(body={"items": [{"updated": 1}]}), answer(body={"items": [{"updated": 2}]})
    found = changes(request(), before, after, Leave(paths=[ignored]))
    assert [one.where for one in found] == left


def test_headers_that_the_user_ignores() -> None:
    before, after = answer(200, {}, ("X-Total", "1")), answer(200, {}, ("X-Total", "2"))
    assert changes(request(), before, after, Leave(headers=["x-total"])) == []


def test_names_of_any_kind_are_places() -> None:
    found = differences({"a/b": {"~": 1}}, {"a/b": {"~": 2}})
    assert [one.where for one in found] == ["/a~1b/~0"]
    assert below("/a/b/c", "/a/*")
    assert not below("/ab", "/a")


PREFLIGHT = request(asked.PREFLIGHT, "OPTIONS", ORIGIN)
ALLOWED = answer(200, b"", CORS)


@pytest.mark.parametrize(
    ("before", "after", "names"),
    [
        (ALLOWED, answer(405, {}), {"preflight"}),
        (ALLOWED, answer(400, b"Disallowed CORS origin"), {"preflight-refused"}),
        (answer(200, b""), answer(400, b"Disallowed CORS headers"), {"preflight-refused"}),
        (ALLOWED, answer(200, b"", CORS, ("Vary", "Origin")), {"cors-headers"}),
        (answer(200, b""), answer(200, b"", ("Vary", "Origin")), {"cors-headers"}),
        (ALLOWED, answer(200, b""), {"preflight"}),
    ],
)
def test_what_a_browser_is_told_is_explained_by_what_answers_it(
    before: Answer, after: Answer, names: set[str]
) -> None:
    found = [
        known.explained(PREFLIGHT, one, before, after) for one in changes(PREFLIGHT, before, after, Leave())
    ]
    assert {one.name for one in found if one is not None} == names
