"""Which findings are wanted, which are changed or kept quiet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from connexion_doctor.foundation.late import dataclass


@dataclass(frozen=True)
class Screening:
    """Rules in and out (codes, beginnings of codes, names), severities by rule, comments in the files heeded
    or not, and the baseline: a file to compare with, or to write."""

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    per_file_ignores: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    severities: Mapping[str, str] = field(default_factory=dict)
    comments: bool = True
    baseline: str | None = None
    write_baseline: bool = False
