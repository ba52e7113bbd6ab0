"""The words that everything is said in: interfaces, severities, verdicts, places."""

from __future__ import annotations

import enum

from connexion_doctor.foundation.late import dataclass


class Interface(str, enum.Enum):
    """How a callable is called.

    ``wsgi`` is PEP 3333's ``app(environ, start_response)``; ``asgi3`` and ``asgi2`` are the single
    and the double callable of the ASGI specification ("Applications", "Legacy Applications");
    ``rsgi`` is granian's own ``app.__rsgi__(scope, protocol)``.
    """

    WSGI = "wsgi"
    ASGI3 = "asgi3"
    ASGI2 = "asgi2"
    RSGI = "rsgi"
    UNKNOWN = "unknown"

    @property
    def spoken(self) -> str:
        """The call as it stands in prose."""
        return {
            "wsgi": "app(environ, start_response)",
            "asgi3": "app(scope, receive, send)",
            "asgi2": "app(scope)(receive, send)",
            "rsgi": "app(scope, protocol)",
            "unknown": "an unknown interface",
        }[self.value]

    @property
    def standard(self) -> str:
        """The name of the interface, as people call it."""
        names = {"wsgi": "WSGI", "asgi3": "ASGI", "asgi2": "ASGI 2", "rsgi": "RSGI"}
        return names.get(self.value, "an unknown interface")


class Severity(str, enum.Enum):
    """``error``: it fails, or security is bypassed; ``warning``: it works and something will bite."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"

    @property
    def rank(self) -> int:
        """0 for the gravest."""
        return list(Severity).index(self)


class Verdict(str, enum.Enum):
    """Of a launch: it boots and answers through Connexion, it does not, or nobody can say yet."""

    SERVES = "serves"
    FAILS = "fails"
    UNKNOWN = "unknown"


# In the reason of a verdict, where it rests on a lifespan handler that nobody asked to run.
NOT_RUN = "its lifespan handler was not run"


class Basis(str, enum.Enum):
    """What a verdict rests on: the files, the app object, a trial call, a boot of the real server."""

    READ = "read"
    LOADED = "loaded"
    CALLED = "called"
    BOOTED = "booted"


class Applicability(str, enum.Enum):
    """``safe``: same behaviour but for the fault; ``unsafe``: behaviour changes; ``manual``: text."""

    SAFE = "safe"
    UNSAFE = "unsafe"
    MANUAL = "manual"


@dataclass(frozen=True)
class Location:
    """A span of characters in a file of the project."""

    path: str
    line: int
    column: int = 1
    end_line: int | None = None
    end_column: int | None = None

    @property
    def end(self) -> tuple[int, int]:
        """End line and (exclusive) end column, the start's own where no end is known."""
        return self.end_line or self.line, self.end_column or self.column
