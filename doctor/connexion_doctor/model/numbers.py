"""Numbers that stand in a text that others wrote."""

from __future__ import annotations

MOST_DIGITS = 15  # what is longer counts nothing, and Python reads no number of 5000 digits


def whole_number(text: str) -> int | None:
    """The number that a text is, in plain digits; None where it is none, or longer than any that counts."""
    plain = text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS
    return int(text) if plain else None
