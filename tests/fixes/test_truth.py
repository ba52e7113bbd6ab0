"""Fixes against reality: what a fix starts answers right. All cells: ``python -m tests.truth.fixes``."""

from __future__ import annotations

import pytest

from tests.truth.cells import select
from tests.truth.fixes import FIXED, cure, summary

# One cell for each way in which a launch is changed.
CELLS = (
    "c3new/g-sync/app:app",
    "c3new/g-asgi/app:app.app",
    "c3new/u-wsgi/app:app",
    "c3new/waitress/app:app",
    "c3new/daphne/app:app.app",
    "c3new/g-uvw/bridged:application",
    "c3new/uvicorn/factory:create_app()",
    "c3new/g-asgi/factory:create_app",
    "c3new/g-uvw2/shapes:partial",
    "c3old/g-sync/app:app",
    "c2151/uvicorn/app:app",
    "badworker/g-uvw2/app:app",
    "c3noflask/g-uvw2/app:app",
)


@pytest.mark.truth
@pytest.mark.parametrize("name", CELLS)
def test_the_fix_works(name: str) -> None:
    cell = next(cell for cell in select(only=(name,)) if cell.name == name)
    found = cure(cell)
    if found is None:
        pytest.skip("it serves, or its environment is not there")
    assert found.kind == FIXED, "\n".join(summary([found]))
