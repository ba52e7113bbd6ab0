"""YAML that somebody else wrote."""

from __future__ import annotations

from typing import Any

from connexion_doctor.foundation import late

DEEPEST = 1000
"""Levels; far fewer than where the time begins to count, far more than open brackets in texts may feign."""
NESTS = late.pattern(r"[\[\]{}]|(?m:^[ ]*(?:[-?:][ \t]+){20,})")


def parsed(text: str) -> Any:
    """A document as plain data.

    :raises Exception: it is none; ruamel.yaml raises many
    """
    from ruamel.yaml import YAML

    return YAML(typ="safe", pure=True).load(bounded(text))


def bounded(text: str) -> str:
    """The text, for a reader of one's own.

    :raises ValueError: it is nested more deeply than anybody means it
    """
    if depth(text, DEEPEST) > DEEPEST:
        raise ValueError("it is nested too deeply")
    return text


def depth(text: str, most: int) -> int:
    """How deep brackets and lines of dashes nest: the parser's time grows with the square of it.

    :param most: what a line of very many dashes counts more than
    """
    now = deepest = 0
    for match in NESTS.finditer(text):
        char = match[0]
        if len(char) > 1:
            return most + 1
        now = max(now + (1 if char in "[{" else -1), 0)
        deepest = max(deepest, now)
    return deepest
