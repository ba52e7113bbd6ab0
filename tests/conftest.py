"""What holds for a whole test run; below it is printed how often the doctor was right about real servers."""

from __future__ import annotations

import compileall
import os
import subprocess
import tempfile
from pathlib import Path

import pytest

from tests.running import PACKAGE, SHARED, take_signals
from tests.watch import begin

take_signals()

TRUTH = "truth"
"""The property of a test report that tells of a cell: what the doctor said, and what happened."""


# Files whose tests take long, the longest first, as a whole run measured them (``--durations=0`` tells it):
# begun at the end, they would keep one processor busy alone.
LONG = (
    "test_truth.py",
    "verify/test_boots.py",
    "test_endurance.py",
    "fixes/test_truth.py",
    "fixes/test_every_place.py",
    "rules/versions/test_pairs_are_real.py",
    "packaging/test_packages.py",
    "upgrade/test_upgrades.py",
    "packaging/test_hooks.py",
    "compare/test_behaviours.py",
    "verify/test_verify.py",
    "checkup/test_forms.py",
    "checkup/test_strangers.py",
    "environment/test_building.py",
    "verify/test_own_faults.py",
    "checkup/test_explained.py",
    "checkup/test_samples.py",
    "bench/test_variants.py",
    "checkup/test_treatments.py",
    "checkup/test_adapted_function.py",
    "reporters/test_secrets.py",
    "compare/test_copies.py",
    "checkup/test_factory_of_the_inner_app.py",
    "facts/test_saved.py",
    "fixes/test_carried.py",
    "discovery/test_fuzz.py",
    "checkup/test_gunicorn_conf.py",
    "checkup/test_started_at_import.py",
    "test_guides.py",
    "cli/test_terminal.py",
    "probe/test_handlers_source.py",
    "fixes/test_every_file.py",
    "checkup/test_targets.py",
    "rules/migration/test_examples.py",
    "checkup/test_start_commands.py",
    "checkup/test_cured_to_the_end.py",
    "rules/configuration/test_ignored.py",
    "rules/configuration/test_contradictions.py",
    "probe/test_operations.py",
    "compare/test_command.py",
    "probe/test_arguments.py",
    "configuration/test_configuration.py",
    "probe/test_details.py",
    "fixes/test_every_project.py",
    "screening/test_screening.py",
    "fixes/test_additions.py",
    "fixes/test_translation_boots.py",
    "fixes/test_workers.py",
    "checkup/test_gunicorn_in_code.py",
    "test_quality.py",
)
ORDER = {name: place for place, name in enumerate(LONG)}
TESTS = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The long files first; the processes (``-n``) take whole files in this order."""
    items.sort(key=lambda item: ORDER.get(item.path.relative_to(TESTS).as_posix(), len(LONG)))


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
