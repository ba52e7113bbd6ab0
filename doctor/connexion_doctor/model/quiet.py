"""What keeps a finding quiet: a comment in a file, an entry of a baseline."""

from __future__ import annotations

from connexion_doctor.foundation.late import dataclass
from connexion_doctor.model.words import Location

MARK = "connexion-doctor:"  # what a file must hold to be worth reading


@dataclass(frozen=True)
class Comment:
    """One comment. ``lines`` are those it counts for; ``codes`` is None where it names none."""

    location: Location
    lines: tuple[int, ...]
    verb: str
    codes: tuple[str, ...] | None
    reason: str

    def silences(self, code: str, name: str) -> bool:
        """Whether it names this rule."""
        return self.verb == "ignore" and any(code == one.upper() or name == one for one in self.codes or ())


@dataclass(frozen=True)
class BaselineEntry:
    """One old finding; ``what`` is for the reader of the file, and takes no part in finding it again."""

    code: str
    path: str | None
    digest: str
    what: str = ""
