"""What verification found, as lines for people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from connexion_doctor.model import Judgement
from connexion_doctor.model.voice import clause, sentence


def lines(judgement: Judgement) -> Iterator[str]:
    """Predicted and happened, before and after; nothing where the launch was not verified."""
    verified: Any = judgement.verified
    if verified is None:
        return
    before, after = verified["before"], verified["after"]
    if not before["booted"]:
        yield sentence(f"not verified: {before['detail']}")
        return
    agreement = {True: "as predicted", False: f"predicted: {verified['predicted']}", None: "not comparable"}
    agrees = agreement[verified["agrees"]]
    yield sentence(f"booted: {before['happened']} ({agrees}): {before['detail']}{_said(before)}")
    if after is not None:
        fixes = " and ".join(map(clause, after.get("fixes") or ()))
        how = f" ({fixes})" if fixes else ""
        yield sentence(f"booted with the fix{how}: {after['happened']}: {after['detail']}{_said(after)}")


def _said(outcome: Mapping[str, Any]) -> str:
    return f"; its log says {outcome['said']!r}" if outcome.get("said") else ""
