"""What holds for a whole test run; below it is printed how often the doctor was right about real servers."""

from __future__ import annotations

import compileall
import os
import subprocess
import tempfile

import pytest

from tests.running import PACKAGE, SHARED, take_signals
from tests.watch import begin

take_signals()

TRUTH = "truth"
"""The property of a test report that tells of a cell: what the doctor said, and what happened."""


# Files whose tests take long, the longest first: begun at the end, they would keep one processor busy alone.
LONG = (
    "test_truth.py",
    "test_upgrades.py",
    "test_endurance.py",
    "test_boots.py",
    "test_selves.py",
    "test_quality.py",
    "test_pairs_are_real.py",
    "test_packages.py",
    "test_hooks.py",
    "test_verify.py",
    "test_building.py",
    "test_examples.py",
    "test_bench.py",
    "test_formats.py",
    "test_strangers.py",
    "test_secrets.py",
    "test_own_faults.py",
    "test_variants.py",
    "test_safe.py",
    "test_command.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The long files first; the processes (``-n``) take whole files in this order."""
    items.sort(key=lambda item: LONG.index(item.path.name) if item.path.name in LONG else len(LONG))


def pytest_configure(config: pytest.Config) -> None:
    """Once for all processes: a folder for what they share, whoever clears up behind them, and the agent
    compiled, as pip does when it installs a package (a target never writes bytecode)."""
    if not hasattr(config, "workerinput"):
        watch = begin(SHARED, tempfile.mkdtemp(prefix="connexion-doctor-tests-"))
        config.add_cleanup(lambda: _ended(watch))
        compileall.compile_dir(PACKAGE / "probe" / "agent", quiet=1)


def _ended(watch: subprocess.Popen[bytes]) -> None:
    watch.communicate()
    del os.environ[SHARED]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Count the cells of all reports: those of other processes (``-n``) come back as reports too."""
    reports = [report for found in terminalreporter.stats.values() for report in found]
    cells = [
        value
        for report in reports
        for name, value in getattr(report, "user_properties", ())
        if name == TRUTH and getattr(report, "when", "") == "call"
    ]
    if not cells:
        return
    right = sum(said == happened for said, happened in cells)
    unknown = sum(said == "unknown" for said, _ in cells)
    terminalreporter.section(TRUTH)
    terminalreporter.write_line(f"doctor: agreement {right} of {len(cells)} cells ({unknown} unknown)")
