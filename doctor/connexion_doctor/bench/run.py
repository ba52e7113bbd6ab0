"""One bench: every start is booted, and they are loaded in turns, so that what disturbs one disturbs all."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from typing import Any

from connexion_doctor.bench.bench import Bench, Start
from connexion_doctor.bench.measured import Load, Measured, ratio
from connexion_doctor.compare import passes
from connexion_doctor.compare import run as comparing
from connexion_doctor.compare.asked import VALID, Answer, Request
from connexion_doctor.compare.changes import SHUT_OUT
from connexion_doctor.compare.credentials import Credentials
from connexion_doctor.compare.sending import curl, headers_of, send
from connexion_doctor.compare.sides import NotCompared, Side
from connexion_doctor.foundation.late import dataclass
from connexion_doctor.model.errors import UsageError
from connexion_doctor.processes import scratch_folder, signals
from connexion_doctor.processes.address import Address
from connexion_doctor.processes.child import run as run_to_its_end
from connexion_doctor.processes.memory import taken
from connexion_doctor.processes.server_process import Process, free_port
from connexion_doctor.verify.running import Running

MOST_REQUESTS = 12
WARM_UP = 0.5  # of a round's seconds, before the first
GENERATOR_SECONDS = 60  # for the generator to come up and to tell, beside the load itself
OWN = ("host", "connection", "content-length")  # headers that the generator's client makes
MISSING = (
    "bench needs aiohttp, which its load generator is made of: pip install 'connexion-doctor[bench]' "
    "(from a checkout: pip install '.[bench]')"
)


@dataclass(frozen=True)
class Options:
    """How starts are loaded: so many requests at once, in so many rounds of so many seconds each."""

    concurrencies: tuple[int, ...] = (1, 16, 64)
    rounds: int = 5
    seconds: float = 2.0
    operations: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()  # to ask instead of what the specification gives
    credentials: Credentials = field(default_factory=Credentials)
    timeout: float = 30.0


@dataclass(frozen=True)
class _Up:
    """A start that runs: its server, how long it took, and what it is asked with the answers it gave."""

    side: Side
    server: Running
    startup: float
    asked: list[dict[str, Any]]


def available() -> None:
    """:raises UsageError: the load generator's client is not installed."""
    import importlib.util

    if importlib.util.find_spec("aiohttp") is None:
        raise UsageError(MISSING)


def bench(
    sides: Sequence[Side],
    options: Options,
    say: Callable[[str], None],
    notes: Sequence[str] = (),
    *,
    proposed: bool = False,
) -> Bench:
    """Boot all sides and load them, in turns.

    :param say: told what is being done
    :param proposed: all but the first were not asked for: what does not come up is said, and left out
    :raises NotCompared: a side does not come up, or no request is answered well by all
    """
    with contextlib.ExitStack() as stack:
        requests = _requests(sides[0], options)
        say("starting everything")
        running = [_started(stack, sides[0], requests, options)]
        doubts: list[str] = []
        for side in sides[1:]:
            try:
                running.append(_started(stack, side, requests, options))
            except NotCompared as exc:
                if not proposed:
                    raise
                doubts.append(str(exc))
        common, unsure = _common(running, requests)
        doubts += unsure
        running = [
            _Up(one.side, one.server, one.startup, [one.asked[at] for at in common]) for one in running
        ]
        trivial = _responder(stack)
        loads, ceilings = _rounds(running, trivial, options, say)
        memory = [taken(one.server.process.members()) for one in running]
    return Bench(
        tuple(
            Start(
                one.side.name,
                one.side,
                one.startup,
                memory[at],
                {
                    many: Measured(
                        tuple(loads[at, many]),
                        ratio(loads[at, many], loads[0, many]) if at else None,
                        ceilings[many],
                    )
                    for many in options.concurrencies
                },
            )
            for at, one in enumerate(running)
        ),
        ceilings,
        tuple(curl(requests[at], options.credentials) for at in common),
        options.rounds,
        options.seconds,
        os.cpu_count() or 1,
        (*notes, *doubts),
    )


def _requests(side: Side, options: Options) -> list[Request]:
    """Valid requests that change nothing, the same for every start."""
    if options.paths:
        return [Request(f"GET {path}", VALID, "as asked for", "GET", path) for path in options.paths]
    found = comparing.valid_gets(
        side,
        comparing.Options(
            operations=options.operations, exclude=options.exclude, credentials=options.credentials
        ),
    )
    if not found:
        raise NotCompared("no valid GET could be made from the specification: --path names what to ask")
    return found[:MOST_REQUESTS]


def _started(stack: contextlib.ExitStack, side: Side, requests: Sequence[Request], options: Options) -> _Up:
    begun = time.monotonic()
    server = passes.up(stack, side, options.timeout, whole=True)
    first: float | None = None
    answers: list[Answer] = []
    while first is None and time.monotonic() - begun < options.timeout:
        answers = [send(one, server, options.credentials) for one in requests]
        if any(_fair(one.status) for one in answers):
            first = time.monotonic() - begun
        elif all(one.status in SHUT_OUT for one in answers):
            break
        elif server.process.gave_up() is None:
            signals.sleep(0.02)
        else:
            break
    if first is None:
        statuses = ", ".join(dict.fromkeys(one.shown for one in answers))
        way = ": --header, --auth and --cookie give credentials" if "401" in statuses else ""
        raise NotCompared(f"{side.called} gives no right answer ({statuses}){way}")
    return _Up(side, server, first, [_expected(one, server, options.credentials) for one in requests])


def _good(status: int) -> bool:
    return 200 <= status < 300


def _fair(status: int) -> bool:
    """Whether the app was asked: there may be no such thing as a made-up path names."""
    return 200 <= status < 500 and status not in SHUT_OUT


def _expected(request: Request, server: Running, credentials: Credentials) -> dict[str, Any]:
    """A request as the generator sends it, with the answer that is right: its status, and its body where two
    answers have the same one."""
    answers = [send(request, server, credentials) for _ in range(2)]
    same = answers[0].body == answers[1].body
    headers = {name: value for name, value in headers_of(request, credentials) if name.lower() not in OWN}
    return {
        "method": request.method,
        "path": request.path,
        "headers": {**headers, "Host": "localhost"},
        "body": None,
        "status": answers[0].status,
        "answer": base64.b64encode(answers[0].body).decode() if same else None,
    }


def _common(running: Sequence[_Up], requests: Sequence[Request]) -> tuple[list[int], list[str]]:
    """The requests that every start answers with success, else those that all answer alike; and what is to
    be said of them."""
    statuses = [[one.asked[at]["status"] for one in running] for at in range(len(requests))]
    common = [at for at, some in enumerate(statuses) if all(map(_good, some))]
    if common:
        return common, []
    common = [at for at, some in enumerate(statuses) if len(set(some)) == 1 and _fair(some[0])]
    if not common:
        raise NotCompared("no request is answered well by every start")
    seen = ", ".join(dict.fromkeys(str(statuses[at][0]) for at in common))
    return common, [
        f"no request was answered with success, but with {seen}: --path asks what is there, and examples in "
        "the specification are asked first"
    ]


def _rounds(
    running: Sequence[_Up], trivial: Address, options: Options, say: Callable[[str], None]
) -> tuple[dict[tuple[int, int], list[Load]], dict[int, float]]:
    """Every start at every concurrency, one after the other, round by round; the generator's ceiling too."""
    loads: dict[tuple[int, int], list[Load]] = {
        (at, many): [] for at in range(len(running)) for many in options.concurrencies
    }
    ceilings: dict[int, float] = {}
    simple: list[dict[str, Any]] = [
        {"method": "GET", "path": "/", "headers": {}, "body": None, "status": 200, "answer": None}
    ]
    for many in options.concurrencies:
        for one in running:
            _load(one.server.address, one.asked, many, options.seconds * WARM_UP)
        ceilings[many] = _load(trivial, simple, many, options.seconds).rate
    for turn in range(options.rounds):
        say(f"round {turn + 1} of {options.rounds}")
        for many in options.concurrencies:
            order = range(len(running)) if turn % 2 == 0 else reversed(range(len(running)))
            for at in order:
                one = running[at]
                loads[at, many].append(_load(one.server.address, one.asked, many, options.seconds))
    return loads, ceilings


def _load(address: Address, asked: Sequence[Mapping[str, Any]], many: int, seconds: float) -> Load:
    """One run of the generator, in a process of its own."""
    order = {
        "scheme": "https" if address.tls else "http",
        "port": address.port,
        "requests": list(asked),
        "concurrency": many,
        "seconds": seconds,
    }
    with scratch_folder.folder("load") as folder:
        asking, telling = folder / "order", folder / "told"
        asking.write_text(json.dumps(order), encoding="utf-8")
        words = [sys.executable, "-m", "connexion_doctor.bench.generator", str(asking), str(telling)]
        done = run_to_its_end(words, str(folder), _own_environ(), seconds + GENERATOR_SECONDS)
        if done.code != 0 or not os.path.isfile(telling):
            said = done.output.strip().splitlines()
            raise NotCompared(f"the load generator failed: {said[-1] if said else done.code}")
        told = json.loads(telling.read_text("utf-8"))
    return Load(told["seconds"], tuple(told["latencies"]), dict(told["errors"]))


def _responder(stack: contextlib.ExitStack) -> Address:
    """The trivial responder, running until the stack is left."""
    folder = stack.enter_context(scratch_folder.folder("responder"))
    address = Address(free_port())
    words = [sys.executable, "-m", "connexion_doctor.bench.responder", str(address.port)]
    process = stack.enter_context(Process(words, str(folder), _own_environ(), folder / "log"))
    reason = process.wait_until_it_listens(address, 10.0)
    if reason is not None:
        raise NotCompared(f"the trivial responder does not come up: {reason}")
    return address


def _own_environ() -> dict[str, str]:
    """The environment in which our own programs find what we found."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
