"""Comparisons of a launch with itself: ``python -m tests.compare.selves 40`` prints what is reported.

None is right. The apps between them have dates, ids, counters and random order.
"""

from __future__ import annotations

import argparse
import itertools
import sys

from connexion_doctor.compare import run
from tests.compare.comparing import APPS, THREE, TWO, compared
from tests.running import campaign

NAMES = (
    "noise",
    "parameters",
    "noise",
    "answers",
    "noise",
    "browser",
    "swagger2",
    "noise",
    "security",
    "bodies",
)


def differences(name: str, start: tuple[str, str], all_methods: bool = False) -> list[str]:
    """What a comparison of a start with itself reports."""
    found = compared(APPS / name, run.Options(all_methods=all_methods), start, start)
    return [f"{one.effect.value} {one.change}" for one in found.differences()]


def main(count: int) -> int:
    """Run that many, and say what each reports; how many report something is the exit code."""
    wrong = 0
    ways = itertools.cycle(itertools.product((TWO, THREE), (False, True)))
    for number, name, (start, all_methods) in zip(range(count), itertools.cycle(NAMES), ways, strict=False):
        found = differences(name, start, all_methods)
        wrong += bool(found)
        print(
            f"{number + 1:>3} {name:<12} {start[1]:<24} all methods: {all_methods!s:<6} {len(found)} {found}"
        )
    print(f"{wrong} of {count} report a difference")
    return wrong


if __name__ == "__main__":
    campaign()
    parser = argparse.ArgumentParser("tests.compare.selves", description=__doc__)
    parser.add_argument("count", nargs="?", type=int, default=40)
    sys.exit(main(parser.parse_args().count))
