"""What an upgrade comes to: the steps of the road, what was changed, what is left, what differs."""

from __future__ import annotations

from connexion_doctor.bench.bench import Bench
from connexion_doctor.compare.changes import Effect
from connexion_doctor.compare.comparison import Comparison
from connexion_doctor.foundation.late import dataclass
from connexion_doctor.model.voice import counted
from connexion_doctor.upgrade.suite import Suite

DONE, STOPPED, LEFT_OUT = "done", "stopped", "left out"


@dataclass(frozen=True)
class Step:
    """A step of the road: what it is, how it ended, what is to be said, and the way on where it stopped."""

    title: str
    state: str
    said: str
    way_on: str | None = None
    log: str | None = None
    seconds: float = 0.0


@dataclass(frozen=True)
class Change:
    """A change that was made by machine, and the finding that asked for it."""

    path: str | None
    line: int | None
    code: str
    title: str
    why: str


@dataclass(frozen=True)
class Task:
    """What is left to a person. ``step`` is the place in the order to do it."""

    step: int
    code: str
    message: str
    path: str | None
    line: int | None
    how: str


@dataclass(frozen=True)
class Upgrade:
    """All of it. ``folder`` keeps the copy, the patch and the logs; ``diff`` is the patch as it may be shown:
    without secrets that the files set."""

    root: str
    folder: str
    copy: str
    patch: str
    steps: tuple[Step, ...]
    changes: tuple[Change, ...] = ()
    tasks: tuple[Task, ...] = ()
    files: tuple[str, ...] = ()
    diff: str = ""
    commands: tuple[tuple[str, str, str], ...] = ()  # id of the launch, its command before and after
    comparison: Comparison | None = None
    suites: tuple[Suite, Suite] | None = None
    bench: Bench | None = None
    written: bool = False
    unwritten: tuple[str, ...] = ()  # what was to be written, and why it was not

    @property
    def stopped(self) -> bool:
        """Whether a step could not be done."""
        return any(one.state == STOPPED for one in self.steps)

    @property
    def breaks(self) -> int:
        """How many differences break a client."""
        found = self.comparison.differences() if self.comparison is not None else ()
        return sum(one.effect is Effect.BREAKS for one in found)

    @property
    def exit_code(self) -> int:
        """3 where a step stopped, or what was to be written is not; 1 where a client breaks or fewer tests
        pass; else 0."""
        if self.stopped or self.unwritten:
            return 3
        worse = self.suites is not None and (
            self.suites[1].passed < self.suites[0].passed
            or self.suites[1].exit_code != 0 == self.suites[0].exit_code
        )
        return int(self.breaks > 0 or worse)

    @property
    def headline(self) -> str:
        """The whole in a line."""
        parts = []
        if self.comparison is not None:
            found = self.comparison
            parts.append(
                f"no client breaks at {found.unbroken} of {counted(found.total, 'operation')} "
                f"({found.same} without any difference that one sees)"
            )
        if self.suites is not None:
            before, after = self.suites
            if before.passed == after.passed and before.exit_code == after.exit_code:
                parts.append(f"{counted(after.passed, 'test')} passed on both")
            else:
                parts.append(f"tests: {before.shown} before, {after.shown} after")
        parts.append(f"{counted(len(self.changes), 'change')} by machine, {len(self.tasks)} left by hand")
        return "; ".join(parts)
