"""What differs between two answers to one request, and what a client makes of it."""

from __future__ import annotations

import enum
import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import field
from typing import Any

from connexion_doctor.compare import data, header_changes
from connexion_doctor.compare.asked import (
    CONTENT_TYPE,
    DOCUMENTATION,
    INVALID,
    NO_CREDENTIALS,
    OPTIONS,
    PREFLIGHT,
    WRONG_CREDENTIALS,
    Answer,
    Request,
)
from connexion_doctor.foundation import json_text
from connexion_doctor.foundation.late import dataclass

MOST_SHOWN = 200


class Effect(enum.Enum):
    """Who sees a difference."""

    BREAKS = "breaks"  # a client breaks
    NOTICE = "notice"  # a client may notice
    NONE = "none"  # no difference to a client

    @property
    def rank(self) -> int:
        """0 is the worst."""
        return list(Effect).index(self)


@dataclass(frozen=True)
class Change:
    """One thing that differs. ``where`` is ``status``, ``content-type``, ``header NAME``, ``body``, or a
    place in the JSON (``/items/*/id``); ``what`` is ``answer``, ``status``, ``type``, ``lost``, ``added``,
    ``value``, ``order``, ``text`` or ``bytes``."""

    where: str
    what: str
    before: str
    after: str
    effect: Effect


@dataclass(frozen=True)
class Leave:
    """What is not compared: places that differ by themselves (with what does), and what the user ignores."""

    noise: Mapping[str, frozenset[str]] = field(default_factory=dict)
    headers: Collection[str] = ()
    paths: Collection[str] = ()

    def out(self, change: Change) -> bool:
        """Whether a change is none: a place whose value varies may still have another type."""
        if change.where.startswith("/") and any(data.below(change.where, one) for one in self.paths):
            return True
        if "status" in self.noise or change.what == "bytes" and self.noise:
            return True
        for place, known in self.noise.items():
            same = change.where == place
            if same and (change.what in known or known & {"type", "lost", "added"}):
                return True
            gone = known & {"lost", "added", "type"}
            if gone and place.startswith("/") and data.below(change.where, place):
                return True
        return False


NOTHING_LEFT_OUT = Leave()


def changes(request: Request, before: Answer, after: Answer, leave: Leave = NOTHING_LEFT_OUT) -> list[Change]:
    """What differs, without what is left out; in the order in which a client sees it."""
    return [one for one in _changes(request, before, after, leave) if not leave.out(one)]


def _changes(request: Request, before: Answer, after: Answer, leave: Leave) -> Iterator[Change]:
    if before.failure is not None or after.failure is not None:
        if (before.failure is None) != (after.failure is None):
            effect = Effect.BREAKS if before.failure is None else Effect.NOTICE
            yield Change("status", "answer", before.shown, after.shown, effect)
        return
    if before.status != after.status:
        yield Change("status", "status", before.shown, after.shown, _status(request, before, after))
    other_class = before.status // 100 != after.status // 100
    for one in header_changes.of(before, after, leave.headers):
        if not other_class:
            unseen = one.name.startswith("access-control-") and not request.from_a_browser
            effect = Effect.NONE if unseen else Effect(one.effect)
            yield Change(f"header {one.name}", one.what, one.before, one.after, effect)
    if other_class or before.status // 100 == 3 or request.method == "OPTIONS":
        return  # of a redirect, or of OPTIONS, nobody reads the body
    kind = _content_type(before, after)
    if kind is not None:
        yield kind
    if kind is None or kind.effect is not Effect.BREAKS:
        yield from _body(request, before, after, leave)


# What was refused and is answered now is no loss, but where the refusal was the point.
GUARDED = frozenset((INVALID, CONTENT_TYPE, NO_CREDENTIALS, WRONG_CREDENTIALS))
SHUT_OUT = frozenset((401, 403))
ALLOWS = "access-control-allow-origin"


def _status(request: Request, before: Answer, after: Answer) -> Effect:
    """Another class breaks a client, with three exceptions: a fault of the server's that is gone; what was
    not there and now is; OPTIONS, which browsers alone ask, where none was told to go on."""
    if after.status in SHUT_OUT and before.status not in SHUT_OUT and not request.anonymous:
        return Effect.BREAKS  # whoever was let in is not any more
    old, new = before.status // 100, after.status // 100
    if old == new or old == 5 or old == 4 and new < 4 and request.kind not in GUARDED:
        return Effect.NOTICE
    if request.kind == OPTIONS or request.kind == PREFLIGHT and before.header(ALLOWS) is None:
        return Effect.NOTICE
    return Effect.BREAKS


def _content_type(before: Answer, after: Answer) -> Change | None:
    old, new = before.header("content-type") or "", after.header("content-type") or ""
    if before.media_type == after.media_type:
        if old == new:
            return None
        effect = Effect.NONE if _is_json(before) or _folded(old) == _folded(new) else Effect.NOTICE
        return Change("content-type", "value", old, new, effect)
    if not before.body and not after.body:  # some programs decide by it whether there is something to read
        return Change("content-type", "value", old, new, Effect.NOTICE)
    from_error_page = before.status >= 400 and _is_json(after)  # an error that is told better
    json_both = _is_json(before) and _is_json(after) and before.status >= 400
    effect = Effect.NOTICE if from_error_page or json_both else Effect.BREAKS
    return Change("content-type", "value", old, new, effect)


def _folded(text: str) -> str:
    return text.lower().replace(" ", "").replace('"', "")


def _is_json(answer: Answer) -> bool:
    return answer.media_type.endswith(("/json", "+json"))


def _body(request: Request, before: Answer, after: Answer, leave: Leave) -> Iterator[Change]:
    if before.body == after.body:
        return
    error = before.status >= 400
    if error and before.status != after.status:
        return  # another error has another body
    gentle = error or request.kind == DOCUMENTATION
    old, new = _parsed(before), _parsed(after)
    if old is NOTHING or new is NOTHING:
        page = before.media_type == "text/html" and after.body  # for people, who read it again
        effect = Effect.NOTICE if gentle or page else Effect.BREAKS
        yield Change("body", "text", _shown(before.body), _shown(after.body), effect)
        return
    unordered = {place for place, known in leave.noise.items() if "order" in known}
    found = list(data.differences(old, new, unordered))
    if not found:
        yield Change("body", "bytes", *_bytes(old, new), Effect.NONE)
    elif request.kind == DOCUMENTATION:
        yield Change("body", "text", _json(old), _json(new), Effect.NOTICE)
        return
    for one in found:
        effect = Effect.NOTICE if error and one.before is None else _effect(one.what, error)
        yield Change(one.where, one.what, _json(one.before), _json(one.after), effect)


def _effect(what: str, error: bool) -> Effect:
    if what in ("added", "order"):
        return Effect.NOTICE
    return Effect.NOTICE if error and what == "value" else Effect.BREAKS


NOTHING = object()


def _parsed(answer: Answer) -> Any:
    if not _is_json(answer):
        return NOTHING
    try:
        return json_text.parsed(answer.body)
    except ValueError:
        return NOTHING


def _bytes(before: Any, after: Any) -> tuple[str, str]:
    keys = [json.dumps(one) for one in (before, after)]
    return ("an order of keys", "another order of keys") if keys[0] != keys[1] else ("spaces", "other spaces")


def _json(value: Any) -> str:
    return "" if value is data.ABSENT else _cut(json.dumps(value, ensure_ascii=False))


def _shown(body: bytes) -> str:
    return _cut(" ".join(body.decode("utf-8", "replace").split()))


def _cut(text: str) -> str:
    return text if len(text) <= MOST_SHOWN else f"{text[: MOST_SHOWN - 3]}..."
