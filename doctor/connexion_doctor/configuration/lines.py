"""Where in a configuration file something stands: neither parser keeps it.

In: the text of pyproject.toml or setup.cfg. Out: line numbers from 1. A place is a dotted path within the
doctor's section: ``fail-on``, ``launches.web.python``.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator

from connexion_doctor.configuration.keys import SECTION
from connexion_doctor.foundation import late

HEADING = late.pattern(r"^\s*\[+(?:\s*tool\s*[.:])?([^\[\]\n][^\]\n]*)\]")
KEY = late.pattern(r"^(?:([\"'])([^=\n]+?)\1|([^=\n]+?)(?<!\s))\s*[=:]")


def line_of(text: str, place: str) -> int | None:
    """The line of a key or a section; of what it stands in, where it stands in one line with others."""
    best: tuple[int, int] | None = None
    for number, found in _places(text):
        if (found == place or place.startswith(f"{found}.")) and (best is None or len(found) > best[0]):
            best = (len(found), number)
    return best[1] if best is not None else None


def _places(text: str) -> Iterator[tuple[int, str]]:
    """Every line that begins a section of ours, or a key in one, with its place."""
    section: str | None = None
    for number, line in enumerate(text.splitlines(), 1):
        heading = HEADING.match(line)
        if heading is not None:
            name, _, rest = _unquoted(heading[1]).partition(".")
            section = rest if name == SECTION else None
            if section:
                yield number, section
            continue
        key = KEY.match(line.lstrip() if section is not None else "")
        if section is not None and key is not None:
            yield number, f"{section}.{_unquoted(key[2] or key[3])}".lstrip(".")


def _unquoted(name: str) -> str:
    return ".".join(part.strip() for part in re.sub(r"[\"']", "", name).split("."))


def misspelt(text: str, *, toml: bool) -> tuple[int, str] | None:
    """A section that is almost ours, and that nothing reads: its line, and how it is spelt."""
    for number, line in enumerate(text.splitlines(), 1):
        heading = HEADING.match(line)
        if heading is None:
            continue
        name = re.split(r"[.:]", _unquoted(heading[1]))[0]
        if difflib.SequenceMatcher(None, name.lower(), SECTION).ratio() <= 0.9:
            continue
        ours = f"tool.{SECTION}" if toml else SECTION
        given = _unquoted(line.strip().strip("[]"))
        if given != ours and not given.startswith((f"{ours}.", f"{ours}]")):
            return number, line.strip()
    return None
