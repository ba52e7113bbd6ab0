"""The doctor against reality: in the fast cells, it says what the real servers do.

`python -m tests.truth` runs all cells, and prints what the server said where they disagree.
"""

from __future__ import annotations

import concurrent.futures
import contextlib
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import pytest

from tests.conftest import TRUTH
from tests.environments import Unavailable, environment
from tests.truth.cells import Cell, select
from tests.truth.claims import CLAIMED
from tests.truth.doctor import FORMS, Diagnosis, ask_together
from tests.truth.report import summary
from tests.truth.run import Options, Result, run_cell

FAST = select(fast=True)
JOBS = 2
TOGETHER = 16
"""So many cells are asked about in one run of the doctor: in more, all of a group waits for its last."""

Pending = dict[str, "concurrent.futures.Future[Result]"]
Told = dict[str, Diagnosis]


def batches(cells: Iterable[Cell]) -> Iterator[list[Cell]]:
    """The cells that one run can be asked about: of one environment and folder, without variables."""
    groups: dict[tuple[str, str], list[Cell]] = {}
    for cell in cells:
        if not cell.environ and not cell.lifespan:
            groups.setdefault((cell.environment, cell.folder), []).append(cell)
    for group in groups.values():
        for start in range(0, len(group), TOGETHER):
            yield group[start : start + TOGETHER]


def told(batch: Sequence[Cell]) -> Told:
    """What the doctor says of a batch; nothing where there is no environment: its tests are skipped."""
    with contextlib.suppress(Unavailable), tempfile.TemporaryDirectory(prefix="truth-") as folder:
        return ask_together(batch, environment(batch[0].environment), Path(folder))
    return {}


def forms(number: int) -> tuple[str, ...]:
    """In which form a cell is asked about by itself: every sixth is, in turns; all are asked together.

    `python -m tests.truth --forms` asks about each in all.
    """
    return (ALONE[number // 6 % len(ALONE)],) if number % 6 == 0 else ()


ALONE = [form for form in FORMS if form != "configuration"]


@pytest.fixture(scope="module")
def pending(request: pytest.FixtureRequest) -> Iterator[Pending]:
    """The selected cells, under way two at a time."""
    chosen = {item.name for item in request.session.items}
    cells = [cell for cell in FAST if f"{test_the_doctor_is_right.__name__}[{cell.name}]" in chosen]
    with concurrent.futures.ThreadPoolExecutor(JOBS) as pool:
        asked: dict[str, concurrent.futures.Future[Told]] = {}
        for batch in batches(cells):
            answer = pool.submit(told, batch)
            asked.update({cell.name: answer for cell in batch})

        def run(cell: Cell, number: int) -> Result:
            # The batches were begun before.
            known = asked[cell.name].result().get(cell.name) if cell.name in asked else None
            return run_cell(cell, Options(True, jobs=JOBS, forms=forms(number), told=known))

        yield {cell.name: pool.submit(run, cell, number) for number, cell in enumerate(cells)}
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
