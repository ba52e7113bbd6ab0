"""The short form of ``python -m tests.endurance``: every command, surrounding and parser once; 0 may fail."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from tests.endurance import PARTS, inputs, interruptions, parsers, strangers, surroundings

EXTRA = len(strangers.NAMES) - len(strangers.MORE)  # those before are tests of their own
RUNS = {
    "strangers": range(EXTRA, len(strangers.NAMES), 9),
    "interruptions": [list(interruptions.COMMANDS).index(name) for name in interruptions.QUICK],
    "fixes": range(3),
    "surroundings": range(len(surroundings.NAMES)),
    "inputs": range(len(parsers.NAMES)),
    "projects": range(20),
}
SEED = "the test suite"


def runs() -> list[tuple[str, int]]:
    return [(name, number) for name, numbers in RUNS.items() for number in numbers]


@pytest.mark.parametrize(
    ("name", "number"), runs(), ids=[f"{name}: {PARTS[name].names(number)}"[:80] for name, number in runs()]
)
def test_it_stands(name: str, number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inputs, "BATCH", 80)
    assert list(PARTS[name].run(number, Random(f"{SEED}/{name}/{number}"), tmp_path)) == []
