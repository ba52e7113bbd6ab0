"""A rule's page for the terminal."""

from __future__ import annotations

import textwrap

from doctor.rules.base import SECTIONS, Rule

EXAMPLES = ("Before", "After", "Sources")


def page(rule: Rule) -> str:
    """The page of a rule, as text of at most 80 columns."""
    lines = [f"{rule.code} {rule.name} ({rule.severity.value})", "", *textwrap.wrap(rule.summary, 80), ""]
    for title in SECTIONS:
        body = rule.sections.get(title)
        if not body:
            continue
        lines.append(f"{title}:")
        if title in EXAMPLES:
            lines += [f"    {line}".rstrip() for line in body.splitlines()]
        else:
            lines += textwrap.wrap(" ".join(body.split()), 80, initial_indent="  ", subsequent_indent="  ")
        lines.append("")
    lines.append(rule.url)
    return "\n".join(lines) + "\n"
