"""Numbers from rounds: requests per second, times, ratios with what they may be."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import field

from connexion_doctor.foundation.late import dataclass

# Two-sided 95 % of Student's distribution, by degrees of freedom.
T95 = (
    12.706,
    4.303,
    3.182,
    2.776,
    2.571,
    2.447,
    2.365,
    2.306,
    2.262,
    2.228,
    2.201,
    2.179,
    2.160,
    2.145,
    2.131,
)
NORMAL = 1.96
NEAR = 1 - 1 / 3  # of the generator's ceiling: from here on it is the generator that is measured


@dataclass(frozen=True)
class Load:
    """One round of one start: the time it took (seconds), how long each right answer took, what failed."""

    seconds: float
    latencies: tuple[float, ...]
    errors: dict[str, int] = field(default_factory=dict)

    @property
    def rate(self) -> float:
        """Right answers per second."""
        return len(self.latencies) / self.seconds if self.seconds > 0 else 0.0


@dataclass(frozen=True)
class Ratio:
    """A rate against the first start's: the geometric mean of the rounds, and its 95 % interval."""

    value: float
    low: float
    high: float

    @property
    def differs(self) -> bool:
        """Whether the interval leaves 1 out."""
        return not self.low <= 1 <= self.high


@dataclass(frozen=True)
class Measured:
    """A start at one concurrency, over all rounds. Times are in seconds."""

    rounds: tuple[Load, ...]
    ratio: Ratio | None = None
    ceiling: float | None = None

    @property
    def rate(self) -> float:
        """Right answers per second, all rounds together."""
        seconds = sum(one.seconds for one in self.rounds)
        return sum(len(one.latencies) for one in self.rounds) / seconds if seconds else 0.0

    def quantile(self, part: float) -> float | None:
        """The time that this part of the answers was given in; None without an answer."""
        return quantile([one for each in self.rounds for one in each.latencies], part)

    @property
    def errors(self) -> dict[str, int]:
        """What failed, and how often."""
        found: dict[str, int] = {}
        for one in self.rounds:
            for what, count in one.errors.items():
                found[what] = found.get(what, 0) + count
        return found

    @property
    def believable(self) -> bool:
        """Whether it is the server that was measured, and not the generator."""
        return self.ceiling is None or self.rate < self.ceiling * NEAR


def quantile(values: Sequence[float], part: float) -> float | None:
    """The value below which this part of the values lies (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(math.ceil(part * len(ordered)) - 1, 0)] if ordered else None


def ratio(rounds: Sequence[Load], first: Sequence[Load]) -> Ratio | None:
    """The rounds against those of the first start, pair by pair: what disturbs the machine disturbs both.

    :return: None where a round had no right answer
    """
    pairs = [(one.rate, other.rate) for one, other in zip(rounds, first, strict=True)]
    if not pairs or any(not one or not other for one, other in pairs):
        return None
    logs = [math.log(one / other) for one, other in pairs]
    mean = sum(logs) / len(logs)
    if len(logs) == 1:
        return Ratio(math.exp(mean), 0.0, math.inf)
    deviation = math.sqrt(sum((one - mean) ** 2 for one in logs) / (len(logs) - 1))
    freedom = len(logs) - 1
    half = (T95[freedom - 1] if freedom <= len(T95) else NORMAL) * deviation / math.sqrt(len(logs))
    return Ratio(math.exp(mean), math.exp(mean - half), math.exp(mean + half))
