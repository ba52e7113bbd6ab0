"""One comparison, from two sides to what differs: the order of things."""

from __future__ import annotations

import fnmatch
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from connexion_doctor.compare import around, generated, passes
from connexion_doctor.compare.asked import HEAD, METHOD, OPTIONS, SLASH, VALID, Request
from connexion_doctor.compare.changes import Leave
from connexion_doctor.compare.comparison import Comparison, Result
from connexion_doctor.compare.credentials import Credentials
from connexion_doctor.compare.refusals import surely_refused
from connexion_doctor.compare.sending import curl
from connexion_doctor.compare.sides import NotCompared, Side
from connexion_doctor.model.voice import counted
from connexion_doctor.processes import scratch_folder
from connexion_doctor.processes.together import Job

ORIGIN = "https://example.org"
MOST_NAMED = 5
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


def compare(before: Side, after: Side, options: Options, say: Callable[[str], None]) -> Comparison:
    """Boot both sides, ask both the same, and tell what differs.

    :param say: told what is being done
    :raises NotCompared: a side does not come up, or there is nothing to ask
    """
    started = time.monotonic()
    leave = Leave(headers=options.ignore_headers, paths=options.ignore_paths)
    if options.all_methods:
        requests, notes = chosen(before, after, options)
        say(f"asking {counted(len(requests), 'request')}, in copies of the projects")
        with scratch_folder.folder("compared") as folder:
            found = passes.in_copies(
                requests,
                (before, after),
                options.credentials,
                leave,
                folder,
                say,
                options.seconds,
            )
    else:
        with (
            Job(lambda: chosen(before, after, options)) as making,  # while both come up
            passes.both(before, after, options.seconds) as servers,
        ):
            requests, notes = making.result()
            say(f"asking {counted(len(requests), 'request')}")
            found = passes.in_place(requests, servers, options.credentials, leave, say)
        if len(found) < len(requests):
            left_out = counted(len(requests) - len(found), "request")
            notes = [
                *notes,
                f"{left_out} that would change state left out: one that had to be refused was let through",
            ]
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
    return Comparison(before, after, results, tuple(notes), options.all_methods, time.monotonic() - started)


def chosen(before: Side, after: Side, options: Options) -> tuple[list[Request], list[str]]:
    """What is asked, and what is not, in words.

    :raises NotCompared: nothing is left to ask
    """
    made: list[Request] = []
    notes: list[str] = []
    for api in before.apis:
        generated_ones, left = generated.requests(api, options.seed)
        made += [*generated_ones, *around.around(api, generated_ones, options.origin)]
        notes += left
    notes += _new(before, after)
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


def valid_gets(side: Side, options: Options) -> list[Request]:
    """A valid GET for each operation of a side that has one: what may be asked often, and of anybody."""
    made = [one for api in side.apis for one in generated.requests(api, valid_gets=True)[0]]
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
        names = (request.operation, request.operation.partition(" ")[2])
        return any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns for name in names)

    return (not options.operations or named(options.operations)) and not named(options.exclude)


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
