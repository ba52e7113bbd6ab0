"""The doctor against reality: in the fast cells, it says what the real servers do.

`python -m tests.truth` runs all cells, and prints what the server said where they disagree.
"""

from __future__ import annotations

import concurrent.futures
from collections.abc import Iterator

import pytest

from tests.truth.cells import Cell, select
from tests.truth.doctor import doctor_command
from tests.truth.report import counts, summary
from tests.truth.run import Options, Result, run_cell

FAST = select(fast=True)
JOBS = 2

Pending = dict[str, "concurrent.futures.Future[Result]"]


class _AtTheEnd:
    """A pytest plugin that prints the counts below everything else."""

    def __init__(self, results: list[Result]) -> None:
        self.results = results

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        terminalreporter.section("truth")
        for text in counts(self.results):
            terminalreporter.write_line(text)


@pytest.fixture(scope="module")
def pending(request: pytest.FixtureRequest) -> Iterator[Pending]:
    """The selected cells, under way two at a time; at the end, the agreement is printed."""
    doctor = doctor_command()
    if doctor is None:
        pytest.skip("there is no doctor to ask")
    chosen = {item.name for item in request.session.items}
    cells = [cell for cell in FAST if f"{test_the_doctor_is_right.__name__}[{cell.name}]" in chosen]
    options = Options(doctor=doctor, jobs=JOBS)
    with concurrent.futures.ThreadPoolExecutor(JOBS) as pool:
        futures = {cell.name: pool.submit(run_cell, cell, options) for cell in cells}
        yield futures
        pool.shutdown(cancel_futures=True)
    done = [future.result() for future in futures.values() if not future.cancelled()]
    request.config.pluginmanager.register(_AtTheEnd(done))


@pytest.mark.parametrize("cell", FAST, ids=lambda cell: cell.name)
def test_the_doctor_is_right(cell: Cell, pending: Pending) -> None:
    result = pending[cell.name].result()
    if result.skipped:
        pytest.skip(result.skipped)
    assert result.agrees, "\n".join(summary([result]))
