"""What a reader of one kind of file is."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from connexion_doctor.discovery.context import Context
from connexion_doctor.discovery.starts import Start
from connexion_doctor.foundation.late import dataclass
from connexion_doctor.model.source import Source


@dataclass(frozen=True)
class Reader:
    """A kind of file: which files are of it, and their starts.

    ``matches`` is asked with the file's name and path; ``marks`` are bytes of which the file must hold at
    least one (none: it is read anyway). A ``fallback`` reads files that may be starts by themselves but
    are not where another start names them. ``python``: files of the kind may be Python; of these, which
    most files are, no other reader is asked.
    """

    kind: str
    matches: Callable[[str, str], bool]
    read: Callable[[str, Source, Context], Iterator[Start]]
    marks: tuple[bytes, ...] = ()
    fallback: bool = False
    python: bool = False
