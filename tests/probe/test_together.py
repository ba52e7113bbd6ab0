"""Several probes at once: as many as may be, never two of one folder, and none left whatever happens."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from connexion_doctor.probe import together
from connexion_doctor.probe.client import Answers, Probe, ProbeError
from connexion_doctor.probe.together import Job, ask_all


class Fake:
    """A probe that takes some steps."""

    running: list[str] = []
    seen: list[tuple[str, ...]] = []

    def __init__(self, folder: str, steps: int) -> None:
        self.folder, self.left = folder, steps

    def begin(self, request: Mapping[str, Any], *rest: object) -> None:
        self.running.append(self.folder)
        self.seen.append(tuple(sorted(self.running)))

    def step(self, seconds: float) -> Answers | None:
        self.left -= 1
        if self.left > 0:
            return None
        self.close()
        if self.folder == "broken":
            raise ProbeError("it is broken")
        return Answers([], output=self.folder)

    def close(self) -> None:
        if self.folder in self.running:
            self.running.remove(self.folder)


@pytest.fixture
def jobs(monkeypatch: pytest.MonkeyPatch) -> list[Job]:
    monkeypatch.setattr(Fake, "running", [])
    monkeypatch.setattr(Fake, "seen", [])

    def job(folder: str, steps: int) -> Job:
        def start() -> Probe:
            return Fake(folder, steps)  # type: ignore[return-value]

        return Job(start, {}, 1.0, lambda record: None, folder)

    return [job("a", 3), job("a", 1), job("b", 2), job("broken", 2), job("c", 1)]


@pytest.mark.parametrize("most", [1, 2, 8])
def test_all_are_asked(most: int, jobs: list[Job], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(together, "at_once", lambda: most)
    said = {
        index: answers.output if isinstance(answers, Answers) else str(answers)
        for index, answers in ask_all(jobs)
    }
    assert said == {0: "a", 1: "a", 2: "b", 3: "it is broken", 4: "c"}
    assert max(map(len, Fake.seen)) == min(most, 4)
    assert all(len(set(at_work)) == len(at_work) for at_work in Fake.seen)
    assert Fake.running == []


def test_none_is_left_when_nobody_listens_any_more(jobs: list[Job], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(together, "at_once", lambda: 4)
    asked = ask_all(jobs)
    next(asked)
    assert Fake.running
    asked.close()
    assert Fake.running == []


def test_one_at_least() -> None:
    assert 1 <= together.at_once() <= together.MOST
