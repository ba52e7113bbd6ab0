"""What rules there are, without loading them: the generated ``schema/rules.json``.

A test holds it equal to the rules. The list, shell completion and the checking of codes need names only;
loading the rules takes longer than everything else they do.
"""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from connexion_doctor.foundation.late import dataclass

PATH = Path(__file__).parents[1] / "schema" / "rules.json"


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
    """Every rule, by code."""
    return tuple(Entry(**entry) for entry in json.loads(PATH.read_text("utf-8")))


def find(wanted: str) -> Entry | None:
    """A rule by its code or its name."""
    return next((one for one in entries() if wanted.upper() == one.code or wanted == one.name), None)


def beginning(wanted: str) -> tuple[Entry, ...]:
    """The rules whose code begins so: none where the beginning is no more than ``CXD``."""
    begins = wanted.upper()
    return tuple(one for one in entries() if len(begins) > 3 and one.code.startswith(begins))


def named(code: str, name: str, patterns: Sequence[str]) -> bool:
    """Whether a rule is meant by one of the patterns: codes, beginnings of codes, names."""
    return any(code.startswith(pattern.upper()) or name == pattern for pattern in patterns)


def check(patterns: Sequence[str], where: str) -> None:
    """Refuse patterns that mean no rule: a misspelt code must not pass for a rule that found nothing.

    :param where: names the place in the message, ``--select``
    :raises UsageError: there is no such rule
    """
    from connexion_doctor.model.errors import UsageError

    for pattern in patterns:
        if not any(named(entry.code, entry.name, (pattern,)) for entry in entries()):
            hint = suggestion(pattern)
            raise UsageError(
                f"{where}: There is no rule {pattern!r}."
                + (f" Did you mean {hint}?" if hint else " `connexion-doctor rules` lists them.")
            )


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
