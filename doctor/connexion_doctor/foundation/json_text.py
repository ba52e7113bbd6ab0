"""JSON that somebody else wrote: a file that is given, an answer, what an app put where the probe writes."""

from __future__ import annotations

import json
from typing import Any

DEEPEST = 200
"""Levels of lists and objects; what walks over data may take some frames for each."""


def parsed(text: str | bytes) -> Any:
    """What a text says.

    :raises ValueError: it is no JSON, or is nested more deeply than anybody means it
    """
    try:
        made = json.loads(text)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    level = [made]
    for _ in range(DEEPEST):
        level = [one for value in level for one in _inside(value)]
        if not level:
            return made
    raise ValueError("it is nested too deeply")


def _inside(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [one for one in value.values() if isinstance(one, (dict, list))]
    return [one for one in value if isinstance(one, (dict, list))] if isinstance(value, list) else []
