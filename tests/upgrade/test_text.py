"""An upgrade in the terminal: every part of it, and none where there is nothing to say."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from click import unstyle

from connexion_doctor.compare.asked import VALID, Answer, Request
from connexion_doctor.compare.changes import Change as Differs
from connexion_doctor.compare.changes import Effect
from connexion_doctor.compare.comparison import Comparison, Result
from connexion_doctor.compare.sides import Side
from connexion_doctor.model import Environment
from connexion_doctor.upgrade import text
from connexion_doctor.upgrade.suite import Suite
from connexion_doctor.upgrade.upgrade import DONE, LEFT_OUT, STOPPED, Change, Step, Task, Upgrade

EMPTY = Upgrade("/project", "/kept", "/kept/after", "/kept/upgrade.patch", ())


def said(upgrade: Upgrade) -> list[str]:
    return unstyle(text.render(upgrade)).splitlines()


def side(name: str, connexion: str) -> Side:
    environment = Environment("python", "3.11", "given", {"connexion": connexion})
    return Side(name, Path(), None, "python", environment, ())  # type: ignore[arg-type]


def compared(*results: Result) -> Comparison:
    return Comparison(side("before", "2.14.2"), side("after", "3.3.0"), results)


def result(operation: str, before: int, after: int, effect: Effect, kind: str = VALID) -> Result:
    method, path = operation.split()
    change = Differs("status", "status", str(before), str(after), effect)
    request = Request(operation, kind, "why", method, path)
    return Result(request, Answer(before), Answer(after), (change,))


@pytest.mark.parametrize(
    ("step", "lines"),
    [
        (
            Step("Copy the project", DONE, "what is changed is elsewhere", seconds=0.25),
            ["done: Copy the project (0.2 s)", "  What is changed is elsewhere."],
        ),
        (
            Step("Build", STOPPED, "it cannot be had", "Give it: --before-python PATH."),
            ["STOPPED: Build (0.0 s)", "  It cannot be had.", "  way on: Give it: --before-python PATH."],
        ),
        (Step("Boot", LEFT_OUT, "why"), ["left out: Boot (0.0 s)", "  Why."]),
    ],
)
def test_steps(step: Step, lines: list[str]) -> None:
    assert unstyle(text.step(step)).splitlines() == lines


def test_where_nothing_is_to_be_said_there_is_no_heading() -> None:
    assert said(EMPTY) == [
        "How to go back",
        "  Nothing in the project was changed, and nothing has to be.",
        "",
        "The copy, the patch and the logs are kept in /kept",
        "0 changes by machine, 0 left by hand.",
    ]


PARTS: dict[str, tuple[dict[str, object], list[str]]] = {
    "changes": (
        {"changes": (Change("app.py", 3, "CXD400", "Do it.", "why"), Change(None, None, "CXD1", "Go.", ""))},
        ["Changed by machine (2)", "  app.py:3 CXD400 Do it.", "  the start CXD1 Go."],
    ),
    "tasks": (
        {"tasks": (Task(1, "CXD443", "It fails.", "app.py", None, "Return another."),)},
        ["Left by hand, in this order (1)", "  1. app.py CXD443 It fails.", "     Return another."],
    ),
    "starts": (
        {"commands": (("Procfile:web", "a", "b"), ("Procfile:other", "c", "c"))},
        ["Starts", "  Procfile:web: a becomes b", "  Procfile:other: c stays"],
    ),
    "differences, the worst first": (
        {
            "comparison": compared(
                result("GET /b", 404, 410, Effect.NOTICE),
                result("GET /a", 200, 500, Effect.BREAKS),
                result("GET /c", 200, 200, Effect.NONE),
            )
        },
        [
            "What behaves otherwise now",
            "  A client breaks: A valid request: 200 became 500 (GET /a)",
            "  A client may notice: A valid request: 404 became 410 (GET /b)",
        ],
    ),
    "one at several operations": (
        {
            "comparison": compared(
                *(result(f"GET {path}", 404, 410, Effect.NOTICE, "trailing-slash") for path in ("/a", "/b"))
            )
        },
        [
            "What behaves otherwise now",
            "  A client may notice: The trailing slash: 404 became 410 (GET /a and more)",
        ],
    ),
    "one that is known, with its fix": (
        {"comparison": compared(result("HEAD /a", 200, 500, Effect.BREAKS, "head"))},
        [
            "What behaves otherwise now",
            "  A client breaks: HEAD: 200 became 500 (HEAD /a)",
            "    fix: Where GET fails too, cure that; else give a validator that lets an",
            "      empty body pass.",
        ],
    ),
}


@pytest.mark.parametrize("part", PARTS)
def test_a_part_stands_under_its_heading(part: str) -> None:
    given, lines = PARTS[part]
    upgrade = replace(EMPTY, **given)  # type: ignore[arg-type]
    assert said(upgrade)[: len(lines) + 1] == [*lines, ""]


def test_the_headline_says_what_it_counts() -> None:
    """That no client breaks is one thing, that nothing differs another; what did not run passed nowhere."""
    found = compared(
        result("GET /a", 404, 410, Effect.NOTICE),
        result("GET /b", 200, 500, Effect.BREAKS),
        result("GET /c", 200, 200, Effect.NONE),
    )
    passed = Suite(0, {"passed": 3}, "log")
    told = replace(EMPTY, comparison=found, suites=(passed, passed)).headline
    assert told == (
        "no client breaks at 2 of 3 operations (1 without any difference that one sees); 3 tests passed on "
        "both; 0 changes by machine, 0 left by hand"
    )
    failed = Suite(1, {}, "log", "no such module")
    told = replace(EMPTY, suites=(passed, failed)).headline
    assert told.startswith("tests: 3 passed before, exit code 1: no such module after; ")
