"""TOML that somebody else wrote."""

from __future__ import annotations

import sys
from functools import lru_cache
from typing import Any

from connexion_doctor.foundation import late

DEEPEST = 200
"""Parts of a dotted key. The parser's time grows with the square of them."""
TOO_DEEP = late.pattern(rf"(?<![\w\"'-])(?:[\w\"'-]+[ \t]*\.[ \t]*){{{DEEPEST}}}")


@lru_cache(8)  # a lock file is read for its packages, for its graph, and for each way to install from it
def parsed(text: str) -> dict[str, Any]:
    """The tables of a text: the same ones for whoever asks, to be read only.

    :raises ValueError: it is no TOML (with the place), or is nested more deeply than anybody means it
    """
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib  # type: ignore[import-not-found,unused-ignore]
    if TOO_DEEP.search(text):
        raise ValueError("it is nested too deeply")
    try:
        return dict(tomllib.loads(text))
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
