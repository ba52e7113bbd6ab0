"""What happened when a launch was booted, and how it is judged: through Connexion, or not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from connexion_doctor.model import Verdict
from connexion_doctor.verify.http import Answer
from connexion_doctor.verify.requests import GOOD, INVALID, NO_CREDENTIALS, UNKNOWN_PATH, Request

PROBLEM = "application/problem+json"
NO_REQUEST = "no request could be made from the app's specification"


@dataclass(frozen=True)
class Exchange:
    """A request and its answer, or why there was none."""

    request: Request
    answer: Answer | None = None
    failure: str | None = None

    @property
    def right(self) -> bool:
        """Whether the answer is one that Connexion gives."""
        if self.answer is None:
            return False
        status = self.answer.status
        if self.request.kind == GOOD:
            return status < 500
        if self.request.kind == NO_CREDENTIALS:
            return status in (401, 403)
        if self.request.kind == UNKNOWN_PATH:
            return status == 404
        return 400 <= status < 500

    @property
    def shown(self) -> str:
        """The answer in a word."""
        return str(self.answer.status) if self.answer is not None else self.failure or "no answer"


@dataclass(frozen=True)
class Outcome:
    """What happened: the judgement on it, why, and what was asked."""

    happened: Verdict
    detail: str
    exchanges: tuple[Exchange, ...] = ()
    said: str | None = None  # the line of the server's log that tells most
    seconds: float = 0.0
    booted: bool = True  # False: there is no way to; ``detail`` says why

    def document(self) -> dict[str, object]:
        """As it stands in the JSON report."""
        return {
            "booted": self.booted,
            "happened": self.happened.value,
            "detail": self.detail,
            "said": self.said,
            "seconds": round(self.seconds, 2),
            "requests": [
                {
                    "kind": one.request.kind,
                    "method": "GET",
                    "path": one.request.path,
                    "why": one.request.why,
                    "status": one.answer.status if one.answer is not None else None,
                    "failure": one.failure,
                    "right": one.right,
                }
                for one in self.exchanges
            ],
        }


def judged(exchanges: Sequence[Exchange]) -> tuple[Verdict, str]:
    """The verdict that the answers give, and why.

    ``serves``: a good request is answered without a server error, a bad one is refused, and so is one
    without credentials. ``unknown``: nothing could be asked that tells.
    """
    by_kind = {
        kind: [one for one in exchanges if one.request.kind == kind]
        for kind in (GOOD, INVALID, NO_CREDENTIALS, UNKNOWN_PATH)
    }
    broken = next((one for one in exchanges if one.answer is None), None)
    if broken is not None:
        return Verdict.FAILS, f"{_asked(broken)}: {broken.shown}"
    good = by_kind[GOOD]
    if good and not any(one.right for one in good):
        return Verdict.FAILS, f"{_asked(good[0])} was answered with {good[0].shown}"
    for kind, meant in ((INVALID, "validation does not act"), (NO_CREDENTIALS, "security does not act")):
        for one in by_kind[kind]:
            if not one.right and one.answer is not None and one.answer.status != 404:
                ran = f"{meant}: " if one.answer.status < 400 else ""
                return Verdict.FAILS, f"{ran}{_asked(one)} was answered with {one.shown}"
    refused = [one for one in (*by_kind[INVALID], *by_kind[NO_CREDENTIALS]) if one.right]
    told = [one for one in refused if one.answer is not None and one.answer.status != 404]
    if told:
        return Verdict.SERVES, ", ".join(f"{one.request.kind} {one.shown}" for one in _one_each(exchanges))
    found = [one for one in good if one.answer is not None and one.answer.status != 404]
    if found and not by_kind[INVALID] and not by_kind[NO_CREDENTIALS]:
        return Verdict.SERVES, f"{_asked(found[0])} was answered with {found[0].shown}"
    nowhere = by_kind[UNKNOWN_PATH]
    if not good and nowhere and nowhere[0].answer is not None:
        if nowhere[0].right and nowhere[0].answer.content_type == PROBLEM:
            return Verdict.SERVES, f"{NO_REQUEST}; Connexion itself answered a path that does not exist"
        if nowhere[0].answer.status >= 500:
            return Verdict.FAILS, f"{NO_REQUEST}; a path that does not exist is answered {nowhere[0].shown}"
        return Verdict.UNKNOWN, NO_REQUEST
    return Verdict.UNKNOWN, "no request reached an operation: every path of the specification answered 404"


def _one_each(exchanges: Sequence[Exchange]) -> list[Exchange]:
    """The first telling exchange of each kind."""
    found: dict[str, Exchange] = {}
    for one in exchanges:
        if one.request.kind != UNKNOWN_PATH and one.right:
            found.setdefault(one.request.kind, one)
    return list(found.values())


def _asked(one: Exchange) -> str:
    why = f" ({one.request.why})" if one.request.why else ""
    return f"GET {one.request.path}{why}"
