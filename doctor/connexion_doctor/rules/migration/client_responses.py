"""What is read from a response of Flask's test client, in httpx's words."""

from __future__ import annotations

import ast

from connexion_doctor.foundation import late
from connexion_doctor.foundation.late import dataclass
from connexion_doctor.model import Edit, Location
from connexion_doctor.python import Module, Use
from connexion_doctor.python.edits import replace, replace_name

# What a response of httpx has, and what Starlette's client adds: all else is Flask's.
_HTTPX = frozenset(
    "status_code reason_phrase headers content text url cookies encoding charset_encoding default_encoding "
    "http_version history next_request request stream extensions elapsed links raise_for_status "
    "has_redirect_location is_informational is_success is_redirect is_client_error is_server_error is_error "
    "is_closed is_stream_consumed num_bytes_downloaded read close iter_bytes iter_text iter_lines iter_raw "
    "template context".split()
)
_AS = {
    "data": ".content",
    "content_type": '.headers["content-type"]',
    "mimetype": '.headers["content-type"].partition(";")[0]',
    "location": '.headers.get("location")',
    "is_json": '.headers.get("content-type", "").partition(";")[0].endswith("json")',
}
_STATUS = late.pattern(r"([1-5]\d\d) [A-Z' -]+")


@dataclass(frozen=True)
class Reading:
    """What stands in the place of an attribute: in words, and the edits where they are certain."""

    title: str
    edits: tuple[Edit, ...] = ()


def reading(use: Use[ast.Attribute], call: Use[ast.Call] | None, headers: bool) -> Reading | None:
    """How an attribute of a response is read from one of httpx; None where nothing changes.

    :param call: the call of the attribute, where it is called
    :param headers: whether it is taken from the headers of a response
    """
    module, node = use.module, use.node
    if headers:
        moved = node.attr == "getlist"
        return Reading("Use `.get_list(...)`.", (replace_name(module, node, "get_list"),)) if moved else None
    if node.attr == "status":
        edits = _status(module, node)
        return Reading("Compare `.status_code`.", edits) if edits else Reading("Read `.status_code`.")
    new = _new(node.attr, call)
    if new is None:
        return None
    place = replace_name(module, node, new[1:])
    if call is not None and node.attr in ("get_json", "get_data"):
        name, end = place.location, module.location(call.node).end
        place = Edit(Location(module.path, name.line, name.column, *end), new[1:])
    made = (place,) if new else ()
    return Reading(f"Use `{new}`." if new else "Read it from `headers`, `content` or `text`.", made)


def _new(attr: str, call: Use[ast.Call] | None) -> str | None:
    """The same in httpx's words: "" where no expression is certain, None where nothing changes."""
    if attr == "json":
        return ".json()" if call is None else None
    if attr == "get_json":
        return ".json()" if call is not None else ""
    if attr == "get_data":
        if call is None:
            return ""
        as_text = any(k.arg == "as_text" for k in call.node.keywords)
        plain = not call.node.args and len(call.node.keywords) == int(as_text)
        return (".text" if as_text else ".content") if plain else ""
    return _AS.get(attr, None if attr in _HTTPX or attr.startswith("_") else "")


def _status(module: Module, node: ast.Attribute) -> tuple[Edit, ...]:
    """``response.status == "201 CREATED"``, or the same in an assertion, by the number."""
    for one in ast.walk(module.tree):
        sides = one.args if isinstance(one, ast.Call) else []
        if isinstance(one, ast.Compare) and isinstance(one.ops[0], ast.Eq | ast.NotEq):
            sides = [one.left, *one.comparators]
        if len(sides) < 2 or node not in sides[:2]:
            continue
        other = sides[1 - sides.index(node)]
        said = _STATUS.fullmatch(other.value) if isinstance(getattr(other, "value", None), str) else None  # type: ignore[attr-defined]
        if said is not None:
            return (replace_name(module, node, "status_code"), replace(module, other, said[1]))
    return ()
