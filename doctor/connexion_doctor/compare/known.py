"""Differences between Connexion 2 and 3 that are known: why, what explains them, and the way out.

Each was seen with Connexion 2.14.2 under gunicorn against 3.3.0 under uvicorn; ``tests/compare`` holds them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from connexion_doctor.compare import asked
from connexion_doctor.compare.asked import Answer, Request
from connexion_doctor.compare.changes import Change

GUIDE = "https://connexion.readthedocs.io/en/latest/v3.html"
COOKBOOK = "https://connexion.readthedocs.io/en/latest/cookbook.html"


@dataclass(frozen=True)
class Known:
    """A known difference: its name, why it is there, and what explains it: a rule, a document, a fix."""

    name: str
    why: str
    url: str = GUIDE
    rule: str | None = None
    fix: str | None = None


@dataclass(frozen=True)
class Seen:
    """What is looked at to know a difference again."""

    request: Request
    change: Change
    before: Answer
    after: Answer

    @property
    def statuses(self) -> tuple[int, int]:
        """Both statuses."""
        return self.before.status, self.after.status

    @property
    def kind(self) -> str:
        """The kind of the request."""
        return self.request.kind


CORS = Known(
    "preflight",
    "Connexion 3 has no answer to a browser's preflight by itself: 2 had Flask answer OPTIONS, and "
    "extensions of Flask see no request that Connexion 3 refuses.",
    f"{COOKBOOK}#cors",
    "CXD432",
    "Add Starlette's CORSMiddleware: app.add_middleware(CORSMiddleware, "
    "position=MiddlewarePosition.BEFORE_EXCEPTION, allow_origins=[...])",
)
OPTIONS = Known(
    "options",
    "Flask answered OPTIONS for every path of Connexion 2; Connexion 3 routes by itself, and answers 405 "
    "where the specification has no OPTIONS.",
    rule="CXD432",
    fix="Browsers need it for CORS only: CORSMiddleware. Else declare OPTIONS in the specification.",
)
NO_TYPE = Known(
    "no-content-type",
    "Connexion 3 takes a body without a content type for the first type of the specification, validates it, "
    "and Flask then refuses to read it.",
    fix="Have clients send Content-Type: application/json.",
)
REDIRECT = Known(
    "redirect",
    "Flask redirected to a path with its slash with 308, Starlette does with 307: both keep method and body.",
)
TEXT = Known(
    "error-text",
    "The words of errors come from other code in Connexion 3; the members of the problem are the same.",
)
"""By far the most: what Connexion itself refuses."""
CRASH = Known(
    "crash-text",
    "An exception of a handler is answered with a problem of other words.",
)
NO_PROBLEM = Known(
    "no-problem",
    "The error is answered in another format than by Connexion 2.",
)

Test = Callable[[Seen], bool]

TABLE: tuple[tuple[Test, Known], ...] = (
    (lambda one: one.kind == asked.PREFLIGHT, CORS),
    (lambda one: one.kind == asked.CROSS_ORIGIN and one.change.where.startswith("header access-"), CORS),
    (lambda one: one.request.method == "OPTIONS" and one.statuses == (200, 405), OPTIONS),
    (
        lambda one: (
            one.kind == asked.CONTENT_TYPE and one.request.content_type is None and one.after.status == 500
        ),
        NO_TYPE,
    ),
    (lambda one: one.statuses == (308, 307), REDIRECT),
    (lambda one: one.before.status == one.after.status == 500, CRASH),
    (lambda one: 400 <= one.before.status == one.after.status and one.change.what == "value", TEXT),
)


def explained(request: Request, change: Change, before: Answer, after: Answer) -> Known | None:
    """What is known of a difference between Connexion 2 and 3; None for what is the app's own."""
    seen = Seen(request, change, before, after)
    return next((known for test, known in TABLE if test(seen)), None)
