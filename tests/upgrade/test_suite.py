"""The counts of test runs, from what pytest and unittest print."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from connexion_doctor.upgrade.suite import counts, run


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


def test_tests_run_with_the_interpreter_of_their_side(tmp_path: Path) -> None:
    """``python`` is that one, whatever stands on PATH; its environment comes first there."""
    (tmp_path / "test_it.py").write_text(
        "import os, sys, unittest\n\n\nclass It(unittest.TestCase):\n"
        "    def test_it(self):\n"
        "        assert os.environ['PATH'].split(':')[0] == os.path.dirname(sys.executable)\n"
        "        assert os.environ['OWN'] == '1'\n"
    )
    log = tmp_path / "log"
    found = run("python -m unittest test_it", tmp_path, sys.executable, {"PATH": "/nowhere", "OWN": "1"}, log)
    assert (found.exit_code, found.shown) == (0, "1 passed"), log.read_text()
    assert run("python -c 0", tmp_path, sys.executable, {}, log).shown == "exit code 0"


def test_tests_that_do_not_start_or_do_not_end_are_told_of(tmp_path: Path) -> None:
    log = tmp_path / "log"
    found = run("python -m nothing_here", tmp_path, sys.executable, {}, log)
    assert not found.ran and found.shown.startswith("exit code 1: ") and "nothing_here" in found.shown
    found = run("python -c 'while True: pass'", tmp_path, sys.executable, {}, log, seconds=0.3)
    assert (found.exit_code, found.ran) == (124, False)
    assert log.read_text().strip() == "The tests did not end within 0.3 s."
