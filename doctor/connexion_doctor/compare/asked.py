"""What is asked of both sides, and what is answered."""

from __future__ import annotations

from connexion_doctor.foundation.late import dataclass

VALID, INVALID, CONTENT_TYPE = "valid", "invalid", "content-type"
NO_CREDENTIALS, WRONG_CREDENTIALS = "no-credentials", "wrong-credentials"
UNKNOWN_PATH, METHOD, HEAD, OPTIONS = "unknown-path", "undeclared-method", "head", "options"
PREFLIGHT, CROSS_ORIGIN, SLASH, DOCUMENTATION = "preflight", "cross-origin", "trailing-slash", "documentation"

APP, PAGES = "the app", "the documentation"  # what is asked for no operation's sake

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})  # RFC 9110, section 9.2.1

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Request:
    """A request. ``operation`` is the method and path of the specification that it is asked for (or
    ``APP``, ``PAGES``), ``why`` what it is to show.

    ``refused``: it breaks the specification in a way that Connexion surely refuses before a handler is
    called. ``anonymous`` ones are sent without the user's credentials.
    """

    operation: str
    kind: str
    why: str
    method: str
    path: str
    headers: Headers = ()
    body: bytes | None = None
    refused: bool = False
    anonymous: bool = False

    @property
    def safe(self) -> bool:
        """Whether the method changes no state."""
        return self.method in SAFE_METHODS

    @property
    def from_a_browser(self) -> bool:
        """Whether it says which page it comes from: no other program looks at CORS headers."""
        return any(name.lower() == "origin" for name, _ in self.headers)

    @property
    def content_type(self) -> str | None:
        """The media type it says it has."""
        return next((value for name, value in self.headers if name.lower() == "content-type"), None)


@dataclass(frozen=True)
class Answer:
    """An answer, or why there was none (``failure``; the status is 0 then)."""

    status: int
    headers: Headers = ()
    body: bytes = b""
    failure: str | None = None

    def header(self, name: str) -> str | None:
        """The values of a header, with commas between them; None where there is none."""
        found = [value for key, value in self.headers if key.lower() == name]
        return ", ".join(found) if found else None

    @property
    def media_type(self) -> str:
        """The content type without its parameters."""
        return (self.header("content-type") or "").partition(";")[0].strip().lower()

    @property
    def shown(self) -> str:
        """The answer in a word."""
        return self.failure if self.failure is not None else str(self.status)
