"""What a checkup comes to, all that a reporter needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import TYPE_CHECKING

from connexion_doctor.foundation.late import dataclass
from connexion_doctor.model.facts import Environment, LaunchFacts
from connexion_doctor.model.finding import Finding, Treatment
from connexion_doctor.model.launch import Launch
from connexion_doctor.model.words import Basis, Severity, Verdict

if TYPE_CHECKING:
    from connexion_doctor.model.source import Source


@dataclass(frozen=True)
class Judgement:
    """A launch with its facts, its verdict, why, and what that rests on. ``treatment`` makes it serve."""

    launch: Launch
    facts: LaunchFacts
    verdict: Verdict
    reason: str
    verified: Mapping[str, object] | None = None
    basis: Basis = Basis.CALLED
    treatment: Treatment | None = None


@dataclass(frozen=True)
class Suppressed:
    """A finding that is kept quiet: ``how`` is ``comment``, ``baseline`` or ``per-file``."""

    finding: Finding
    how: str
    reason: str = ""


@dataclass(frozen=True)
class Later:
    """A start, by its launch's id, once the plan of an upgrade is carried out; ``sources`` are the texts that
    the edits of its treatment are made for, by their paths."""

    launch: str
    verdict: Verdict = Verdict.UNKNOWN
    reason: str = ""
    treatment: Treatment | None = None
    sources: Mapping[str, Source] = field(default_factory=dict)


@dataclass(frozen=True)
class Report:
    """All that a reporter needs. ``nowhere`` says which environment might have been the app's, where none is;
    a command that cures it stands on a line of its own."""

    root: str
    environment: Environment | None
    judgements: tuple[Judgement, ...]
    findings: tuple[Finding, ...]
    exit_code: int
    sources: Mapping[str, Source] = field(default_factory=dict)  # by the path that locations give
    notes: tuple[str, ...] = ()
    timings: Mapping[str, float] = field(default_factory=dict)
    suppressed: tuple[Suppressed, ...] = ()
    nowhere: str = ""
    upgrade: tuple[Later, ...] | None = None  # asked for its plan: the starts that call WSGI today

    @property
    def unsettled(self) -> int:
        """How many launches of the project could neither be judged nor were settled by booting them."""
        return sum(
            one.verdict is Verdict.UNKNOWN and not one.launch.candidate and not _booted(one)
            for one in self.judgements
        )

    def count(self, severity: Severity) -> int:
        """How many findings have this severity."""
        return sum(finding.severity is severity for finding in self.findings)


def _booted(judgement: Judgement) -> bool:
    """Whether booting a launch told what its facts did not."""
    before = (judgement.verified or {}).get("before")
    return isinstance(before, dict) and before.get("happened") in (Verdict.SERVES.value, Verdict.FAILS.value)
