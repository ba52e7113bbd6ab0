"""What a bench comes to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from connexion_doctor.bench.measured import Measured
from connexion_doctor.compare.sides import Side
from connexion_doctor.foundation.late import dataclass


@dataclass(frozen=True)
class Start:
    """A start under load. ``startup`` is in seconds, until the first right answer; ``memory`` in bytes, of
    all its processes after the load; ``at`` what was measured at each concurrency."""

    name: str
    side: Side
    startup: float
    memory: int | None
    at: Mapping[int, Measured]


@dataclass(frozen=True)
class Bench:
    """All starts, asked the same; ``ceilings`` is what the generator can do at each concurrency."""

    starts: tuple[Start, ...]
    ceilings: Mapping[int, float]
    requests: tuple[str, ...]
    rounds: int
    seconds: float
    processors: int
    notes: tuple[str, ...] = field(default_factory=tuple)

    @property
    def failed(self) -> bool:
        """Whether a start gave no right answer, or more than one in a hundred wrong."""
        for start in self.starts:
            for measured in start.at.values():
                right = sum(len(one.latencies) for one in measured.rounds)
                if not right or sum(measured.errors.values()) > right / 100:
                    return True
        return False
