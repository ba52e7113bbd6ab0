"""What happened when a launch was booted, and how it is judged: through Connexion, or not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from connexion_doctor.foundation.late import dataclass
from connexion_doctor.model import Verdict
from connexion_doctor.verify.http import Answer
from connexion_doctor.verify.raised import OwnFault
from connexion_doctor.verify.requests import GOOD, INVALID, NO_CREDENTIALS, UNKNOWN_PATH, Request

PROBLEM = "application/problem+json"
KINDS = (GOOD, INVALID, NO_CREDENTIALS, UNKNOWN_PATH)
NO_REQUEST = "no request could be made from the app's specification"


@dataclass(frozen=True)
class Exchange:
    """A request and its answer, or why there was none."""

    request: Request
    answer: Answer | None = None
    failure: str | None = None
    own: OwnFault | None = None  # what the handler raised, where it was reached
    log: tuple[str, ...] = ()  # what the server logged meanwhile

    @property
    def right(self) -> bool:
        """Whether the answer is one that Connexion gives."""
        if self.answer is None:
            return False
        status = self.answer.status
        if self.request.kind == GOOD:
            return status < 500 or self.own is not None or self._says_so_itself
        if self.request.kind == NO_CREDENTIALS:
            return status in (401, 403)
        if self.request.kind == UNKNOWN_PATH:
            return status == 404
        return 400 <= status < 500

    @property
    def status(self) -> int:
        """The status of the answer; 0 without one."""
        return self.answer.status if self.answer is not None else 0

    @property
    def _says_so_itself(self) -> bool:
        """Whether the handler answered that it cannot: faults of Connexion, Flask and Starlette are 500, and
        501 is what Connexion can be told to answer where no handler is found."""
        return self.status > 501 and not self.log_tells_an_error

    @property
    def unwritten(self) -> bool:
        """Whether Connexion answered that the operation has no function, as it was told to
        (``resolver_error``): no argument and no credential is looked at then."""
        answer = self.answer
        return answer is not None and answer.status == 501 and answer.content_type == PROBLEM

    @property
    def log_tells_an_error(self) -> bool:
        """Whether a traceback was logged with the request."""
        return any("Traceback (most recent call last)" in line for line in self.log)

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
                    "raised": one.own.spoken if one.own is not None else None,
                    "right": one.right,
                }
                for one in self.exchanges
            ],
        }


@dataclass(frozen=True)
class Judged:
    """The verdict that the answers give, why, and the exchange that decided it where one did."""

    happened: Verdict
    detail: str
    by: Exchange | None = None


def judged(exchanges: Sequence[Exchange]) -> Judged:
    """What the answers tell.

    ``serves``: a good request is answered without a server error, or reaches its handler; a bad one is
    refused, and so is one without credentials. ``unknown``: nothing could be asked that tells.
    """
    of = {kind: [one for one in exchanges if one.request.kind == kind] for kind in KINDS}
    broken = next((one for one in exchanges if one.answer is None), None)
    if broken is not None:
        return Judged(Verdict.FAILS, f"{_asked(broken)}: {broken.shown}", broken)
    good, refusals = of[GOOD], [*of[INVALID], *of[NO_CREDENTIALS]]
    if good and all(one.unwritten for one in good):
        return Judged(
            Verdict.UNKNOWN, f"{_asked(good[0])} leads to no function, and so do all that were asked"
        )
    if good and not any(one.right for one in good):
        return Judged(Verdict.FAILS, f"{_asked(good[0])} was answered with {good[0].shown}", good[0])
    passed = _passed(of)
    if passed is not None:
        return passed
    if any(one.right and one.status != 404 for one in refusals):
        answered = ", ".join(f"{one.request.kind} {one.shown}" for one in _one_each(exchanges))
        return Judged(Verdict.SERVES, "; ".join([answered, *_own_faults(good)]))
    found = [one for one in good if one.right and one.status != 404]
    if found and not refusals:
        answers = [f"{_asked(one)} was answered with {one.shown}" for one in found if one.status < 500]
        return Judged(Verdict.SERVES, "; ".join([*answers[:1], *_own_faults(good)]))
    if good or not of[UNKNOWN_PATH]:
        why = "no request reached an operation: every path of the specification answered 404"
        return Judged(Verdict.UNKNOWN, why)
    return _by_an_unknown_path(of[UNKNOWN_PATH][0])


def _passed(of: Mapping[str, Sequence[Exchange]]) -> Judged | None:
    """A bad request, or one without credentials, that was not refused."""
    for kind, meant in ((INVALID, "validation does not act"), (NO_CREDENTIALS, "security does not act")):
        for one in of[kind]:
            if not one.right and one.status != 404 and not one.unwritten:
                ran = f"{meant}: " if one.status < 400 else ""
                return Judged(Verdict.FAILS, f"{ran}{_asked(one)} was answered with {one.shown}", one)
    return None


def _by_an_unknown_path(nowhere: Exchange) -> Judged:
    if nowhere.right and nowhere.answer is not None and nowhere.answer.content_type == PROBLEM:
        told = f"{NO_REQUEST}; Connexion itself answered a path that does not exist"
        return Judged(Verdict.SERVES, told)
    if nowhere.status >= 500:
        told = f"{NO_REQUEST}; a path that does not exist is answered {nowhere.shown}"
        return Judged(Verdict.FAILS, told, nowhere)
    return Judged(Verdict.UNKNOWN, NO_REQUEST)


def _own_faults(good: Sequence[Exchange]) -> list[str]:
    """The good requests that reached a handler which did not get through: its own affair, told beside."""
    return [
        f"GET {one.request.path} raised {one.own.spoken}"
        if one.own is not None
        else f"GET {one.request.path} was answered with {one.shown}"
        for one in good
        if one.status >= 500
    ][:2]


def _one_each(exchanges: Sequence[Exchange]) -> list[Exchange]:
    """The first telling exchange of each kind."""
    found: dict[str, Exchange] = {}
    for one in sorted(exchanges, key=lambda one: KINDS.index(one.request.kind)):
        if one.request.kind != UNKNOWN_PATH and one.right and one.status < 500:
            found.setdefault(one.request.kind, one)
    return list(found.values())


def _asked(one: Exchange) -> str:
    why = f" ({one.request.why})" if one.request.why else ""
    return f"GET {one.request.path}{why}"
