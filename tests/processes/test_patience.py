"""What a busy machine keeps processes waiting does not count against them."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from connexion_doctor.processes import patience
from connexion_doctor.processes.patience import Patience, Thread

SPIN = """
import os
os.sched_setaffinity(0, {0})
os.nice(NICE)
print("spins", flush=True)
while True: pass
"""
SECONDS = 0.4


@contextmanager
def child(code: str) -> Iterator[int]:
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout is not None
            process.stdout.readline()
            yield process.pid
        finally:
            process.kill()


def waited(one: Patience) -> float:
    begun = time.monotonic()
    while not one.over():
        time.sleep(0.01)
    return time.monotonic() - begun


@pytest.mark.parametrize("fresh", [True, False])
def test_a_process_that_sleeps_has_its_seconds(fresh: bool) -> None:
    with child("import time; print(1, flush=True); time.sleep(60)") as pid:
        assert waited(Patience(SECONDS, lambda: [pid], fresh=fresh)) < 2 * SECONDS + 1


@pytest.mark.skipif(not Path("/proc/self/schedstat").exists(), reason="the system does not tell")
def test_a_process_that_the_machine_lets_wait_is_given_more() -> None:
    with ExitStack() as stack:
        starved = stack.enter_context(child(SPIN.replace("NICE", "19")))
        for _ in range(2):
            stack.enter_context(child(SPIN.replace("NICE", "0")))
        assert waited(Patience(SECONDS, lambda: [starved])) > 2 * SECONDS


def test_there_is_an_end_however_busy_the_machine_is(monkeypatch: pytest.MonkeyPatch) -> None:
    ever = iter(range(0, 10**6, 1000))
    monkeypatch.setattr(patience, "_threads", lambda pids: {"1": Thread(0.0, float(next(ever)), True)})
    assert 9 * 0.05 < waited(Patience(0.05, lambda: [os.getpid()])) < 9


def test_where_nothing_is_told_all_seconds_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "_threads", lambda pids: {})
    assert waited(Patience(SECONDS, lambda: [os.getpid()])) < 2 * SECONDS + 1
