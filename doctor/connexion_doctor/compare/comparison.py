"""What a comparison comes to: every request with both answers, and what differs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from connexion_doctor.compare.asked import (
    APP,
    CONTENT_TYPE,
    CROSS_ORIGIN,
    DOCUMENTATION,
    INVALID,
    PAGES,
    VALID,
    Answer,
    Request,
)
from connexion_doctor.compare.changes import Change, Effect
from connexion_doctor.compare.known import Known, explained
from connexion_doctor.compare.sides import Side
from connexion_doctor.foundation.late import dataclass

# What is asked of an operation for its own sake; the other kinds ask the same of every one.
OWN_KINDS = frozenset((VALID, INVALID, CROSS_ORIGIN, DOCUMENTATION))

OF_A_HANDLER = frozenset((VALID, CROSS_ORIGIN, CONTENT_TYPE))


@dataclass(frozen=True)
class Result:
    """A request, both answers, what differs, and the places that differ by themselves."""

    request: Request
    before: Answer
    after: Answer
    changes: tuple[Change, ...] = ()
    noise: Mapping[str, frozenset[str]] = field(default_factory=dict)
    curl: str = ""

    @property
    def effect(self) -> Effect:
        """The worst that differs."""
        return min((one.effect for one in self.changes), key=lambda one: one.rank, default=Effect.NONE)


@dataclass(frozen=True)
class Difference:
    """The same thing that differs, in all the requests that show it."""

    change: Change
    kind: str
    results: tuple[Result, ...]
    known: Known | None = None

    @property
    def effect(self) -> Effect:
        """Who sees it."""
        return self.change.effect

    @property
    def operations(self) -> tuple[str, ...]:
        """The operations it was seen at."""
        return tuple(dict.fromkeys(one.request.operation for one in self.results))


@dataclass(frozen=True)
class Comparison:
    """Both sides and all results. ``notes`` say what was not asked, and why; ``left_out`` counts it."""

    before: Side
    after: Side
    results: tuple[Result, ...]
    notes: tuple[str, ...] = ()
    all_methods: bool = False
    seconds: float = 0.0

    def differences(self, *, invisible: bool = False) -> tuple[Difference, ...]:
        """What differs, once each, the worst first.

        :param invisible: with what no client sees
        """
        groups: dict[tuple[str, ...], list[tuple[Change, Result]]] = {}
        upgrade = (self.before.connexion, self.after.connexion) == (2, 3)
        known: dict[tuple[str, ...], Known | None] = {}
        for result in self.results:
            for change in result.changes:
                if change.effect is Effect.NONE and not invisible:
                    continue
                found = explained(result.request, change, result.before, result.after) if upgrade else None
                key = self._key(result, change, found)
                groups.setdefault(key, []).append((change, result))
                known[key] = found
        made = [
            Difference(some[0][0], some[0][1].request.kind, tuple(one for _, one in some), known[key])
            for key, some in groups.items()
        ]
        return tuple(sorted(made, key=lambda one: one.effect.rank))

    @staticmethod
    def _key(result: Result, change: Change, known: Known | None) -> tuple[str, ...]:
        """Differences with one key are one: of error texts and of pages the words do not count."""
        said = (change.before, change.after) if change.where == "status" else ("", "")
        refused = result.before.status // 100 == result.after.status // 100 == 4
        everywhere = known is not None or refused or result.request.kind not in OWN_KINDS
        if change.where.startswith("header "):
            everywhere = refused = True
        good = known is None and result.before.status // 100 == result.after.status // 100 == 2
        if good and result.request.kind in OF_A_HANDLER and change.where.startswith("/"):
            everywhere, refused = False, True  # of one handler, however it was asked
        name = known.name if known is not None else "" if refused else result.request.kind
        operation = "" if everywhere else result.request.operation
        return (change.effect.value, name, change.where, change.what, *said, operation)

    def operations(self) -> dict[str, list[Result]]:
        """The results of each operation, and of the app as a whole, in the order in which they came."""
        found: dict[str, list[Result]] = {}
        for one in self.results:
            found.setdefault(one.request.operation, []).append(one)
        return found

    @property
    def noisy(self) -> dict[str, list[str]]:
        """The places that differ by themselves, by operation."""
        found: dict[str, list[str]] = {}
        for one in self.results:
            places = found.setdefault(one.request.operation, [])
            varying = [place for place, whats in one.noise.items() if whats != {"bytes"}]
            places += [place for place in varying if place not in places]
        return {name: places for name, places in found.items() if places}

    def count(self, effect: Effect) -> int:
        """How many requests have this as their worst difference."""
        return sum(one.effect is effect and bool(one.changes) for one in self.results)

    @property
    def total(self) -> int:
        """How many operations of the specification were asked."""
        return len(self._declared())

    @property
    def same(self) -> int:
        """How many of them no client sees differ."""
        return sum(all(one.effect is Effect.NONE for one in results) for results in self._declared())

    @property
    def unbroken(self) -> int:
        """How many of them break no client."""
        return sum(all(one.effect is not Effect.BREAKS for one in results) for results in self._declared())

    def _declared(self) -> list[list[Result]]:
        return [results for name, results in self.operations().items() if name not in (APP, PAGES)]


def exit_code(comparison: Comparison, fail_on: str) -> int:
    """1 where something differs that counts: ``breaks``, ``notice`` (both), ``never``."""
    if fail_on == "never":
        return 0
    worst = 0 if fail_on == "breaks" else 1
    return int(
        any(one.effect.rank <= worst and one.effect is not Effect.NONE for one in comparison.differences())
    )
