"""Comparisons for the tests: sample apps on real servers, as the command compares them."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from connexion_doctor.compare import generated, run
from connexion_doctor.compare.comparison import Comparison
from connexion_doctor.compare.sides import AFTER, BEFORE, Side, Wanted, examined
from tests.environments import environment

APPS = Path(__file__).with_name("apps")
TWO, THREE = ("c2g21", "gunicorn -w 1 app:app"), ("c3new", "uvicorn app:app")


def side(name: str, start: tuple[str, str], folder: Path) -> Side:
    """A start in a folder, in one of the environments of the tests."""
    return examined(Wanted(name, start[1], folder, str(environment(start[0]).python)))


def compared(
    folder: Path,
    options: run.Options | None = None,
    before: tuple[str, str] = TWO,
    after: tuple[str, str] = THREE,
) -> Comparison:
    """What differs between two starts of the app in a folder."""
    generated.available()
    both = side(BEFORE, before, folder), side(AFTER, after, folder)
    return run.compare(*both, options or run.Options(), lambda said: None)


@cache
def upgraded(name: str) -> Comparison:
    """A sample app on Connexion 2 and 3, asked with every method."""
    return compared(APPS / name, run.Options(all_methods=True))
