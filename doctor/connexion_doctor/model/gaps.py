"""Texts with gaps: pieces that stand one after the other, whatever stands between them."""

from __future__ import annotations

from collections.abc import Sequence


def fits(pieces: Sequence[str], text: str, least: int = 0) -> bool:
    """Whether a text begins with the first piece, ends with the last, and has the others between them in
    their order; found in linear time, which an expression with several ``.*`` is not.

    :param least: how many characters each gap has at least
    """
    first, last = pieces[0], pieces[-1]
    if len(pieces) == 1:
        return text == first
    at, end = len(first), len(text) - len(last)
    if not (text.startswith(first) and text.endswith(last)):
        return False
    for piece in pieces[1:-1]:
        found = text.find(piece, at + least)
        if found < 0 or found + len(piece) > end:
            return False
        at = found + len(piece)
    return at + least <= end
