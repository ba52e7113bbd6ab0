"""Facts saved to a file, and read again: a report that can be made elsewhere.

What a rule may look at is saved: launches, facts, packages, what is asked for, why no environment could be
built, and the text of the files that faults stand in.
Taken out before (``redaction``): the values of variables, homes and the project's place.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import field, replace
from pathlib import Path

from connexion_doctor import __version__
from connexion_doctor.facts import discreet, redaction
from connexion_doctor.facts.case import Case
from connexion_doctor.facts.plain_data import build, plain
from connexion_doctor.facts.redaction import Redaction
from connexion_doctor.foundation import json_text
from connexion_doctor.foundation.late import dataclass
from connexion_doctor.model import Environment, Finding, Launch, LaunchFacts, Report, Unbuilt
from connexion_doctor.model.errors import UsageError
from connexion_doctor.model.secrets import HIDDEN
from connexion_doctor.model.source import Source
from connexion_doctor.requirements.installation import Installation

VERSION = 1


@dataclass(frozen=True)
class SavedCase:
    """A case without what is found again: the server, the root."""

    launch: Launch
    facts: LaunchFacts
    environment: Environment
    sources: Mapping[str, Source]
    called: bool
    installation: Installation | None = None
    left_out: str | None = None
    unbuilt: Unbuilt | None = None
    made_elsewhere: str | None = None


@dataclass(frozen=True)
class Saved:
    """What a facts file holds. ``findings`` are those that are about no launch; no rule can find them again
    without the project."""

    root: str
    cases: tuple[SavedCase, ...]
    findings: tuple[Finding, ...] = ()
    sources: Mapping[str, Source] = field(default_factory=dict)
    locks: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    nowhere: str = ""


@dataclass(frozen=True)
class Loaded:
    """What a checkup goes on from."""

    root: Path
    cases: list[Case]
    findings: tuple[Finding, ...]
    sources: Mapping[str, Source]
    locks: tuple[str, ...]
    notes: tuple[str, ...]
    nowhere: str


def save(
    path: str,
    cases: Sequence[Case],
    report: Report,
    environ: Mapping[str, str],
    locks: Collection[str] = (),
) -> list[str]:
    """Write a facts file; what it contains the text of is returned, to be told.

    :param report: before anything was kept quiet
    :param locks: the lock files of the project, by their paths
    :raises UsageError: it cannot be written
    """
    taken_out = Redaction(report.root, environ, [case.launch for case in cases])
    secrets = discreet.known(report, environ)
    saved = Saved(
        report.root,
        tuple(
            SavedCase(
                redaction.launch(case.launch),
                _facts(case.facts),
                case.environment,
                {path: taken_out.source(secrets.source(source)) for path, source in case.sources.items()},
                case.called,
                replace(case.installation, steps=()) if case.installation is not None else None,
                case.left_out,
                case.unbuilt,
                case.made_elsewhere,
            )
            for case in cases
        ),
        tuple(finding for finding in report.findings if finding.launch is None),
        {path: taken_out.source(secrets.source(source)) for path, source in report.sources.items()},
        tuple(locks),
        report.notes,
        report.nowhere,
    )
    document = {"facts_version": VERSION, "doctor": __version__, **secrets.of(taken_out.data(plain(saved)))}
    try:
        Path(path).write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", "utf-8")
    except OSError as exc:
        raise UsageError(f"--save-facts {path}: {exc.strerror or exc}") from exc
    return sorted(report.sources)


def load(path: str) -> Loaded:
    """What a facts file holds.

    :raises UsageError: it is not there, or is none of this version
    """
    try:
        document = json_text.parsed(Path(path).read_text("utf-8"))
        version = document.pop("facts_version")
        document.pop("doctor", None)
        if version != VERSION:
            raise UsageError(f"{path}: facts of version {version}; this doctor reads version {VERSION}")
        saved = build(Saved, document)
        root = Path(saved.root)
        cases = [
            Case(
                one.launch,
                one.facts,
                one.environment,
                root,
                one.sources,
                one.called,
                one.installation,
                one.left_out,
                one.unbuilt,
                one.made_elsewhere,
            )
            for one in saved.cases
        ]
    except OSError as exc:
        raise UsageError(f"--facts {path}: {exc.strerror or exc}") from exc
    except (ValueError, KeyError, TypeError, AttributeError) as exc:
        raise UsageError(f"{path} is not a file of --save-facts: {exc}") from exc
    return Loaded(root, cases, saved.findings, saved.sources, saved.locks, saved.notes, saved.nowhere)


def _facts(facts: LaunchFacts) -> LaunchFacts:
    """Facts without the variables that a server's configuration sets, and without what the app printed."""
    settings = dict(facts.server.settings)
    for name in ("raw_env", "env", "environ"):
        if name in settings:
            settings[name] = replace(settings[name], value=[HIDDEN], shown=HIDDEN)
    return replace(facts, server=replace(facts.server, settings=settings), output="")
