"""Where a finding stands for a reader of files, and which finding it is from one run to the next."""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import PurePath

from connexion_doctor.commands import show
from connexion_doctor.model import Finding, Judgement, Location, Report

# Where the services that read a report have put the repository. They want paths from there.
CHECKOUTS = ("GITHUB_WORKSPACE", "CI_PROJECT_DIR")


def judgement_of(finding: Finding, report: Report) -> Judgement | None:
    """The launch that a finding is about."""
    return next((one for one in report.judgements if one.launch.id == finding.launch), None)


def place_of(finding: Finding, judgement: Judgement | None) -> Location | None:
    """The finding's own location, else the line its launch was read at; None for a command line."""
    if finding.location is not None:
        return finding.location
    if judgement is None or judgement.launch.origin.path is None:
        return None
    origin = judgement.launch.origin
    return Location(origin.path or "", origin.line or 1, origin.column or 1)


def nearest_place(finding: Finding, report: Report) -> Location:
    """A place in a file for formats that cannot do without one: where nothing better is known, the first
    line of the server's configuration, of the target's module, or of the project folder."""
    judgement = judgement_of(finding, report)
    place = place_of(finding, judgement)
    if place is not None:
        return place
    facts = judgement.facts if judgement is not None else None
    known = [facts.server.config_file, facts.load.module_file if facts.load else None] if facts else []
    for path in known:
        if path and (inside := _inside(path, report.root)) is not None:
            return Location(inside, 1)
    return Location(".", 1)


def line_text(finding: Finding, report: Report) -> str:
    """The text that a finding is about: the line in its file, else the start command, blanks folded."""
    judgement = judgement_of(finding, report)
    place = place_of(finding, judgement)
    source = report.sources.get(place.path) if place is not None else None
    if place is not None and source is not None:
        return " ".join(source.line(place.line).split())
    return show.shown(judgement.launch.command) if judgement is not None else finding.message


def fingerprints(findings: Sequence[Finding], report: Report) -> list[str]:
    """One fingerprint a finding, made of rule, file and the text of the line, so that it survives when
    the line moves; equal ones are told apart by counting."""
    seen: Counter[str] = Counter()
    made = []
    for finding in findings:
        key = line_key(finding, report)
        seen[key] += 1
        made.append(digest(key, str(seen[key])) if seen[key] > 1 else key)
    return made


def line_key(finding: Finding, report: Report) -> str:
    """Rule, file and text of the line as one digest: the text itself may hold a secret."""
    place = place_of(finding, judgement_of(finding, report))
    return digest(finding.code, place.path if place is not None else "", line_text(finding, report))


def digest(*parts: str) -> str:
    """A short digest of texts."""
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def repository_path(path: str, root: str, environ: Mapping[str, str] | None = None) -> str:
    """A path of a report as a path from the checkout's root, where a CI service says where that is."""
    environ = os.environ if environ is None else environ
    for name in CHECKOUTS:
        checkout = environ.get(name)
        if checkout and not PurePath(path).is_absolute():
            inside = _inside(os.path.normpath(os.path.join(root, path)), os.path.realpath(checkout))
            if inside is not None:
                return inside
    return PurePath(path).as_posix()


def _inside(path: str, root: str) -> str | None:
    try:
        return PurePath(path).relative_to(root).as_posix()
    except ValueError:
        return None
