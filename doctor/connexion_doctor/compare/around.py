"""Requests that no generator makes: methods that browsers send, credentials, slashes, the documentation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from urllib.parse import urlsplit

from connexion_doctor.compare.asked import (
    APP,
    CONTENT_TYPE,
    CROSS_ORIGIN,
    DOCUMENTATION,
    HEAD,
    INVALID,
    NO_CREDENTIALS,
    OPTIONS,
    PAGES,
    PREFLIGHT,
    SAFE_METHODS,
    SLASH,
    UNKNOWN_PATH,
    VALID,
    WRONG_CREDENTIALS,
    Request,
)
from connexion_doctor.compare.generated import without_a_type
from connexion_doctor.compare.specification import JSON, Api, Operation
from connexion_doctor.verify.requests import NOWHERE

WRONG = "connexion-doctor-wrong"
OTHER_JSON = ("application/json", "application/vnd.api+json", "application/vnd.connexion-doctor+json")
BASIC = "Basic Y29ubmV4aW9uLWRvY3Rvcjp3cm9uZw=="  # connexion-doctor:wrong


def around(api: Api, made: Sequence[Request], origin: str) -> list[Request]:
    """More requests, beside those that were made from the specification.

    :param origin: the web page that a cross-origin request says it comes from
    """
    found: list[Request] = []
    firsts = {one.operation: one for one in reversed(made) if one.kind == VALID}
    asked: set[str] = set()
    for operation in api.operations:
        first = firsts.get(operation.name)
        if first is None:
            continue
        found += _of_operation(operation, first, origin)
        if operation.template not in asked:
            asked.add(operation.template)
            found += _of_path(api, operation, first, origin)
    return [*found, *_documentation(api), *_nowhere(api)]


def _of_operation(operation: Operation, first: Request, origin: str) -> Iterator[Request]:
    if first.body is not None and first.content_type is not None:
        yield without_a_type(first)
    if first.body is not None and _is_json(first):
        yield _of_another_json(operation, first)
        yield replace(first, kind=INVALID, why="JSON that is cut off", body=b'{"')
    if first.body is None and not operation.body and operation.method != "HEAD":
        headers = (*first.headers, ("Content-Type", "application/json"))
        why = "a content type without a body, as many clients send it"
        yield replace(first, kind=CONTENT_TYPE, why=why, headers=headers)
    if operation.secured:
        yield replace(first, kind=NO_CREDENTIALS, why="no credentials", anonymous=True)
        yield from _wrong(operation, first)
    if operation.method == "GET":
        came = (*first.headers, ("Origin", origin))
        yield replace(first, kind=CROSS_ORIGIN, why=f"from a page of {origin}", headers=came)
        yield replace(first, kind=SLASH, why="the trailing slash", path=_toggled(first.path))


def _is_json(request: Request) -> bool:
    return JSON.match((request.content_type or "").partition(";")[0].strip().lower()) is not None


def _of_another_json(operation: Operation, first: Request) -> Request:
    """The same under a type of JSON that the specification does not have: which, depends on what it has."""
    declared = {name.partition(";")[0].strip().lower() for name in operation.body}
    other = next(one for one in OTHER_JSON if one not in declared)
    headers = (*(one for one in first.headers if one[0].lower() != "content-type"), ("Content-Type", other))
    return replace(first, kind=CONTENT_TYPE, why=f"JSON as {other}", headers=headers)


def _of_path(api: Api, operation: Operation, first: Request, origin: str) -> Iterator[Request]:
    """What is asked once a path, whatever methods it has; it counts for the first of them."""
    methods = [one.method for one in api.operations if one.template == operation.template]
    bare = replace(first, body=None, headers=tuple(h for h in first.headers if h[0] != "Content-Type"))
    if "HEAD" not in methods and operation.method == "GET":
        yield replace(bare, kind=HEAD, why="HEAD", method="HEAD")
    if "OPTIONS" in methods:
        return
    yield replace(bare, kind=OPTIONS, why="OPTIONS", method="OPTIONS")
    wanted = next((one for one in methods if one not in SAFE_METHODS), methods[0])
    yield Request(
        f"{wanted} {operation.template}",
        PREFLIGHT,
        f"a browser's preflight for {wanted}, from a page of {origin}",
        "OPTIONS",
        first.path,
        (
            ("Origin", origin),
            ("Access-Control-Request-Method", wanted),
            ("Access-Control-Request-Headers", "content-type"),
        ),
        anonymous=True,
    )


def _wrong(operation: Operation, first: Request) -> Iterator[Request]:
    """Wrong credentials for each scheme of the first alternative."""
    for name in operation.security[0]:
        scheme = operation.schemes.get(name) or {}
        kind, place = str(scheme.get("type")), scheme.get("in")
        basic = kind == "basic" or kind == "http" and str(scheme.get("scheme")).lower() == "basic"
        request = replace(first, kind=WRONG_CREDENTIALS, why=f"wrong credentials ({name})", anonymous=True)
        if kind != "apiKey":
            value = BASIC if basic else f"Bearer {WRONG}"
            yield replace(request, headers=(*first.headers, ("Authorization", value)))
        elif place == "query":
            joint = "&" if urlsplit(first.path).query else "?"
            yield replace(request, path=f"{first.path}{joint}{scheme.get('name')}={WRONG}")
        elif place == "cookie":
            yield replace(request, headers=(*first.headers, ("Cookie", f"{scheme.get('name')}={WRONG}")))
        else:
            yield replace(request, headers=(*first.headers, (str(scheme.get("name")), WRONG)))


def _toggled(path: str) -> str:
    """The path with a slash at its end, or without the one it has."""
    plain, mark, query = path.partition("?")
    toggled = plain.rstrip("/") if plain.endswith("/") and plain != "/" else f"{plain}/"
    return f"{toggled or '/'}{mark}{query}"


def _documentation(api: Api) -> Iterator[Request]:
    where = []
    if api.specification_path is not None:
        path = f"{api.base_path}{api.specification_path}"
        where += [(path, "the specification"), (path.replace(".json", ".yaml"), "the specification as YAML")]
    if api.ui_path is not None:
        path = f"{api.base_path}{api.ui_path}".rstrip("/")
        where += [(path, "the Swagger UI without its slash"), (f"{path}/", "the Swagger UI")]
    for path, why in dict(where).items():
        yield Request(PAGES, DOCUMENTATION, why, "GET", path)


def _nowhere(api: Api) -> Iterator[Request]:
    for path in dict.fromkeys((NOWHERE, f"{api.base_path}{NOWHERE}")):
        yield Request(APP, UNKNOWN_PATH, "a path that no app has", "GET", path)
