"""What the rules' pages name as their proof: cells, and the codes that must be found in them."""

from __future__ import annotations

from collections.abc import Iterator

from connexion_doctor.rules.base import Rule
from connexion_doctor.rules.catalogue import all_rules

TRUTH, TEST = "truth: ", "test: "


def claims(rule: Rule, kind: str) -> list[str]:
    """The cells (``truth: NAME``), or test files (``test: PATH``), that a rule's page names."""
    lines = (line.strip() for line in rule.sections.get("Sources", "").splitlines())
    return [line.removeprefix(kind) for line in lines if line.startswith(kind)]


def _claimed() -> Iterator[tuple[str, str]]:
    for rule in all_rules():
        for name in claims(rule, TRUTH):
            yield name, rule.code


CLAIMED: dict[str, set[str]] = {}
for _name, _code in _claimed():
    CLAIMED.setdefault(_name, set()).add(_code)
