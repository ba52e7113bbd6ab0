"""How the text report looks: as wide as the terminal, in characters that it can show."""

from __future__ import annotations

import os
import shutil
import sys
import textwrap

from connexion_doctor.foundation.late import dataclass
from connexion_doctor.model import Severity, Verdict
from connexion_doctor.reporters import terminal

COLOURS: dict[Verdict | Severity, str] = {
    Verdict.SERVES: "green",
    Verdict.FAILS: "red",
    Verdict.UNKNOWN: "yellow",
    Severity.ERROR: "red",
    Severity.WARNING: "yellow",
    Severity.INFO: "blue",
}
GLUE = "\0"  # stands for a blank that no line ends at; what is seen has none


@dataclass(frozen=True)
class Look:
    """How wide the report is, which characters it may use, and whether there are links."""

    width: int
    unicode: bool
    links: bool = False

    def seen(self, text: str) -> str:
        """The text of others, which must not steer the terminal."""
        return terminal.visible(text, unicode=self.unicode)

    @property
    def elbow(self) -> str:
        """The corner that leads to a layer inside."""
        return "└─" if self.unicode else "`-"

    @property
    def cross(self) -> str:
        """The mark of a broken link."""
        return "✗" if self.unicode else "x"

    @property
    def dot(self) -> str:
        """Between things that stand in one line."""
        return "·" if self.unicode else "|"


def look() -> Look:
    """The look for standard output as it is: its width, its encoding."""
    width = shutil.get_terminal_size((88, 24)).columns
    encoding = (getattr(sys.stdout, "encoding", None) or "ascii").lower().replace("-", "")
    unicode = encoding.startswith("utf") and os.environ.get("TERM") != "dumb"
    return Look(
        min(max(width, 40), 100),
        unicode,
        terminal.links(os.environ, sys.stdout is not None and sys.stdout.isatty()),
    )


def wrap(text: str, view: Look, indent: str = "", hang: str | None = None, kept: str = "") -> list[str]:
    """Lines of the view's width; a word that is longer than that stays whole: it may be one to copy.

    :param kept: a command in the text, which stays in one line, to be copied
    """
    seen, whole = view.seen(text), view.seen(kept)
    if whole:
        seen = seen.replace(whole, whole.replace(" ", GLUE))
    lines = textwrap.wrap(
        seen,
        view.width,
        initial_indent=indent,
        subsequent_indent=indent if hang is None else hang,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return [line.replace(GLUE, " ") for line in lines] or [indent]
