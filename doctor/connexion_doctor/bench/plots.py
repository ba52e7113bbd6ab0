"""Pictures of a bench: requests per second with the interval of the rounds, and how long answers took."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence

from connexion_doctor.bench.bench import Bench
from connexion_doctor.bench.measured import NORMAL, T95, Measured
from connexion_doctor.bench.wording import milliseconds
from connexion_doctor.reporters.html.parts import tag, text

WIDTH, LEFT, RIGHT = 360, 8, 352
ROW = 46  # pixels a start takes: its name, and below it the bar
CHARACTERS = 46  # of a name that fit
PARTS = (0.5, 0.95, 0.99)


def interval(one: Measured) -> tuple[float, float]:
    """The 95 % interval of the mean of the rounds' requests per second."""
    rates = [each.rate for each in one.rounds]
    mean = sum(rates) / len(rates) if rates else 0.0
    if len(rates) < 2:
        return mean, mean
    deviation = math.sqrt(sum((rate - mean) ** 2 for rate in rates) / (len(rates) - 1))
    freedom = len(rates) - 1
    half = (T95[freedom - 1] if freedom <= len(T95) else NORMAL) * deviation / math.sqrt(len(rates))
    return max(mean - half, 0.0), mean + half


def throughput(bench: Bench, many: int) -> str:
    """A bar a start: its requests per second, and the interval that they lie in."""
    some = [start.at[many] for start in bench.starts]
    most = max([high for one in some for high in (interval(one)[1], one.rate)], default=0.0) or 1.0
    said = [f"{one.rate:.0f} ({interval(one)[0]:.0f} to {interval(one)[1]:.0f})" for one in some]

    def row(at: int, y: int) -> Iterator[str]:
        one, (low, high) = some[at], interval(some[at])
        yield _rectangle(LEFT, y + 18, _x(one.rate, most) - LEFT, 16)
        yield _line(_x(low, most), y + 26, _x(high, most), y + 26, "interval")
        yield from (_line(_x(end, most), y + 21, _x(end, most), y + 31, "interval") for end in (low, high))

    return _plot("Requests per second, with the 95 % interval of the rounds", bench, said, row)


def latency(bench: Bench, many: int) -> str:
    """A line a start, from the median over p95 to p99."""
    some = [start.at[many] for start in bench.starts]
    times = [[one.quantile(part) or 0.0 for part in PARTS] for one in some]
    most = max([time for each in times for time in each], default=0.0) or 1.0
    said = [", ".join(milliseconds(one.quantile(part)) for part in PARTS) for one in some]

    def row(at: int, y: int) -> Iterator[str]:
        ends = [_x(time, most) for time in times[at]]
        yield _line(LEFT, y + 26, RIGHT, y + 26, "axis")
        yield _line(ends[0], y + 26, ends[-1], y + 26, "range")
        yield from (_dot(end, y + 26, 5 if not index else 3.5) for index, end in enumerate(ends))

    return _plot("Time of an answer: median, p95 and p99", bench, said, row)


def _plot(caption: str, bench: Bench, said: Sequence[str], row: Callable[[int, int], Iterable[str]]) -> str:
    """The picture; who does not see it is told the numbers."""
    inside: list[str] = []
    for at, start in enumerate(bench.starts):
        y = at * ROW
        value = said[at]
        inside.append(_text(LEFT, y + 12, _short(start.name, CHARACTERS - len(value)), "name"))
        inside.append(_text(RIGHT, y + 12, value, "soft", anchor="end"))
        inside += row(at, y)
    label = "; ".join(f"{start.name}: {value}" for start, value in zip(bench.starts, said, strict=True))
    box = f"0 0 {WIDTH} {len(bench.starts) * ROW}"
    picture = tag("svg", inside, viewBox=box, role="img", aria_label=f"{caption}. {label}")
    return tag("figure", [tag("figcaption", text(caption)), picture], class_="plot")


def _x(value: float, most: float) -> float:
    return round(LEFT + (RIGHT - LEFT) * min(value / most, 1.0), 1)


def _short(name: str, room: int) -> str:
    return name if len(name) <= room else f"{name[: max(room - 1, 1)]}…"


def _text(x: float, y: float, said: str, kind: str, anchor: str | None = None) -> str:
    return tag("text", text(said), x=x, y=y, class_=kind, text_anchor=anchor)


def _rectangle(x: float, y: float, width: float, height: float) -> str:
    return tag("rect", "", x=x, y=y, width=max(round(width, 1), 1), height=height, rx=3, class_="bar")


def _line(x1: float, y1: float, x2: float, y2: float, kind: str) -> str:
    return tag("line", "", x1=x1, y1=y1, x2=x2, y2=y2, class_=kind)


def _dot(x: float, y: float, radius: float) -> str:
    return tag("circle", "", cx=x, cy=y, r=radius, class_="dot")
