"""INI-like files (uWSGI, supervisord, systemd): lines with their places.

uWSGI keeps the text behind ``=`` up to the line end (blanks stripped); supervisord takes `` ;`` for a
comment; systemd joins lines that end in a backslash. The callers choose.
"""

from __future__ import annotations

from collections.abc import Iterator

from connexion_doctor.commands.placed_text import Text, part
from connexion_doctor.foundation.late import dataclass
from connexion_doctor.model.source import Source


@dataclass(frozen=True)
class Entry:
    """``key = value`` in a section; ``text`` is the value with its places, ``offset`` that of the key."""

    section: str
    key: str
    text: Text
    offset: int

    @property
    def value(self) -> str:
        """The value as a string."""
        return self.text.value


def entries(source: Source, *, continued: bool = False, indented: bool = False) -> Iterator[Entry]:
    """The entries of a file.

    :param continued: a backslash at the end joins the next line (systemd)
    :param indented: indented lines continue the value (supervisord)
    """
    section, at, text = "", 0, source.text
    pending: tuple[str, int, int, int] | None = None
    while at < len(text):
        end = text.find("\n", at)
        end = len(text) if end < 0 else end
        line = text[at:end]
        stripped = line.strip()
        if (
            pending is not None
            and indented
            and line[:1] in (" ", "\t")
            and stripped
            and stripped[0] not in "#;"
        ):
            pending = (*pending[:3], at + len(line.rstrip()))
            at = end + 1
            continue
        if pending is not None:
            yield _entry(source, section, pending)
            pending = None
        start = at
        if continued and stripped[:1] not in ("#", ";"):
            while line.rstrip("\r").endswith("\\") and end < len(text):
                at = end + 1
                end = text.find("\n", at)
                end = len(text) if end < 0 else end
                line = text[at:end]
        if stripped.startswith("[") and "]" in stripped:
            section = stripped[1 : stripped.index("]")].strip()
        elif stripped and stripped[0] not in "#;" and "=" in stripped:
            equals = text.index("=", start)
            low, high = equals + 1, start + len(text[start:end].rstrip())
            while low < high and text[low] in " \t":
                low += 1
            pending = (text[start:equals].strip(), start, low, max(low, high))
        at = end + 1
    if pending is not None:
        yield _entry(source, section, pending)


def _entry(source: Source, section: str, pending: tuple[str, int, int, int]) -> Entry:
    key, offset, low, high = pending
    return Entry(section, key, part(source, low, high), offset)
