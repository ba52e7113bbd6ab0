"""The doctor against reality: in the fast cells, it says what the real servers do.

`python -m tests.truth` runs all cells, and prints what the server said where they disagree.
"""

from __future__ import annotations

import concurrent.futures
from collections.abc import Callable, Iterator

import pytest

from tests.conftest import TRUTH
from tests.truth.cells import Cell, select
from tests.truth.claims import CLAIMED
from tests.truth.doctor import FORMS
from tests.truth.report import summary
from tests.truth.run import Options, Result, run_cell

FAST = select(fast=True)
JOBS = 2

Pending = dict[str, "concurrent.futures.Future[Result]"]


@pytest.fixture(scope="module")
def pending(request: pytest.FixtureRequest) -> Iterator[Pending]:
    """The selected cells, under way two at a time."""
    chosen = {item.name for item in request.session.items}
    cells = [cell for cell in FAST if f"{test_the_doctor_is_right.__name__}[{cell.name}]" in chosen]
    with concurrent.futures.ThreadPoolExecutor(JOBS) as pool:
        futures = {
            # One other form of asking for each cell; `python -m tests.truth --forms` asks in all.
            cell.name: pool.submit(
                run_cell, cell, Options(True, jobs=JOBS, forms=(FORMS[1 + at % (len(FORMS) - 1)],))
            )
            for at, cell in enumerate(cells)
        }
        yield futures
        pool.shutdown(cancel_futures=True)


@pytest.mark.parametrize("cell", FAST, ids=lambda cell: cell.name)
def test_the_doctor_is_right(
    cell: Cell, pending: Pending, record_property: Callable[[str, object], None]
) -> None:
    result = pending[cell.name].result()
    if result.skipped:
        pytest.skip(result.skipped)
    assert result.diagnosis is not None and result.outcome is not None
    record_property(TRUTH, (result.diagnosis.verdict, result.outcome.happened))
    missing = CLAIMED.get(cell.name, set()) - set(result.diagnosis.codes)
    assert not missing, f"the pages of {missing} name this cell as their proof"
    assert result.agrees, "\n".join(summary([result]))
