"""The upgrade plan: all that has to change, in the order to do it, and how much of it the fixes do."""

from __future__ import annotations

from collections.abc import Iterable

from connexion_doctor.foundation.late import dataclass
from connexion_doctor.model import Applicability, Finding, Later, Verdict
from connexion_doctor.model.voice import clause, counted, sentence

# What to do together, in the order in which each step can be tried out: nothing runs before the imports.
_STEPS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    (
        "Requirements",
        "Ask for Connexion 3 with the extras that the code needs, and install it.",
        # Not CXD532: what is installed today is the environment before the upgrade.
        ("CXD50", "CXD51", "CXD52", "CXD530", "CXD531", "CXD533", "CXD534", "CXD535", "CXD539"),
    ),
    ("Imports", "Import from where things are now; then every module loads.", ("CXD40",)),
    (
        "The app and its APIs",
        "Make the app and add its APIs with the arguments of Connexion 3; then it is made.",
        (
            "CXD410",
            "CXD411",
            "CXD412",
            "CXD413",
            "CXD414",
            "CXD415",
            "CXD416",
            "CXD417",
            "CXD418",
            "CXD419",
            "CXD420",
            "CXD421",
            "CXD422",
            "CXD433",
            "CXD438",
            "CXD454",
            "CXD455",
            "CXD456",
            "CXD457",
            "CXD471",
            "CXD473",
            "CXD474",
            "CXD476",
            "CXD477",
            "CXD479",
            "CXD480",
        ),
    ),  # fmt: skip
    ("Errors", "Handle errors with handler(request, exception).", ("CXD44",)),
    (
        "Middleware and hooks",
        "Move what must see every request from Flask to ASGI middleware.",
        ("CXD430", "CXD431", "CXD432", "CXD434", "CXD435", "CXD436"),
    ),
    (
        "Requests and security",
        "Take the request from where it is now, in handlers and in security functions.",
        ("CXD450", "CXD451", "CXD452", "CXD453", "CXD458", "CXD459", "CXD472", "CXD475", "CXD478"),
    ),
    (
        "Start",
        "Serve the Connexion app with an ASGI server.",
        ("CXD423", "CXD424", "CXD425", "CXD426", "CXD427", "CXD428", "CXD429", "CXD437"),
    ),
    ("Tests", "Use the test client of the Connexion app, in httpx's words.", ("CXD46",)),
)


@dataclass(frozen=True)
class Step:
    """One step of the plan. ``fixed`` counts the findings that a fix cures, ``safely`` those without risk."""

    number: int
    title: str
    what: str
    findings: tuple[Finding, ...]
    fixed: int
    safely: int

    @property
    def count(self) -> int:
        """How many places have to change."""
        return len(self.findings)

    @property
    def how(self) -> str:
        """How much of it a machine does: ``automatic``, ``by hand``, ``2 of 3 automatic``."""
        if not self.fixed:
            return "by hand"
        share = "automatic" if self.fixed == self.count else f"{self.fixed} of {self.count} automatic"
        return share if self.safely == self.fixed else f"{share} with --unsafe-fixes"


@dataclass(frozen=True)
class Plan:
    """The steps that have something to do, in order. ``starts`` are those that call WSGI, by their place."""

    steps: tuple[Step, ...]
    starts: tuple[Later, ...] = ()

    @property
    def count(self) -> int:
        """How many places have to change in all."""
        return sum(step.count for step in self.steps)

    @property
    def fixed(self) -> int:
        """How many of them the fixes do, unsafe ones included."""
        return sum(step.fixed for step in self.steps)

    @property
    def safely(self) -> int:
        """How many of them the safe fixes do."""
        return sum(step.safely for step in self.steps)

    @property
    def length(self) -> int:
        """How many steps there are, the servers' included."""
        return len(self.steps) + bool(self.starts)

    @property
    def summary(self) -> str:
        """One line: the whole in numbers."""
        if not self.count:
            return "Nothing in the code has to change for Connexion 3."
        left = self.count - self.fixed
        by_hand = f"{left} {'is' if left == 1 else 'are'} by hand"
        return (
            f"{counted(self.count, 'place')} to change in {counted(self.length, 'step')}; "
            f"the fixes do {self.fixed} ({self.safely} of them safe), {by_hand}."
        )

    @property
    def headings(self) -> list[tuple[str, str]]:
        """``Step 1 of 7: Requirements (2 places, automatic)`` of each step, in order, and what to do."""
        lines = [
            (f"{step.title} ({counted(step.count, 'place')}, {step.how})", step.what) for step in self.steps
        ]
        if self.starts:
            title = f"Servers ({counted(len(self.starts), 'start')})"
            lines.append((title, "Give these an ASGI server, once the code is changed."))
        return [(f"Step {at} of {self.length}: {title}", what) for at, (title, what) in enumerate(lines, 1)]

    @property
    def text(self) -> str:
        """The whole in numbers, then a line for each step."""
        lines = [self.summary, *(f"{title}: {what}" for title, what in self.headings)]
        return "\n".join(lines + [f"{one.launch}: {sentence(changes_of(one))}" for one in self.starts])


def changes_of(start: Later) -> str:
    """What makes a start serve on Connexion 3, or why that is not known, as a clause."""
    treatment = start.treatment
    if treatment is not None:
        command = f": {treatment.command}" if treatment.command is not None else ""
        open_ = "" if treatment.predicted is Verdict.SERVES else f" (then: {clause(treatment.reason)})"
        return f"{clause(treatment.title)}{command}{open_}"
    if start.verdict is Verdict.SERVES:
        return "nothing has to change"
    return clause(start.reason) or "the doctor says how once Connexion 3 is installed"


def make_plan(findings: Iterable[Finding], starts: Iterable[Later] = ()) -> Plan:
    """Sort findings into the steps; what belongs to no step is left out."""
    remaining = list(findings)
    steps: list[Step] = []
    for title, what, codes in _STEPS:
        own = tuple(finding for finding in remaining if finding.code.startswith(codes))
        if own:
            kinds = [best_fix(finding) for finding in own]
            steps.append(
                Step(
                    len(steps) + 1,
                    title,
                    what,
                    own,
                    sum(kind in (Applicability.SAFE, Applicability.UNSAFE) for kind in kinds),
                    sum(kind is Applicability.SAFE for kind in kinds),
                )
            )
    return Plan(tuple(steps), tuple(starts))


def best_fix(finding: Finding) -> Applicability:
    """How far a finding is fixed without a person: a fix that only installs something counts as by hand."""
    kinds = [fix.applicability for fix in finding.fixes if fix.edits]
    for kind in (Applicability.SAFE, Applicability.UNSAFE):
        if kind in kinds:
            return kind
    return Applicability.MANUAL
