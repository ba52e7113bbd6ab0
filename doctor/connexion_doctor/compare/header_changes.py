"""Headers that differ, but for those that carry time, the server's name, or the way over the wire."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from connexion_doctor.compare.asked import Answer
from connexion_doctor.foundation import late
from connexion_doctor.foundation.late import dataclass

# Time, names of servers, and how the bytes come: RFC 9110, RFC 9112. A content type is looked at elsewhere.
NOT_COMPARED = frozenset(
    "date server via age expires last-modified etag content-length connection keep-alive transfer-encoding "
    "content-type x-powered-by x-request-id x-correlation-id x-runtime x-process-time".split()
)
SETS = frozenset(
    "allow vary access-control-allow-methods access-control-allow-headers "
    "access-control-expose-headers".split()
)
HOST = late.pattern(r"^https?://[^/]*")


@dataclass(frozen=True)
class HeaderChange:
    """A header, what differs (``lost``, ``added``, ``value``), both values, and who sees it."""

    name: str
    what: str
    before: str
    after: str
    effect: str


def of(before: Answer, after: Answer, ignored: Collection[str]) -> Iterator[HeaderChange]:
    """The headers that differ.

    :param ignored: names that the user does not want to be compared
    """
    left = NOT_COMPARED | {name.lower() for name in ignored}
    names = dict.fromkeys(name.lower() for name, _ in (*before.headers, *after.headers))
    for name in names:
        if name in left:
            continue
        old, new = _values(before, name), _values(after, name)
        if old == new:
            continue
        what = "lost" if not new else "added" if not old else "value"
        effect = _effect(name, old, new, before.status // 100 == after.status // 100)
        yield HeaderChange(name, what, ", ".join(old), ", ".join(new), effect)


def _values(answer: Answer, name: str) -> list[str]:
    given = [value for key, value in answer.headers if key.lower() == name]
    if name == "set-cookie":
        return sorted(_cookie(value) for value in given)
    if name == "location":
        return [HOST.sub("", value) or "/" for value in given]
    if name in SETS:
        return sorted({word.strip().lower() for value in given for word in value.split(",") if word.strip()})
    return given


def _cookie(value: str) -> str:
    """A cookie without its value and the time when it ends."""
    first, *rest = [part.strip() for part in value.split(";")]
    kept = [part for part in rest if not part.lower().startswith(("expires", "max-age"))]
    return "; ".join([f"{first.partition('=')[0]}=...", *sorted(kept, key=str.lower)])


def _effect(name: str, before: list[str], after: list[str], same_class: bool) -> str:
    """``breaks`` where a browser refuses, or a client is led elsewhere; else ``notice``."""
    lost = [one for one in before if one not in after]
    if name.startswith("access-control-"):
        return "breaks" if lost and "*" not in after else "notice"
    if name == "set-cookie":
        return "breaks" if _names(before) - _names(after) else "notice"
    if name == "location" and same_class:
        return "breaks" if lost else "notice"
    return "notice"


def _names(cookies: list[str]) -> set[str]:
    return {one.partition("=")[0] for one in cookies}
