"""What a rule is: a decorated function from facts to findings, its docstring the page about it.

A rule never prints, never opens a file and never starts a process; everything it may look at is in the
subject it is given. The docstring's first line is the summary, then sections with these headings::

    What happens:  what is seen in production, with the exact error text
    Why:           the cause
    Fix:           what to change
    Before:        an example that has the fault (indented, taken as it stands)
    After:         the same after the fix
    Sources:       addresses, one a line, and what proves the rule: cells of the truth table as
                   ``truth: NAME``, files of tests as ``test: PATH``
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any, TypeVar, cast

from connexion_doctor.foundation.late import dataclass
from connexion_doctor.model import Finding, Fix, Location, Severity
from connexion_doctor.model.voice import sentence
from connexion_doctor.rules.page_text import HOMEPAGE as HOMEPAGE
from connexion_doctor.rules.page_text import SECTIONS as SECTIONS
from connexion_doctor.rules.page_text import page_url as page_url
from connexion_doctor.rules.page_text import sections

Check = Callable[..., Iterator[Finding]]
C = TypeVar("C", bound=Check)


@dataclass(frozen=True)
class Rule:
    """One rule. ``breaks`` tells that a launch with such a finding does not serve."""

    code: str
    name: str
    severity: Severity
    breaks: bool
    check: Check

    @property
    def sections(self) -> dict[str, str]:
        """The rule's page, taken apart: see ``SECTIONS``."""
        return sections(inspect.getdoc(self.check) or "")

    @property
    def summary(self) -> str:
        """The first line of the rule's page."""
        return self.sections.get("Summary", "")

    @property
    def url(self) -> str:
        """The address of the rule's page."""
        return page_url(self.code)

    def run(self, subject: Any) -> list[Finding]:
        """The findings on one subject, with the rule's code, name and severity; what they say is made
        sentences."""
        return [self._own(finding) for finding in self.check(subject)]

    def _own(self, found: Finding) -> Finding:
        fixes = tuple(replace(fix, title=sentence(fix.title)) for fix in found.fixes)
        return replace(
            found,
            code=self.code,
            name=self.name,
            severity=found.severity or self.severity,
            message=sentence(found.message),
            fixes=fixes,
        )


def rule(code: str, name: str, severity: Severity, *, breaks: bool = False) -> Callable[[C], C]:
    """Make a function a rule; it is kept as ``function.rule`` and listed in its family's ``RULES``."""

    def decorate(function: C) -> C:
        made = Rule(code, name, severity, breaks, function)
        function.rule = made  # type: ignore[attr-defined]
        return function

    return decorate


def rules_of(*functions: Check) -> tuple[Rule, ...]:
    """The rules behind decorated functions, in the order given."""
    return tuple(function.rule for function in functions)  # type: ignore[attr-defined]


def finding(
    message: str,
    *,
    severity: Severity | None = None,
    evidence: Iterable[str] = (),
    launch: str | None = None,
    location: Location | None = None,
    word: int | None = None,
    fixes: Iterable[Fix] = (),
) -> Finding:
    """A finding without its rule's code and name, which ``Rule.run`` fills in; so it does with the severity
    where it is the rule's own."""
    return Finding(
        "", "", cast(Severity, severity), message, tuple(evidence), launch, location, word, tuple(fixes)
    )
