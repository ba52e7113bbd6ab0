"""CXD06x: the project as a whole: its starts, its files."""

from __future__ import annotations

from connexion_doctor.rules.base import rules_of
from connexion_doctor.rules.project import starts

RULES = rules_of(starts.no_start_found, starts.start_not_known, starts.file_not_read)
