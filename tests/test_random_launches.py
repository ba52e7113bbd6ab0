"""Launches that nobody wrote, a few at every run: ``python -m tests.truth.random_launches`` boots as many as
are asked for, and cures them."""

from __future__ import annotations

import ast
import random
import time

import pytest

from tests.truth.random_launches import make, service, tell

SECONDS = 8.0
"""After this, no other launch is begun."""
MOST = 5


@pytest.mark.truth
def test_the_doctor_is_right_of_launches_that_nobody_wrote() -> None:
    start, until = random.SystemRandom().randrange(1_000_000), time.monotonic() + SECONDS
    print(f"python -m tests.truth.random_launches --start {start} --seeds {MOST}")
    looked = 0
    for seed in range(start, start + MOST):
        if looked and time.monotonic() > until:
            break
        told = tell(seed, fixes=False)
        if told is None:
            continue  # its environment cannot be had here
        looked += 1
        assert told.right, f"{told.cell.name}\n  said {told.said} ({told.reason}), was {told.happened}"
    if not looked:
        pytest.skip("no environment to boot in")


def test_a_seed_makes_one_project() -> None:
    assert make(7) == make(7) != make(8)


def test_a_seed_makes_one_service() -> None:
    assert service(7) == service(7) != service(8)
    for seed in range(200):
        made = service(seed)
        for path, text in made.files.items():
            if path.endswith(".py"):
                ast.parse(text)
        assert made.what.count(", ") > 4
