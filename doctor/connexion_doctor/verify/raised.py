"""What a server logged while it answered one request: whose fault an answer of 500 is.

Connexion validates and secures a request before it calls the handler from one of its decorators
(``connexion/decorators``, Connexion 2 and 3). A traceback that passes from there into code that is not
Connexion's has reached the handler: what is raised behind it, because a database is not here or because the
handler is wrong, is the app's own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from connexion_doctor.foundation import late
from connexion_doctor.foundation.late import dataclass

FRAME = late.pattern(r'^\s*(?:\|\s)*File "(?P<path>[^"]+)", line (?P<line>\d+), in (?P<name>\S+)')
RAISED = late.pattern(r"^\s*(?:\|\s)*(?P<type>[A-Za-z_][\w.]*)(?::|$)")
HEAD = "Traceback (most recent call last):"
DECORATORS = "/connexion/decorators/"
# What a call goes through before it is the handler's, and what a return value goes through behind it.
BETWEEN = ("/connexion/", "/asgiref/", "/flask/", "/starlette/", "/anyio/")


@dataclass(frozen=True)
class OwnFault:
    """What the app's own code raised: the exception's class, and the place in the project."""

    type: str
    place: str

    @property
    def spoken(self) -> str:
        """``ConnectionRefusedError in handlers.py:4``."""
        return f"{self.type.rpartition('.')[2]} in {self.place}"


@dataclass(frozen=True)
class _Frame:
    path: str
    line: str

    @property
    def installed(self) -> bool:
        """Whether it is code of an installed package."""
        return "/site-packages/" in self.path or "/dist-packages/" in self.path

    @property
    def standard(self) -> bool:
        """Whether it is code of the standard library."""
        return "/lib/python" in self.path and not self.installed


def own_fault(log: Sequence[str], directory: str) -> OwnFault | None:
    """The exception of a handler, where the traceback of a request shows that it was reached.

    :param log: the lines that were logged for the request
    :param directory: the working directory of the server: paths below it are shown relative to it
    """
    for frames, raised in reversed(list(_tracebacks(log))):
        at = max((index for index, frame in enumerate(frames) if DECORATORS in frame.path), default=None)
        behind = frames[at + 1 :] if at is not None else []
        while behind and (behind[0].standard or any(part in behind[0].path for part in BETWEEN)):
            behind = behind[1:]
        if not behind:
            continue
        own = [frame for frame in behind if not frame.installed and not frame.standard]
        frame = (own or behind)[-1]
        path = frame.path.removeprefix(directory.rstrip("/") + "/")
        return OwnFault(raised, f"{path}:{frame.line}")
    return None


def _tracebacks(log: Sequence[str]) -> Iterator[tuple[list[_Frame], str]]:
    """The frames of each traceback, outermost first, and the class of what was raised."""
    frames: list[_Frame] | None = None
    for line in log:
        match = FRAME.match(line)
        if HEAD in line:
            frames = []
        elif match is not None and frames is not None:
            frames.append(_Frame(match["path"].replace("\\", "/"), match["line"]))
        elif frames and not line.startswith((" ", "\t")):
            raised = RAISED.match(line)
            if raised is not None:
                yield frames, raised["type"]
                frames = None
