"""How a bench is said, in every format."""

from __future__ import annotations

from connexion_doctor.bench.bench import Bench
from connexion_doctor.bench.measured import Measured
from connexion_doctor.model.voice import counted


def milliseconds(seconds: float | None) -> str:
    """A time as people read it."""
    return "-" if seconds is None else f"{seconds * 1000:.1f} ms"


def ratio_in_words(one: Measured, first: str) -> str:
    """The requests per second against the first start's."""
    if one.ratio is None:
        return f"no ratio to {first}: a round had no right answer"
    low, high = one.ratio.low, one.ratio.high
    if not one.ratio.differs:
        return f"no difference to {first} can be told (95 %: {low:.2f} to {high:.2f} times its requests)"
    return f"{one.ratio.value:.2f} times the requests of {first} (95 %: {low:.2f} to {high:.2f})"


def ceilings(bench: Bench) -> str:
    """What the numbers stand on."""
    some = ", ".join(f"{rate:.0f} a second with {many} at once" for many, rate in bench.ceilings.items())
    return (
        f"The load generator (aiohttp, one process) does at most {some}. {counted(bench.rounds, 'round')} of "
        f"{bench.seconds:g} s each, in turns, on {bench.processors} processors; "
        f"{counted(len(bench.requests), 'different request')}, each answer checked."
    )
