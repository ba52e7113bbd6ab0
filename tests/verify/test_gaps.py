"""Texts with gaps: what an expression would say, in linear time."""

from __future__ import annotations

import random
import re
import time

import pytest

from connexion_doctor.compare.specification import matches
from connexion_doctor.model.gaps import fits


@pytest.mark.parametrize("least", [0, 1, 2])
def test_they_fit_as_the_expression_does(least: int) -> None:
    chance = random.Random(least)
    for _ in range(3_000):
        pieces = ["".join(chance.choices("ab", k=chance.randint(0, 2))) for _ in range(chance.randint(1, 4))]
        text = "".join(chance.choices("ab", k=chance.randint(0, 7)))
        expression = f".{{{least},}}".join(map(re.escape, pieces))
        assert fits(pieces, text, least) is (re.fullmatch(expression, text) is not None), (pieces, text)


def test_a_template_with_many_parameters() -> None:
    begin = time.process_time()
    assert not matches("/items/" + "{a}-" * 30 + "!", "/items/" + "-" * 4_000)
    assert matches("/items/{a}{b}/{c}.json", "/items/xy/z.json")
    assert not matches("/items/{a}{b}", "/items/x")
    assert not matches("/items/{a}", "/items/x/y")
    assert time.process_time() - begin < 1.0
