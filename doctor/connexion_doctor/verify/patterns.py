"""Expressions that a specification brings, held against texts: in bounded time, whatever they are.

An expression may take years for a text (``(a+)+$``). One that cannot, for a text of that length, is tried
here; any other in a process that is ended when its time is up.
"""

from __future__ import annotations

import importlib
import json
import os
import re
import sys
import threading
from functools import lru_cache
from math import log2
from typing import Any

from connexion_doctor.processes.child import run

SECONDS = 1.0  # for one text
MOST_SLOW = 3  # expressions whose time was up; after that none is tried that may be slow
LONGEST = 10_000  # characters of an expression
MOST_STEPS = 2_000_000  # of an attempt that is made in this process
MANY = 16  # a repetition that may vary by more is one that grows with the text
MOST_TIMES = 100_000  # repetitions that must be made
PROGRAM = (
    "import json, re, sys\n"
    "pattern, text = json.loads(sys.argv[1])\n"
    "print(int(re.search(pattern, text) is not None))"
)

_slow: set[str] = set()
_lock = threading.Lock()


def found_in(pattern: str, text: str) -> bool | None:
    """Whether an expression finds something in a text; None where that is not known: it is no expression, or
    takes too long."""
    steps = _steps(pattern)
    if steps is None:
        return None
    shortest, choices, grows = steps
    if len(text) < shortest:
        return False
    if choices + grows * log2(max(len(text), 2)) <= log2(MOST_STEPS):
        return re.search(pattern, text) is not None
    return _apart(pattern, text)


@lru_cache(512)
def _apart(pattern: str, text: str) -> bool | None:
    with _lock:
        if pattern in _slow or len(_slow) >= MOST_SLOW:
            return None
    try:
        words = [sys.executable, "-I", "-S", "-c", PROGRAM, json.dumps([pattern, text])]
        done = run(words, os.sep, os.environ, SECONDS)
    except (OSError, ValueError):  # a NUL cannot be given to a program
        return None
    if done.code is None:
        with _lock:
            _slow.add(pattern)
    return {"0": False, "1": True}.get(done.output.strip()) if done.code == 0 else None


class _Unknown(Exception):
    """What an attempt may take cannot be told from the expression."""


@lru_cache(512)
def _steps(pattern: str) -> tuple[int, float, float] | None:
    """The length of the shortest text that it finds, and the most that an attempt takes, as two exponents:
    ``2 ** choices * length ** grows`` steps; None where it is no expression."""
    if len(pattern) > LONGEST:
        return None
    try:
        parsed = parse(pattern)
        shortest = int(parsed.getwidth()[0])
    except (re.error, OverflowError, RecursionError):
        return None
    try:
        choices, grows = _cost(parsed, 1)
    except (_Unknown, RecursionError):
        return shortest, 0.0, float("inf")
    anchored = bool(len(parsed)) and str(parsed[0][1]) in ("AT_BEGINNING", "AT_BEGINNING_STRING")
    return shortest, choices, grows + (0 if anchored else 1)


def parse(pattern: str) -> Any:
    """The parts of an expression, as the parser of ``re`` gives them.

    :raises re.error: it is none; OverflowError and RecursionError may be raised too
    """
    try:
        parser = importlib.import_module("re._parser")  # Python 3.11 and newer
    except ImportError:
        parser = importlib.import_module("sre_parse")
    return parser.parse(pattern)


def _cost(parsed: Any, times: int) -> tuple[float, int]:
    """The exponents of a sequence that is repeated so many times around."""
    choices, grows = 0.0, 0
    for operation, argument in parsed:
        name = str(operation)
        if name in ("LITERAL", "NOT_LITERAL", "ANY", "IN", "AT"):
            continue
        if name == "SUBPATTERN":
            inside = [_cost(argument[-1], times)]
        elif name == "BRANCH":
            inside = [_cost(one, times) for one in argument[1]]
            choices += log2(len(inside))
        elif name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
            low, high, repeated = argument
            varies = int(high) - low
            if times * low > MOST_TIMES:
                raise _Unknown
            if varies > MANY:
                grows += 1
            elif varies:
                choices += log2(varies + 1)
            inside = [_cost(repeated, times * max(low, 1))]
            if int(high) > 1 and inside != [(0.0, 0)]:
                raise _Unknown  # what may vary is repeated: each time in its own way
        else:  # what looks around, or back
            raise _Unknown
        for more, further in inside:
            choices, grows = choices + more, grows + further
    return choices, grows
