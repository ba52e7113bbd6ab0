"""Both sides asked, as often as it takes to know what differs and what only varies."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from connexion_doctor.compare.asked import DOCUMENTATION, Answer, Request
from connexion_doctor.compare.changes import Change, Effect, Leave, changes
from connexion_doctor.compare.credentials import Credentials
from connexion_doctor.compare.noise import Noise, joined, measured
from connexion_doctor.compare.sending import send
from connexion_doctor.compare.sides import NotCompared, Side
from connexion_doctor.foundation import late
from connexion_doctor.foundation.late import dataclass
from connexion_doctor.model.voice import counted
from connexion_doctor.processes import signals
from connexion_doctor.processes.together import together
from connexion_doctor.verify.running import CannotBoot, NotRunning, Running, running
from connexion_doctor.verify.scratch import NotCopied, copy_project

AGAIN = 8  # times that an answer whose content differs is asked for again, each side
AGAIN_REFUSED = 1  # times for one that differs in its status or its words
TICK = 1.1  # seconds: what may be a clock is asked again after its next tick
DIGITS = late.pattern(r"\d+")
MOST_FRESH = 3  # more boots of each side, where what differs changes state

Say = Callable[[str], None]


@dataclass(frozen=True)
class Asked:
    """A request with the first answer of each side, and what varies in them."""

    request: Request
    before: Answer
    after: Answer
    noise: Noise

    def changes(self, leave: Leave) -> list[Change]:
        """What differs and does not only vary."""
        return changes(self.request, self.before, self.after, replace(leave, noise=self.noise))

    def seen(self, leave: Leave) -> bool:
        """Whether a client sees something differ."""
        return any(one.effect is not Effect.NONE for one in self.changes(leave))

    @property
    def turns(self) -> int:
        """How often it is worth asking again: data may be drawn at random, a refusal hardly is."""
        good = 200 <= self.before.status < 300 and 200 <= self.after.status < 300
        return AGAIN if good and self.request.kind != DOCUMENTATION else AGAIN_REFUSED

    def may_be_a_clock(self, leave: Leave) -> bool:
        """Whether something differs in its digits alone."""
        if self.request.kind == DOCUMENTATION:
            return False
        for one in self.changes(leave):
            texts = [one.before, one.after]
            if one.what == "text":  # of a body only its beginning is shown
                texts = [each.body.decode("utf-8", "replace") for each in (self.before, self.after)]
            old, new = (DIGITS.sub("0", text) for text in texts)
            if one.what in ("value", "text") and old == new and texts[0] != texts[1]:
                return True
        return False


def up(stack: contextlib.ExitStack, side: Side, seconds: float, *, whole: bool = False) -> Running:
    """The side, running until the stack is left.

    :param whole: with all its worker processes
    :raises NotCompared: it does not come up
    """
    try:
        server = running(side.judgement, side.python, side.environ, seconds, side.layer, whole=whole)
        return stack.enter_context(server)
    except (NotRunning, CannotBoot) as exc:
        raise NotCompared(f"{side.called} does not come up: {exc}") from exc


def in_place(
    requests: Sequence[Request],
    before: Running,
    coming: Callable[[], Running],
    credentials: Credentials,
    leave: Leave,
    say: Say,
) -> list[Asked]:
    """Ask servers whose state no request changes: what differs is asked again, of both, until it is sure.

    Requests that change state by their method, and are surely refused, come last, and not at all where a
    request that had to be refused was let through.

    :param coming: waits until AFTER is there
    :raises NotCompared: AFTER does not come up
    """
    safe = [one for one in requests if one.safe]
    found = _pass(safe, before, coming, credentials)
    after = coming()
    if not any(one.request.refused and _let_through(one) for one in found):
        found += _pass([one for one in requests if not one.safe], before, lambda: after, credentials)
    for turn in range(AGAIN):
        open_ = [one for one in found if one.seen(leave) and turn < one.turns]
        if not open_:
            break
        if turn == 0:
            say(f"asking {len(open_)} of {counted(len(found), 'request')} again")
            if any(one.may_be_a_clock(leave) for one in open_):
                signals.sleep(TICK)
        wanted = [one.request for one in open_]
        old, new = together(
            partial(_answers, wanted, before, credentials), partial(_answers, wanted, after, credentials)
        )
        again = {id(one): _again(one, old[at], new[at]) for at, one in enumerate(open_)}
        found = [again.get(id(one), one) for one in found]
    return found


def _let_through(one: Asked) -> bool:
    return any(0 < answer.status < 400 for answer in (one.before, one.after))


def _pass(
    requests: Sequence[Request], before: Running, after: Callable[[], Running], credentials: Credentials
) -> list[Asked]:
    """Both are asked, at the same time. What they answer alike needs no second look."""
    old, new = together(
        partial(_answers, requests, before, credentials), lambda: _answers(requests, after(), credentials)
    )
    return [Asked(one, old[at], new[at], {}) for at, one in enumerate(requests)]


def _answers(requests: Sequence[Request], server: Running, credentials: Credentials) -> list[Answer]:
    return [send(one, server, credentials) for one in requests]


def _again(one: Asked, old: Answer, new: Answer) -> Asked:
    """With one more answer of each side; what varies on either is noise."""
    more = measured(one.request, (one.before, old)), measured(one.request, (one.after, new))
    return replace(one, noise=joined(one.noise, *more))


def in_copies(
    requests: Sequence[Request],
    sides: tuple[Side, Side],
    credentials: Credentials,
    leave: Leave,
    folder: Path,
    say: Say,
    seconds: float,
) -> list[Asked]:
    """Ask servers whose state the requests change: each time they are asked, they are started anew in a new
    copy of their project, and asked the same in the same order.

    :raises NotCompared: a side cannot be copied, or does not come up
    """
    count = iter(range(100))

    def fresh(which: Sequence[Side], more: Sequence[Request] = ()) -> list[list[Answer]]:
        copies = [_copied(side, folder / str(next(count))) for side in which]
        with contextlib.ExitStack() as stack:
            servers = together(*(partial(up, stack, side, seconds) for side in copies))
            wanted = [*requests, *(one for one in more for _ in range(AGAIN))]
            return together(*(partial(_answers, wanted, one, credentials) for one in servers))

    before, after = fresh(sides)
    found = [Asked(one, before[at], after[at], {}) for at, one in enumerate(requests)]
    for turn in range(MOST_FRESH):
        if not any(one.seen(leave) and (turn == 0 or one.turns > AGAIN_REFUSED) for one in found):
            break
        say("starting both again: is what differs always the same?")
        drawn = [one.request for one in found if one.request.safe and one.seen(leave) and one.turns == AGAIN]
        old, new = fresh(sides, drawn)
        found = [_with_more(one, at, old, new, len(requests), drawn) for at, one in enumerate(found)]
    return found


def _with_more(
    one: Asked, at: int, old: list[Answer], new: list[Answer], count: int, drawn: Sequence[Request]
) -> Asked:
    """A request with what varies in one more pass, and in the answers behind it to what is asked again."""
    noise = joined(one.noise, measured(one.request, (one.before, old[at])))
    noise = joined(noise, measured(one.request, (one.after, new[at])))
    if one.request in drawn:
        begin = count + list(drawn).index(one.request) * AGAIN
        for answers in (old, new):
            noise = joined(noise, measured(one.request, answers[begin : begin + AGAIN]))
    return replace(one, noise=noise)


def _copied(side: Side, into: Path) -> Side:
    try:
        return side.inside(copy_project(side.root, into))
    except NotCopied as exc:
        raise NotCompared(f"{side.name}: {exc}") from exc
