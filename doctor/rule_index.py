"""What rules there are, without loading them: the generated ``schema/rules.json``.

The list, shell completion and the checking of codes need names only; loading the rules takes longer than
everything else they do.
"""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from doctor.options import UsageError

PATH = Path(__file__).parent / "schema" / "rules.json"


@dataclass(frozen=True)
class Entry:
    """A rule as the list shows it; ``module`` is where it is written."""

    code: str
    severity: str
    name: str
    summary: str
    module: str = ""


@cache
def entries() -> tuple[Entry, ...]:
    """Every rule, by code; from the rules themselves where the index is not there."""
    try:
        return tuple(Entry(**entry) for entry in json.loads(PATH.read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return _loaded()


@cache
def _loaded() -> tuple[Entry, ...]:
    from doctor.rule_text import sentence
    from doctor.rules import all_rules

    return tuple(
        Entry(rule.code, rule.severity.value, rule.name, sentence(rule.summary), rule.check.__module__)
        for rule in all_rules()
    )


def find(wanted: str) -> Entry | None:
    """A rule by its code or its name; from the rules themselves where the index does not know it."""
    for known in (entries, _loaded):
        for entry in known():
            if wanted.upper() == entry.code or wanted == entry.name:
                return entry
    return None


def named(code: str, name: str, patterns: Sequence[str]) -> bool:
    """Whether a rule is meant by one of the patterns: codes, beginnings of codes, names."""
    return any(code.startswith(pattern.upper()) or name == pattern for pattern in patterns)


def check(patterns: Sequence[str], where: str) -> None:
    """Refuse patterns that mean no rule: a misspelt code must not pass for a rule that found nothing.

    :param where: names the place in the message, ``--select``
    :raises UsageError: there is no such rule
    """
    for pattern in patterns:
        if not _known(pattern, entries()) and not _known(pattern, _loaded()):
            hint = suggestion(pattern)
            raise UsageError(
                f"{where}: there is no rule {pattern!r}"
                + (f"; did you mean {hint}?" if hint else " (`connexion-doctor rules` lists them)")
            )


def _known(pattern: str, known: Sequence[Entry]) -> bool:
    return any(named(entry.code, entry.name, (pattern,)) for entry in known)


def suggestion(wanted: str) -> str | None:
    """The code or the name that was probably meant; of a code that is well formed, none is nearer than
    the others."""
    if re.fullmatch(r"CXD\d{3}", wanted.upper()):
        return None
    names = [name for entry in entries() for name in (entry.code, entry.name)]
    for spelt in (wanted, wanted.upper()):
        close = difflib.get_close_matches(spelt, names, n=1, cutoff=0.6)
        if close:
            return close[0]
    return None
