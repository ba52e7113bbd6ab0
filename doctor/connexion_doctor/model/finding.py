"""What is found, and what cures it."""

from __future__ import annotations

from connexion_doctor.foundation.late import dataclass
from connexion_doctor.model.words import Applicability, Location, Severity, Verdict


@dataclass(frozen=True)
class Edit:
    """Replace the characters of ``location`` by ``replacement`` (an empty span inserts)."""

    location: Location
    replacement: str


@dataclass(frozen=True)
class Fix:
    """A change that cures a finding.

    ``edits`` change files, ``command`` is the whole start command after the fix, ``install`` are
    requirements for the target environment, ``needs`` are pins of what it needs and finds installed there,
    ``costs`` is what the user gives up.
    """

    title: str
    applicability: Applicability = Applicability.SAFE
    recommended: bool = False
    install: tuple[str, ...] = ()
    edits: tuple[Edit, ...] = ()
    command: str | None = None
    costs: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()

    @classmethod
    def by_hand(
        cls,
        title: str,
        *,
        recommended: bool = True,
        install: tuple[str, ...] = (),
        costs: tuple[str, ...] = (),
    ) -> Fix:
        """What only a person can do, told in the title."""
        return cls(title, Applicability.MANUAL, recommended, install, costs=costs)


@dataclass(frozen=True)
class Treatment:
    """All edits, packages and the new start command that together make one launch serve, held against the
    same judgement as the launch itself.

    ``predicted`` is the verdict on the launch after it, ``left`` what a person has to do beside it.
    """

    title: str
    applicability: Applicability
    predicted: Verdict
    reason: str
    install: tuple[str, ...] = ()
    edits: tuple[Edit, ...] = ()
    command: str | None = None
    costs: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    cures: tuple[str, ...] = ()  # codes of the findings that are gone after it

    @property
    def as_fix(self) -> Fix:
        """All that it changes, as the fix to take."""
        return Fix(
            title=self.title,
            applicability=self.applicability,
            recommended=True,
            install=self.install,
            edits=self.edits,
            command=self.command,
            costs=self.costs,
        )


@dataclass(frozen=True)
class Finding:
    """One fault at one place. ``affects`` are the launches it was found in, where they are several."""

    code: str
    name: str
    severity: Severity
    message: str
    evidence: tuple[str, ...] = ()
    launch: str | None = None
    location: Location | None = None
    word: int | None = None  # index of the guilty word of the launch's command
    fixes: tuple[Fix, ...] = ()
    affects: tuple[str, ...] = ()

    @property
    def recommended(self) -> Fix | None:
        """The fix to take."""
        return next((one for one in self.fixes if one.recommended), None)
