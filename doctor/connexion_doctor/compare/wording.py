"""How a comparison is said, in every format."""

from __future__ import annotations

from connexion_doctor.compare import asked
from connexion_doctor.compare.changes import Effect
from connexion_doctor.compare.comparison import Comparison, Difference
from connexion_doctor.model.voice import counted

SAID = {
    Effect.BREAKS: "A client breaks",
    Effect.NOTICE: "A client may notice",
    Effect.NONE: "No difference to a client",
}
KINDS = {
    asked.VALID: "a valid request",
    asked.INVALID: "an invalid request",
    asked.CONTENT_TYPE: "another content type",
    asked.NO_CREDENTIALS: "no credentials",
    asked.WRONG_CREDENTIALS: "wrong credentials",
    asked.UNKNOWN_PATH: "a path that no app has",
    asked.METHOD: "a method that is not declared",
    asked.HEAD: "HEAD",
    asked.OPTIONS: "OPTIONS",
    asked.PREFLIGHT: "a browser's preflight",
    asked.CROSS_ORIGIN: "a request from another origin",
    asked.SLASH: "the trailing slash",
    asked.DOCUMENTATION: "the documentation",
}
WHATS = {
    "type": "has another type",
    "lost": "is gone",
    "added": "is new",
    "value": "has another value",
    "order": "has another order",
    "text": "is another",
    "bytes": "is written otherwise",
}


def where(one: Difference) -> str | None:
    """The place that differs, in words; None where it is the answer as a whole."""
    place = one.change.where
    if place in ("status", "body"):
        return None
    if place == "content-type":
        return "the content type"
    return place.replace("header ", "the header ", 1) if place.startswith("header ") else place


def title(one: Difference) -> str:
    """A difference in a line."""
    change, asked_with = one.change, KINDS[one.kind]
    if change.where == "status":
        what = f"{change.before} became {change.after}"
    else:
        what = f"{where(one) or 'the body'} {WHATS[change.what]}"
        if change.where.startswith("/") and change.what == "value" and one.results[0].before.status >= 400:
            what = f"{where(one)} of the error has other words"
    return f"{asked_with[:1].upper()}{asked_with[1:]}: {what}"


def headline(comparison: Comparison) -> str:
    """The whole in a line."""
    total = comparison.total
    broken = comparison.differences()
    breaks = sum(one.effect is Effect.BREAKS for one in broken)
    notice = len(broken) - breaks
    asked_count = counted(len(comparison.results), "request")
    if not broken:
        return f"{total} of {counted(total, 'operation')} the same ({asked_count})"
    return (
        f"{comparison.same} of {counted(total, 'operation')} the same ({asked_count}); "
        "differences that break a client: "
        f"{breaks}, that one may notice: {notice}"
    )
