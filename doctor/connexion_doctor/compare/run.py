"""One comparison, from two sides to what differs: the order of things."""

from __future__ import annotations

import contextlib
import fnmatch
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import field, replace
from functools import partial

from connexion_doctor.compare import around, kept_requests, passes
from connexion_doctor.compare.asked import HEAD, METHOD, OPTIONS, SLASH, VALID, Answer, Request
from connexion_doctor.compare.changes import SHUT_OUT, Effect, Leave
from connexion_doctor.compare.comparison import Comparison, Result
from connexion_doctor.compare.credentials import Credentials
from connexion_doctor.compare.moving import outside
from connexion_doctor.compare.refusals import surely_refused
from connexion_doctor.compare.sending import curl
from connexion_doctor.compare.sides import NotCompared, Side
from connexion_doctor.foundation.late import dataclass
from connexion_doctor.model import Verdict
from connexion_doctor.model.errors import UsageError
from connexion_doctor.model.voice import counted
from connexion_doctor.processes import scratch_folder
from connexion_doctor.processes.together import Job, together
from connexion_doctor.verify.running import Running

ORIGIN = "https://example.org"
MOST_NAMED = 5
AFTERWARDS = "the same, after all other requests"
Examine = Callable[[], Side]
Say = Callable[[str], None]
BEFORE_SECURITY = (METHOD, SLASH, HEAD, OPTIONS)  # what may be answered before credentials are looked at


@dataclass(frozen=True)
class Options:
    """How two sides are compared. ``operations`` and ``exclude`` are patterns of ``GET /path``, or of the
    path alone; ``seconds`` is how long a server may take to come up."""

    all_methods: bool = False
    operations: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    ignore_headers: tuple[str, ...] = ()
    ignore_paths: tuple[str, ...] = ()
    credentials: Credentials = field(default_factory=Credentials)
    seed: int | None = None
    origin: str = ORIGIN
    seconds: float = 30.0


def compare(before: Side, after: Side, options: Options, say: Say) -> Comparison:
    """Boot both sides, ask both the same, and tell what differs.

    :param say: told what is being done
    :raises NotCompared: a side does not come up, or there is nothing to ask
    """
    return examined_and_compared(lambda: before, lambda: after, options, say)


def examined_and_compared(before: Examine, after: Examine, options: Options, say: Say) -> Comparison:
    """As ``compare``, of sides that are still to be examined: each is booted as soon as it was.

    :raises NotCompared: a side does not come up, or there is nothing to ask
    :raises UsageError: a side is not what it is said to be, or there is nothing that makes requests
    """
    started = time.monotonic()
    leave = Leave(headers=options.ignore_headers, paths=options.ignore_paths)
    asking = _in_copies if options.all_methods else _in_place
    sides, found, notes = asking(before, after, options, leave, say)
    notes = [*_failing(sides), *(_shut_out(found) if options.credentials.given else ()), *notes]
    results = tuple(
        Result(
            one.request,
            one.before,
            one.after,
            tuple(one.changes(leave)),
            one.noise,
            curl(one.request, options.credentials),
        )
        for one in found
    )
    return Comparison(*sides, results, tuple(notes), options.all_methods, time.monotonic() - started)


def _failing(sides: Sequence[Side]) -> Iterator[str]:
    """What is known to fail was asked all the same: that explains more than all that differs."""
    for side in sides:
        if side.judgement.verdict is Verdict.FAILS:
            reason = side.judgement.reason.rstrip(".")
            yield f"{side.name} does not serve: {reason} (`connexion-doctor -- {side.command}` says the cure)"


def _shut_out(found: Sequence[passes.Asked]) -> Iterator[str]:
    """The operations of which little is compared: the credentials let nobody in."""
    answers: dict[str, set[bool]] = {}
    for one in found:
        if one.request.kind == VALID and not one.request.anonymous:
            refused = one.before.status in SHUT_OUT and one.after.status in SHUT_OUT
            answers.setdefault(one.request.operation, set()).add(refused)
    names = [name for name, refused in answers.items() if refused == {True}]
    if names:
        more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
        yield f"the credentials given let nobody in: {', '.join(names[:MOST_NAMED])}{more}"


Found = tuple[tuple[Side, Side], list[passes.Asked], list[str]]


def _in_copies(before: Examine, after: Examine, options: Options, leave: Leave, say: Say) -> Found:
    """Ask with every method, each side in a copy of its project."""
    one, other = together(before, after)
    requests, notes = chosen(one, other, options)
    notes += [f"{side.name}: {why}" for side in (one, other) for why in outside(side.judgement, side.root)]
    say(f"asking {counted(len(requests), 'request')}, in copies of the projects")
    with scratch_folder.folder("compared") as folder:
        found = passes.in_copies(
            requests, (one, other), options.credentials, leave, folder, say, options.seconds
        )
    return (one, other), found, [*notes, *_followed(found, leave)]


def _followed(found: Sequence[passes.Asked], leave: Leave) -> Iterator[str]:
    """What is another at the end because one side alone did what was asked."""
    done = [
        f"{one.request.operation} ({one.before.shown} and {one.after.shown})"
        for one in found
        if not one.request.safe and _good(one.before) != _good(one.after)
    ]
    places: dict[str, set[str]] = {}
    for one in found if done else ():
        seen = {change.where for change in one.changes(leave) if change.effect is not Effect.NONE}
        known = places.setdefault(one.request.path, set())
        if one.request.why == AFTERWARDS and seen - known:
            only = "; ".join(dict.fromkeys(done))
            yield f"{one.request.operation} is another at the end: one side alone did {only}"
        elif one.request.method == "GET":
            known |= seen  # it was another from the beginning


def _good(answer: Answer) -> bool:
    return 200 <= answer.status < 300


def _in_place(before: Examine, after: Examine, options: Options, leave: Leave, say: Say) -> Found:
    """Ask what changes nothing. While BEFORE comes up, the requests are made from its specification; it is
    asked while AFTER is still coming up."""
    with contextlib.ExitStack() as first, contextlib.ExitStack() as second:

        def making() -> tuple[Side, Running, Made]:
            side = before()
            with Job(partial(passes.up, first, side, options.seconds)) as coming:
                made = _made(side, options)
                return side, coming.result(), made

        with Job(making) as one, Job(after) as examining:
            try:
                new = examining.result()
            except Exception:
                one.result()  # what is wrong with BEFORE is said first
                raise
            with Job(partial(passes.up, second, new, options.seconds)) as coming:
                old, old_server, made = one.result()
                requests, notes = chosen(old, new, options, made)
                say(f"asking {counted(len(requests), 'request')}")
                found = passes.in_place(requests, old_server, coming.result, options.credentials, leave, say)
        together(first.close, second.close)  # at the same time: each waits for its server
    if len(found) < len(requests):
        left_out = counted(len(requests) - len(found), "request")
        notes.append(
            f"{left_out} that would change state left out: one that had to be refused was let through"
        )
    return (old, new), found, notes


Made = tuple[list[Request], list[str]]  # what could be asked, and what not, in words


def _made(side: Side, options: Options) -> Made:
    made: list[Request] = []
    notes: list[str] = []
    for api, (generated_ones, left) in zip(
        side.apis, kept_requests.requests(side.apis, options.seed), strict=True
    ):
        made += [*generated_ones, *around.around(api, generated_ones, options.origin)]
        notes += left
    return made, notes


def chosen(
    before: Side, after: Side, options: Options, given: Made | None = None
) -> tuple[list[Request], list[str]]:
    """What is asked, and what is not, in words.

    :param given: what was made of BEFORE's specification already
    :raises NotCompared: nothing is left to ask
    :raises UsageError: a pattern fits no operation
    """
    made, left = given or _made(before, options)
    _refuse_what_fits_nothing(options, (before, after), [one.operation for one in made])
    notes = [*left, *_new(before, after)]
    wanted = [one for one in _unique(made) if _wanted(one, options)]
    if not options.credentials.given:
        wanted, some = _without_the_secured(wanted, before)
        notes += some
    sides = (before.apis, after.apis)
    marked = [
        replace(one, refused=surely_refused(one, sides)) if one.method != "HEAD" else one for one in wanted
    ]
    if options.all_methods:
        asked = sorted(marked, key=lambda one: one.method == "DELETE")  # what is deleted cannot be asked for
        asked += _afterwards(marked)
    else:
        asked = [one for one in marked if one.safe or one.refused]
        left_out = len(marked) - len(asked)
        if left_out:
            unsent = counted(left_out, "request")
            notes.append(f"{unsent} that may change state not sent: --all-methods sends them")
        for side in (before, after):
            notes += [f"{side.name}: {why}: no request that changes state was sent" for why in _open(side)]
    if not asked:
        why = "; ".join(notes) or "see --operations and --exclude-operations"
        raise NotCompared(f"No request is left to ask: {why}.")
    return asked, notes


def _afterwards(requests: Sequence[Request]) -> list[Request]:
    """The first valid GET of each operation once more: what the others have left behind."""
    found: dict[str, Request] = {}
    for one in requests:
        if one.kind == VALID and one.method == "GET":
            found.setdefault(one.operation, replace(one, why=AFTERWARDS))
    return list(found.values())


def valid_gets(side: Side, options: Options) -> list[Request]:
    """A valid GET for each operation of a side that has one: what may be asked often, and of anybody.

    :raises UsageError: a pattern fits no operation
    """
    _refuse_what_fits_nothing(options, (side,), ())
    made = [one for some, _ in kept_requests.requests(side.apis, valid_gets=True) for one in some]
    found: dict[str, Request] = {}
    for one in made:
        if one.kind == VALID and one.method == "GET" and _wanted(one, options):
            found.setdefault(one.operation, one)
    return list(found.values())


def _unique(requests: Sequence[Request]) -> list[Request]:
    """Each once; what was made first has the better reason."""
    found: dict[object, Request] = {}
    for one in requests:
        found.setdefault((one.method, one.path, one.headers, one.body, one.anonymous), one)
    return list(found.values())


def _wanted(request: Request, options: Options) -> bool:
    def named(patterns: Sequence[str]) -> bool:
        return any(_fits(pattern, request.operation) for pattern in patterns)

    return (not options.operations or named(options.operations)) and not named(options.exclude)


def _fits(pattern: str, operation: str) -> bool:
    method, space, path = pattern.partition(" ")
    wanted = (
        f"{method.upper()} {path}" if space and method.isalpha() and path.startswith(("/", "*")) else pattern
    )
    names = (operation, operation.partition(" ")[2])
    return any(fnmatch.fnmatchcase(name, wanted) for name in names)


def _refuse_what_fits_nothing(options: Options, sides: Sequence[Side], more: Sequence[str]) -> None:
    """A pattern with a typing error would have something asked that was to be left out, or leave it out.

    :param more: what is asked for beside the operations
    :raises UsageError: a pattern fits no operation
    """
    known = dict.fromkeys(one.name for side in sides for api in side.apis for one in api.operations)
    for option, patterns in (("--operations", options.operations), ("--exclude-operations", options.exclude)):
        for pattern in patterns:
            if not any(_fits(pattern, name) for name in (*known, *more)):
                there = list(known)[:MOST_NAMED]
                others = f" and {len(known) - MOST_NAMED} more" if len(known) > MOST_NAMED else ""
                raise UsageError(
                    f"{option} {pattern!r} fits no operation: there are {', '.join(there)}{others}."
                )


def _new(before: Side, after: Side) -> list[str]:
    """The operations that only AFTER has: nobody asks for them yet, and nothing is asked of them here."""
    old, new = ([one.name for api in side.apis for one in api.operations] for side in (before, after))
    some = [name for name in new if name not in old]
    more = f" and {len(some) - MOST_NAMED} more" if len(some) > MOST_NAMED else ""
    return [f"not asked, as only after has them: {', '.join(some[:MOST_NAMED])}{more}"] if some else []


def _without_the_secured(requests: Sequence[Request], side: Side) -> tuple[list[Request], list[str]]:
    """Without credentials every request of a secured operation is the same: it is asked once."""
    secured = {one.name for api in side.apis for one in api.operations if one.secured}
    kept = [
        one
        for one in requests
        if one.operation not in secured or one.anonymous or one.kind in BEFORE_SECURITY
    ]
    met = {one.operation for one in requests if one.operation in secured}
    if not met:
        return kept, []
    want = f"{counted(len(met), 'operation')} {'wants' if len(met) == 1 else 'want'}"
    return kept, [f"{want} credentials, asked without: --header, --auth and --cookie give some"]


def _open(side: Side) -> list[str]:
    return [why for api in side.apis for why in api.open]
