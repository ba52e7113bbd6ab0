"""JSON compared as data: the order of keys and the way a number is written are no difference."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator
from typing import Any

from connexion_doctor.foundation.late import dataclass

ABSENT = object()


@dataclass(frozen=True)
class Difference:
    """A place (``/items/*/id``), what differs there (``type``, ``lost``, ``added``, ``value``, ``order``),
    and both values; ``ABSENT`` where there is none."""

    where: str
    what: str
    before: Any
    after: Any


def differences(before: Any, after: Any, unordered: Collection[str] = ()) -> list[Difference]:
    """What differs, each place once: the entries of a list are one place.

    :param unordered: places of lists whose order does not count
    """
    found: dict[tuple[str, str], Difference] = {}
    for one in _walk(before, after, "", unordered):
        found.setdefault((one.where, one.what), one)
    return list(found.values())


def _walk(before: Any, after: Any, where: str, unordered: Collection[str]) -> Iterator[Difference]:
    if _kind(before) != _kind(after):
        yield Difference(where or "/", "type", before, after)
    elif isinstance(before, dict):
        for key in (*before, *(one for one in after if one not in before)):
            place = f"{where}/{str(key).replace('~', '~0').replace('/', '~1')}"
            if key not in after:
                yield Difference(place, "lost", before[key], ABSENT)
            elif key not in before:
                yield Difference(place, "added", ABSENT, after[key])
            else:
                yield from _walk(before[key], after[key], place, unordered)
    elif isinstance(before, list):
        yield from _lists(before, after, where, unordered)
    elif before != after:
        yield Difference(where or "/", "value", before, after)


def _lists(
    before: list[Any], after: list[Any], where: str, unordered: Collection[str]
) -> Iterator[Difference]:
    sorted_before, sorted_after = sorted(before, key=_canonical), sorted(after, key=_canonical)
    if (where or "/") in unordered:
        before, after = sorted_before, sorted_after
    elif before != after and [*map(_canonical, sorted_before)] == [*map(_canonical, sorted_after)]:
        yield Difference(where or "/", "order", before, after)
        return
    for one, other in zip(before, after, strict=False):
        yield from _walk(one, other, f"{where}/*", unordered)
    for one in before[len(after) :]:
        yield Difference(f"{where}/*", "lost", one, ABSENT)
    for one in after[len(before) :]:
        yield Difference(f"{where}/*", "added", ABSENT, one)


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "boolean"
    return "number" if isinstance(value, (int, float)) else type(value).__name__


def _canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True)


def below(place: str, pattern: str) -> bool:
    """Whether a place is the pattern's, or below it; ``*`` stands for any one name."""
    expression = "/".join(
        "[^/]+" if part == "*" else re.escape(part) for part in pattern.rstrip("/").split("/")
    )
    return re.match(rf"{expression}(?:/|$)", place) is not None
