"""One fault is one finding, with the starts that it is true of."""

from __future__ import annotations

from dataclasses import replace

from connexion_doctor.checkup.merging import merged
from connexion_doctor.model import Edit, Finding, Fix, Location
from tests.reporters.made import finding, report


def at(line: int, *fixes: Fix) -> Finding:
    """What is found at a word of the start in a line of the Procfile."""
    found = finding("CXD112", "Procfile", launch=f"Procfile:{line}", fixes=fixes)
    return replace(found, location=Location("Procfile", line, 5, line, 9), word=1)


def affected(*found: Finding) -> list[tuple[str, ...]]:
    return [one.affects for one in merged(report(*found)).findings]


def test_what_a_person_does_once_is_said_once() -> None:
    correct = replace(Fix.by_hand("correct the app"), recommended=True)
    assert affected(at(1, correct), at(2, correct)) == [("Procfile:1", "Procfile:2")]
    other = replace(Fix.by_hand("correct the other app"), recommended=True)
    assert len(affected(at(1, correct), at(2, other))) == 2


def test_what_is_edited_at_two_places_is_said_of_both() -> None:
    edits = [Fix("Edit it.", recommended=True, edits=(Edit(Location("Procfile", n, 5, n, 9), "x"),))
             for n in (1, 2)]  # fmt: skip
    assert len(affected(at(1, edits[0]), at(2, edits[1]))) == 2
