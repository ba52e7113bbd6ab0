"""A rule's page for the terminal, from its docstring, without loading the rules where that can be done."""

from __future__ import annotations

from doctor import rule_text
from doctor.rule_index import Entry


def page(entry: Entry) -> str:
    """The page of a rule, as text of at most 80 columns."""
    parts = rule_text.written(entry.code, entry.module) if entry.module else None
    return rule_text.plain(entry.code, entry.name, entry.severity, parts or _loaded(entry.code))


def _loaded(code: str) -> dict[str, str]:
    """From the rule itself: where the package is there without its sources."""
    from doctor.rules import find

    rule = find(code)
    return dict(rule.sections) if rule is not None else {}
