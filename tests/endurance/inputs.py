"""Every reader and every parser, on mutated inputs: it never raises what it does not announce, it comes to an end
within two seconds, and it needs no 500 MB.

A run is a batch: ``BATCH`` inputs, each made from a file of the sample projects.
"""

from __future__ import annotations

import resource
import signal
from collections.abc import Iterator
from pathlib import Path
from random import Random
from types import FrameType

from connexion_doctor.model.errors import UsageError
from tests.discovery import test_fuzz
from tests.endurance.parsers import NAMES, PARSERS, Parser, corpus
from tests.endurance.runs import Part

BATCH = 1000
LONGEST = 2.0  # seconds of processor time
MOST = 500 * 1024  # kilobytes, beyond what the imports take
PARTS = [
    *test_fuzz.PARTS, "connexion", "connexion.FlaskApp(__name__)", "app.add_api('openapi.yaml')", "paths:\n", "$ref: ",
    "connexion[flask]>=3,<4\n", "-r requirements.txt\n", "-e .\n", "[project]\ndependencies = [", "[tool.connexion-doctor]\n",
    "select = ", "\udcff", "\x00", "\ufeff", "\r", "\r\n", "{" * 50, "(" * 50, "- " * 50, "lambda: " * 20, "not " * 50,
    "{\U0008ee68", "\U0001f600", "\u3000", "漢", "\U0010ffff",
    "from . import ", "from app import *\n", "import app\n", "def app(a, b): ", "class A(A): pass\n", "app = app\n",
    "0" * 5000, "\u202e", "'''", "f'{", "match x:\n case ", "async def ", "*" * 40, "9" * 400, "1e999", "&a [*a]", "[" * 4000, '{"a":' * 3000, "(" * 4000, "-" * 5000, "a." * 4000,
]  # fmt: skip
ANNOUNCED = (UsageError, ValueError, RecursionError)
"""What a parser may raise: its caller expects it. Whole checkups, and files that are given, raise none but
``UsageError``."""
SLOW = 40  # a whole checkup stands for so many inputs


class TooLong(BaseException):
    """An input took longer than it may."""


def run(number: int, random: Random, folder: Path) -> Iterator[str]:
    """One batch, of one parser."""
    name = NAMES[number % len(NAMES)]
    parser = PARSERS[name]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for _ in range(BATCH // SLOW if parser.whole else BATCH):
        text = mutated(random.choice(corpus(name)), random)
        fault = tried(parser, text, folder)
        if fault is not None:
            kept = Path(f"{folder}-input.txt")
            kept.write_bytes(text.encode("utf-8", "surrogateescape"))
            yield f"{fault}: {text[:300]!r} (kept as {kept})"
            return
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    if grown > MOST:
        yield f"{grown // 1024} MB more memory"


def tried(parser: Parser, text: str, folder: Path) -> str | None:
    """What is wrong with how an input is read."""

    def late(number: int, frame: FrameType | None) -> None:
        raise TooLong

    allowed = (UsageError,) if parser.whole or parser.given else ANNOUNCED
    kept = signal.signal(signal.SIGVTALRM, late)
    signal.setitimer(signal.ITIMER_VIRTUAL, LONGEST)
    try:
        parser.call(text, folder)
    except allowed:
        pass
    except TooLong:
        return f"longer than {LONGEST:g} s"
    except Exception as exc:
        return f"{type(exc).__name__}: {str(exc)[:200]}"
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, kept)
    return None


def mutated(text: str, random: Random) -> str:
    """A text with one to six changes: cut, repeated, swapped with what such files are made of."""
    for _ in range(random.randrange(1, 7)):
        start = random.randrange(len(text) + 1)
        end = min(len(text), start + random.choice((0, 0, 1, 3, 10, 40, 200)))
        way = random.random()
        if way < 0.6:
            middle = "".join(random.choices(PARTS, k=random.choice((0, 1, 1, 2, 3))))
        elif way < 0.75:
            middle = text[start:end] * random.choice((2, 3, 20))
        elif way < 0.9:
            middle = random.choice(PARTS) * random.choice((5, 60))
        else:
            other = random.randrange(len(text) + 1)
            middle = text[other : other + random.choice((3, 30, 200))]
        text = text[:start] + middle + text[end:]
    return text[:20_000]


PART = Part("inputs", len(NAMES) // 4, 1000, run, lambda number: NAMES[number % len(NAMES)])
