"""Noise: what differs from itself. It is measured, by asking the same side again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from connexion_doctor.compare.asked import Answer, Request
from connexion_doctor.compare.changes import changes

Noise = Mapping[str, frozenset[str]]


def measured(request: Request, answers: Iterable[Answer]) -> Noise:
    """The places that vary among the answers of one side to one request, and what does."""
    found: dict[str, set[str]] = {}
    first, *others = answers
    for other in others:
        for one in changes(request, first, other):
            found.setdefault(one.where, set()).add(one.what)
    return {place: frozenset(whats) for place, whats in found.items()}


def joined(*several: Noise) -> Noise:
    """The places of all."""
    found: dict[str, frozenset[str]] = {}
    for one in several:
        for place, whats in one.items():
            found[place] = found.get(place, frozenset()) | whats
    return found
