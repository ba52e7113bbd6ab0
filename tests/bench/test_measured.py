"""Numbers from rounds."""

from __future__ import annotations

import pytest

from connexion_doctor.bench.measured import Load, Measured, quantile, ratio


def load(rate: int, seconds: float = 1.0, took: float = 0.01) -> Load:
    return Load(seconds, (took,) * int(rate * seconds))


@pytest.mark.parametrize(
    ("part", "wanted"), [(0.5, 50.0), (0.95, 95.0), (0.99, 99.0), (1.0, 100.0), (0.001, 1.0)]
)
def test_quantiles_are_nearest_ranks(part: float, wanted: float) -> None:
    assert quantile([float(one) for one in range(100, 0, -1)], part) == wanted


def test_no_answer_has_no_quantile() -> None:
    assert quantile([], 0.5) is None


@pytest.mark.parametrize(
    ("rates", "first", "value", "differs"),
    [
        ([200, 202, 198, 200], [100, 101, 99, 100], 2.0, True),
        ([100, 100, 100], [100, 100, 100], 1.0, False),
        ([120, 80, 100, 90], [100, 110, 90, 100], 0.97, False),
        ([50], [100], 0.5, False),  # one round tells nothing of how far it spreads
    ],
)
def test_a_ratio_says_whether_its_interval_leaves_1_out(
    rates: list[int], first: list[int], value: float, differs: bool
) -> None:
    found = ratio([load(one) for one in rates], [load(one) for one in first])
    assert found is not None
    assert found.value == pytest.approx(value, abs=0.01)
    assert found.differs is differs


def test_a_disturbance_that_hits_both_is_none() -> None:
    """Rounds are compared pair by pair: half as fast, twice, in every other round."""
    found = ratio([load(one) for one in (200, 20, 200, 20)], [load(one) for one in (100, 10, 100, 10)])
    assert found is not None
    assert found.low == pytest.approx(2)
    assert found.high == pytest.approx(2)


def test_a_round_without_an_answer_has_no_ratio() -> None:
    assert ratio([load(0)], [load(100)]) is None


@pytest.mark.parametrize(("rate", "ceiling", "believable"), [(600, 1000, True), (700, 1000, False)])
def test_near_the_ceiling_it_is_the_generator_that_is_measured(
    rate: int, ceiling: float, believable: bool
) -> None:
    assert Measured((load(rate),), ceiling=ceiling).believable is believable


def test_errors_are_no_answers() -> None:
    measured = Measured((Load(1.0, (0.1,) * 10, {"status 500": 5}), Load(1.0, (), {"status 500": 1})))
    assert measured.rate == 5
    assert measured.errors == {"status 500": 6}
