"""CXD6xx: the doctor's own housekeeping: comments for it, the baseline, a checkup that was not done."""

from __future__ import annotations

from doctor.rules.base import rules_of
from doctor.rules.own import housekeeping

RULES = rules_of(
    housekeeping.checkup_not_done,
    housekeeping.unused_suppression,
    housekeeping.suppression_not_understood,
    housekeeping.baseline_entry_gone,
)
