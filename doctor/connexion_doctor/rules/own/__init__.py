"""The doctor's own: a checkup that was not done, rules that failed, comments for it, the baseline."""

from __future__ import annotations

from connexion_doctor.rules.base import rules_of
from connexion_doctor.rules.own import checkup, housekeeping

RULES = rules_of(
    checkup.rule_failed,
    checkup.no_server_installed,
    checkup.checkup_not_done,
    housekeeping.unused_suppression,
    housekeeping.suppression_not_understood,
    housekeeping.baseline_entry_gone,
)
