"""The line of a server's log that is reported: the one that tells, without secrets."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from connexion_doctor.foundation import late
from connexion_doctor.model.secrets import HIDDEN, looks_secret, without_logins

ERROR = late.pattern(r"^(?:\S+ - )?(?:[A-Za-z_][\w.]*\.)?[A-Z]\w*(?:Error|Exception|Exit|Warning)\b.*")
QUOTED = r"\"[^\"\n]*\"|'[^'\n]*'"
SET = late.pattern(rf"(?<![\w.-])(?P<name>[A-Za-z_][\w.-]*)=(?P<value>{QUOTED}|[^\s\"'#,;(){{}}\[\]]+)")
LONGEST = 300  # characters
SHORTEST = 6  # characters of a secret; a shorter one stands in a line by chance


def telling(log: Sequence[str]) -> str | None:
    """The line of a log that says best what went wrong: the last exception."""
    for line in reversed(log):
        text = line.strip()
        if ERROR.match(text) and "Warning" not in text.split(":")[0]:
            return text[:LONGEST]
    for line in reversed(log):
        if "error" in line.lower():
            return line.strip()[:LONGEST]
    return None


def redacted(text: str, environ: Mapping[str, str]) -> str:
    """A line of a log without credentials of addresses, without values of variables that hold secrets, and
    without what is printed as the value of a secret (``PASSWORD=...``)."""
    for name, value in environ.items():
        if len(value) >= SHORTEST and looks_secret(name, value):
            text = text.replace(value, HIDDEN)
    return without_logins(SET.sub(_without_value, text))


def _without_value(match: re.Match[str]) -> str:
    secret = looks_secret(match["name"], match["value"].strip("\"'"))
    return f"{match['name']}={HIDDEN}" if secret else match[0]
