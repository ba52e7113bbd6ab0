"""A comparison, a bench and an upgrade made by hand, with texts that attack a document or without."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from connexion_doctor.bench.bench import Bench
from connexion_doctor.bench.bench import Start as Loaded
from connexion_doctor.bench.measured import Load, Measured, ratio
from connexion_doctor.compare import asked
from connexion_doctor.compare.asked import Answer, Request
from connexion_doctor.compare.changes import Change, Effect
from connexion_doctor.compare.comparison import Comparison, Result
from connexion_doctor.compare.sides import Side
from connexion_doctor.upgrade.suite import Suite
from connexion_doctor.upgrade.upgrade import DONE, STOPPED, Step, Task, Upgrade
from connexion_doctor.upgrade.upgrade import Change as Changed
from tests.reporters import made


def side(name: str, command: str) -> Side:
    return Side(name, Path("/p"), made.judgement(command), "python", None, ())


def comparison(said: str = "") -> Comparison:
    def result(path: str, change: Change | None) -> Result:
        request = Request(f"GET {path}", asked.VALID, "it", "GET", path)
        changes = (change,) if change is not None else ()
        return Result(
            request, Answer(200, body=b"{}"), Answer(500), changes, curl=f"curl http://x{path}{said}"
        )

    status = Change("status", "status", "200", "500", Effect.BREAKS)
    header = Change(f"header x-served{said}", "value", f"a{said}", "b", Effect.NOTICE)
    noisy = replace(result("/now", None), noise={f"/time{said}": frozenset({"value"})})
    results = (result(f"/pets{said}", status), result("/items", header), result("/same", None), noisy)
    sides = side("before", f"gunicorn app:app{said}"), side("after", "uvicorn app:app")
    return Comparison(*sides, results, (f"a note{said}",))


def bench(said: str = "") -> Bench:
    def measured(rates: tuple[int, ...], first: tuple[int, ...]) -> Measured:
        def rounds(some: tuple[int, ...]) -> tuple[Load, ...]:
            return tuple(Load(1.0, tuple(0.001 + 0.00005 * at for at in range(rate))) for rate in some)

        one = rounds(rates)
        return Measured(one, ratio(one, rounds(first)), 2000.0)

    first = (400, 420, 410)
    starts = tuple(
        Loaded(
            f"{name}{said}",
            side(name, f"{command}{said}"),
            0.8,
            memory,
            {1: measured(rates, first), 16: measured(rates, first)},
        )
        for name, command, rates, memory in (
            (
                "as it is",
                "gunicorn -k uvicorn_worker.UvicornWorker -w 4 shop.app:app",
                first,
                90 << 20,
            ),
            ("a2wsgi", "gunicorn wsgi:application", (200, 260, 230), None),
        )
    )
    return Bench(starts, {1: 2000.0, 16: 2500.0}, ("GET /a",), 3, 1.0, 2, (f"a note{said}",))


def upgrade(said: str = "", patch: str = "", diff: str = "") -> Upgrade:
    return Upgrade(
        root="/p",
        folder="/kept",
        copy="/kept/copy",
        patch=patch,
        diff=diff,
        steps=(
            Step("Examine the project", DONE, f"3 starts{said}", seconds=1.2),
            Step("Boot on Connexion 3", STOPPED, "it ended", f"correct app.py{said}", None, 3.4),
        ),
        changes=(Changed("app.py", 3, "CXD401", f"Use `connexion.AsyncApp`.{said}", "it is gone"),),
        tasks=(Task(1, "CXD440", f"`handler` takes one argument{said}", "app.py", 9, "take two"),),
        files=("app.py",) if patch else (),
        commands=(("web", f"gunicorn app:app{said}", "gunicorn -k asgi app:app"),),
        comparison=comparison(said),
        suites=(Suite(0, {"passed": 3}, "log"), Suite(1, {"passed": 2, "failed": 1}, "log")),
        bench=bench(said),
    )
