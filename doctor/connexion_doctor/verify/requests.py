"""The requests that show whether an app is served through Connexion, made from its own specification.

Only GET is sent, and no credentials are: a good request needs an operation that asks for none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from typing import Any
from urllib.parse import quote, urlencode

from connexion_doctor.foundation.late import dataclass
from connexion_doctor.verify import values

GOOD, INVALID, NO_CREDENTIALS, UNKNOWN_PATH = "valid", "invalid", "no-credentials", "unknown-path"
MOST = {GOOD: 3, INVALID: 2, NO_CREDENTIALS: 2}
MOST_WHOLE = 2  # good requests with every parameter
NOWHERE = "/.well-known/connexion-doctor/trial"

Operation = Mapping[str, Any]


@dataclass(frozen=True)
class Request:
    """A GET. ``kind`` says what it is to show; ``why`` what is wrong with it, where something is."""

    kind: str
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    why: str = ""


def requests(operations: Sequence[Operation]) -> list[Request]:
    """Good, invalid and unauthenticated requests, a few of each, and one for a path that no app has.

    :param operations: the GET operations, as the agent reports them
    """
    found: dict[str, list[Request]] = {GOOD: [], INVALID: [], NO_CREDENTIALS: []}
    whole: list[Request] = []  # a handler may require what the specification lets a client leave out
    for operation in sorted(operations, key=_effort):
        given = _values(operation)
        if given is None:
            continue
        if operation["secured"]:
            found[NO_CREDENTIALS].append(_request(NO_CREDENTIALS, operation, given, "no credentials"))
            continue
        found[GOOD].append(_request(GOOD, operation, given))
        found[INVALID] += _invalid(operation, given)
        everything = {**_optional(operation), **given}
        whole += [_request(GOOD, operation, everything)] if len(everything) > len(given) else []
    chosen = [request for kind, made in found.items() for request in made[: MOST[kind]]]
    return [*chosen, *whole[:MOST_WHOLE], Request(UNKNOWN_PATH, NOWHERE, why="a path that no app has")]


def _effort(operation: Operation) -> tuple[int, int]:
    """Plain operations first: fewer required parameters; then those with something to violate."""
    parameters = operation["parameters"]
    return sum(bool(one.get("required")) for one in parameters), -len(parameters)


def _values(operation: Operation) -> dict[tuple[str, str], str] | None:
    """A value for every required parameter; None where one cannot be made."""
    given: dict[tuple[str, str], str] = {}
    for parameter in operation["parameters"]:
        if not (parameter.get("required") or parameter["in"] == "path"):
            continue
        value = values.valid(parameter)
        if value is None or (parameter["in"] == "path" and not value):
            return None
        given[parameter["in"], parameter["name"]] = value
    names = re.findall(r"{([^{}]+)}", operation["path"])
    return given if all(("path", name) in given for name in names) else None


def _optional(operation: Operation) -> dict[tuple[str, str], str]:
    """A value for every parameter that a client may leave out, and that one can be made for."""
    made = {
        (one["in"], one["name"]): values.valid(one)
        for one in operation["parameters"]
        if not one.get("required")
    }
    return {key: value for key, value in made.items() if value is not None}


def _invalid(operation: Operation, given: Mapping[tuple[str, str], str]) -> Iterator[Request]:
    """Requests with one bad value each, or without a required one; parameters in the path last: there a
    value of the wrong type is a path that does not exist."""
    places = ("query", "header", "path")
    for parameter in sorted(operation["parameters"], key=lambda one: _rank(places, one["in"])):
        place, name = parameter["in"], parameter["name"]
        if place not in places or (place == "path" and parameter.get("schema", {}).get("type") != "string"):
            continue
        bad = values.invalid(parameter)
        if bad is not None and (place != "path" or "/" not in bad):
            yield _request(INVALID, operation, {**given, (place, name): bad}, f"{name} = {bad}")
        elif parameter.get("required") and place != "path":
            rest = {key: value for key, value in given.items() if key != (place, name)}
            yield _request(INVALID, operation, rest, f"{name} left out")


def _rank(places: Sequence[str], place: str) -> int:
    return places.index(place) if place in places else len(places)


def _request(kind: str, operation: Operation, given: Mapping[tuple[str, str], str], why: str = "") -> Request:
    def fill(match: re.Match[str]) -> str:
        return quote(given["path", match[1]], safe="")

    path = re.sub(r"{([^{}]+)}", fill, f"{operation['base_path']}{operation['path']}")
    query = [(name, value) for (place, name), value in given.items() if place == "query"]
    headers = {name: value for (place, name), value in given.items() if place == "header"}
    cookies = [f"{name}={quote(value)}" for (place, name), value in given.items() if place == "cookie"]
    if cookies:
        headers["Cookie"] = "; ".join(cookies)
    return Request(kind, path + (f"?{urlencode(query)}" if query else ""), headers, why)
