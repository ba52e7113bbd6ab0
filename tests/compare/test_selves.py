"""A launch is the same as itself, whatever it is that never comes twice."""

from __future__ import annotations

import pytest

from tests.compare.comparing import THREE, TWO
from tests.compare.selves import differences


@pytest.mark.parametrize(
    ("name", "start", "all_methods"),
    [("noise", TWO, False), ("noise", THREE, True), ("browser", THREE, False)],
    ids=["2", "3, in copies", "3, browsers"],
)
def test_a_launch_does_not_differ_from_itself(name: str, start: tuple[str, str], all_methods: bool) -> None:
    assert differences(name, start, all_methods) == []
