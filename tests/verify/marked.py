"""Processes that a test started, known by a variable in their environment."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator

import pytest

from connexion_doctor.processes.descendants import marked

NAME = "CONNEXION_DOCTOR_TEST"
MARK = {NAME: str(os.getpid())}  # tests may run in several processes at once


@pytest.fixture(autouse=True)
def nothing_left_running(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every process of a test is marked by a variable; none may outlive it."""
    monkeypatch.setenv(NAME, MARK[NAME])
    yield
    deadline = time.monotonic() + 5  # what was killed may still be leaving
    while set(marked(MARK)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert set(marked(MARK)) == set()
