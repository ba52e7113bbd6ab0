"""A launch that fails in the project's own code, and the rule about that code which knows the cure.

"Importing service raises TypeError" says what happened; the rule that reads the source says why, and has the
edit. Where both are about the same statement they are one finding: the launch's fault, in the better words.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from dataclasses import replace

from connexion_doctor.facts.case import Case
from connexion_doctor.model import Finding, LaunchFacts, Raised, Severity
from connexion_doctor.model.source import Source, parsed

# Findings of a launch that only tell which line raised.
GENERAL = frozenset({"CXD011", "CXD026"})
# Findings of a launch that know the cure themselves, and the rule that finds the same in the source.
KNOWN = {"CXD015": "CXD426"}
PLAIN_VIEW = "CXD417"  # knows the cure of what Connexion says when it builds its stack
NO_VIEW = "needs Flask views"  # how the launch's finding says it
RUN_AT_IMPORT = "CXD426"  # says nothing about a script, which is meant to run
FAMILY = "CXD4"
# What Connexion 2 code raises where Connexion 3 has no such name or argument any more.
ERRORS = ("TypeError", "AttributeError", "ImportError", "ModuleNotFoundError")


def is_asked(findings: Sequence[Finding]) -> bool:
    """Whether a finding may have a better explanation in the project's sources."""
    return any(one.code in GENERAL and one.location is not None or NO_VIEW in one.message for one in findings)


def explained(findings: Sequence[Finding], about: Sequence[Finding], cases: Sequence[Case]) -> list[Finding]:
    """The findings of the launches, those that have a better explanation replaced by it.

    :param about: what the rules about the project's code say; none of it is added for its own sake
    """
    by_launch = {case.launch.id: case for case in cases}
    kept: list[Finding] = []
    for one in findings:
        case = by_launch.get(one.launch or "")
        better = _better(about, case) if case is not None and one.code in GENERAL else None
        if NO_VIEW in one.message:
            better = next((other for other in about if other.code == PLAIN_VIEW), None)
        if better is not None:
            told = (*better.evidence, *(text for text in one.evidence if text not in better.evidence))
            one = replace(better, severity=Severity.ERROR, evidence=told, launch=one.launch)
        kept.append(one)
    return kept


def left_over(findings: Sequence[Finding], about: Sequence[Finding]) -> list[Finding]:
    """What remains of ``about`` beside findings of launches that say the same."""
    taken = {(one.code, one.location) for one in findings}
    places = {
        (KNOWN[one.code], one.location.path, one.location.line)
        for one in findings
        if one.code in KNOWN and one.location is not None
    }
    return [
        one
        for one in about
        if (one.code, one.location) not in taken
        and (one.location is None or (one.code, one.location.path, one.location.line) not in places)
    ]


def _better(about: Sequence[Finding], case: Case) -> Finding | None:
    """The finding about the statement that raised, where the exception speaks of the same."""
    error = _error(case.facts)
    frame = case.own_frame(error)
    if error is None or frame is None or not error.is_a(*ERRORS):
        return None
    source = case.sources.get(frame.path)
    lines = _statement(source, frame.line) if source is not None else (frame.line, frame.line)
    path = case.relative(frame.path)
    for one in about:
        place = one.location
        if not one.code.startswith(FAMILY) or place is None or place.path != path:
            continue
        if one.code == RUN_AT_IMPORT and case.launch.server == "python":
            continue
        if lines[0] <= place.line <= lines[1] and _speaks_of(error, one):
            return one
    return None


def _error(facts: LaunchFacts) -> Raised | None:
    return facts.load.error if facts.load is not None else None


def _speaks_of(error: Raised, about: Finding) -> bool:
    """Whether a word that the exception quotes is in the finding's message; without such a word the
    statement must do."""
    quoted = re.findall(r"'([\w.]+)'", error.message)
    words = {part for text in quoted for part in (text, text.rpartition(".")[2])}
    said = " ".join([about.message, *(fix.title for fix in about.fixes)])
    return not words or any(re.search(rf"\b{re.escape(word)}\b", said) for word in words)


def _statement(source: Source, line: int) -> tuple[int, int]:
    """First and last line of the innermost statement on a line."""
    try:
        tree = parsed(source.text)
    except (SyntaxError, ValueError):
        return line, line
    found = (line, line)
    for node in ast.walk(tree):  # outer ones come first
        if isinstance(node, ast.stmt) and node.lineno <= line <= (node.end_lineno or line):
            plain = not hasattr(node, "body")
            found = (node.lineno, node.end_lineno or line) if plain else (line, line)
    return found
