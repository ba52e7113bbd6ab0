"""A rule's page for the terminal."""

from __future__ import annotations

from doctor.reporters.rule_pages import plain
from doctor.rules.base import Rule


def page(rule: Rule) -> str:
    """The page of a rule, as text of at most 80 columns."""
    return plain(rule)
