"""The counts of test runs, from what pytest and unittest print."""

from __future__ import annotations

import pytest

from connexion_doctor.upgrade.suite import counts


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ("..\n2 passed in 0.01s\n", {"passed": 2}),
        ("== 1 failed, 4 passed, 2 warnings in 0.5s ==\n", {"passed": 4, "failed": 1}),
        ("1 passed, 3 skipped, 2 errors in 1s", {"passed": 1, "error": 2, "skipped": 3}),
        ("Ran 7 tests in 0.1s\n\nOK\n", {"passed": 7}),
        ("Ran 7 tests in 0.1s\n\nFAILED (failures=1, errors=2)\n", {"passed": 4, "failed": 3}),
        ("no tests ran in 0.01s\n", {}),
    ],
)
def test_counts(said: str, wanted: dict[str, int]) -> None:
    assert counts(said) == wanted
