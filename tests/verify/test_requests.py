"""From operations to requests: what is asked, and what is not."""

from __future__ import annotations

from typing import Any

from connexion_doctor.verify.requests import GOOD, INVALID, NO_CREDENTIALS, NOWHERE, UNKNOWN_PATH, requests


def operation(path: str, *parameters: dict[str, Any], secured: bool = False) -> dict[str, Any]:
    return {"path": path, "base_path": "/v1", "parameters": list(parameters), "secured": secured}


def parameter(name: str, place: str = "query", required: bool = False, **schema: Any) -> dict[str, Any]:
    return {"name": name, "in": place, "required": required, "schema": schema}


def asked(*operations: dict[str, Any]) -> list[tuple[str, str]]:
    return [(one.kind, one.path) for one in requests(operations) if one.kind != UNKNOWN_PATH]


def test_without_operations_only_a_path_that_no_app_has() -> None:
    assert [(one.kind, one.path) for one in requests([])] == [(UNKNOWN_PATH, NOWHERE)]


def test_a_good_and_a_bad_request() -> None:
    found = asked(operation("/hello", parameter("name", required=True, type="string", minLength=3)))
    assert found == [(GOOD, "/v1/hello?name=example"), (INVALID, "/v1/hello?name=xx")]


def test_optional_parameters_are_left_out_violated_and_given() -> None:
    """A handler may require what a client may leave out: what answers with it is served."""
    found = asked(operation("/hello", parameter("limit", type="integer")))
    assert found == [
        (GOOD, "/v1/hello"),
        (INVALID, "/v1/hello?limit=not-an-integer"),
        (GOOD, "/v1/hello?limit=1"),
    ]


def test_a_required_parameter_without_limits_is_left_out() -> None:
    found = asked(operation("/hello", parameter("q", required=True, type="string")))
    assert found == [(GOOD, "/v1/hello?q=example"), (INVALID, "/v1/hello")]


def test_secured_operations_are_asked_without_credentials_only() -> None:
    assert asked(operation("/secret", secured=True)) == [(NO_CREDENTIALS, "/v1/secret")]


def test_paths_are_filled_and_quoted() -> None:
    found = asked(operation("/a/{x}/b", parameter("x", "path", True, type="string", enum=["a b/c"])))
    assert found[0] == (GOOD, "/v1/a/a%20b%2Fc/b")


def test_a_number_in_the_path_is_not_violated() -> None:
    """There a text is a path that does not exist."""
    found = asked(operation("/a/{x}", parameter("x", "path", True, type="integer")))
    assert found == [(GOOD, "/v1/a/1")]


def test_what_cannot_be_filled_is_not_asked() -> None:
    assert asked(operation("/a/{x}", parameter("x", "path", True, type="object")), operation("/b/{y}")) == []


def test_headers_and_cookies() -> None:
    header = parameter("X-One", "header", True, type="integer")
    one = operation("/h", header, parameter("c", "cookie", True, type="integer"))
    good = requests([one])[0]
    assert (good.path, good.headers) == ("/v1/h", {"X-One": "1", "Cookie": "c=1"})
    bad = next(one for one in requests([one]) if one.kind == INVALID)
    assert bad.headers["X-One"] == "not-an-integer"


def test_few_of_each() -> None:
    many = [operation(f"/{n}", parameter("q", type="integer")) for n in range(20)]
    kinds = [kind for kind, _ in asked(*many)]
    assert (kinds.count(GOOD), kinds.count(INVALID)) == (3 + 2, 2)
