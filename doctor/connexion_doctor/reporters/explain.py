"""A rule's page for the terminal, from its docstring, without loading the rules where that can be done."""

from __future__ import annotations

from connexion_doctor.rules import page_text
from connexion_doctor.rules.index import Entry


def page(entry: Entry) -> str:
    """The page of a rule, as text of at most 80 columns."""
    parts = page_text.written(entry.code, entry.module) if entry.module else None
    return page_text.plain(entry.code, entry.name, entry.severity, parts or _loaded(entry.code))


def _loaded(code: str) -> dict[str, str]:
    """From the rule itself: where the package is there without its sources."""
    from connexion_doctor.rules.catalogue import find

    rule = find(code)
    return dict(rule.sections) if rule is not None else {}
