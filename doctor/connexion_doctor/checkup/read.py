"""A launch judged from its files: the reading, and what the rules about code and versions add to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from connexion_doctor.model import Finding, Frame, Launch, LaunchFacts, Raised, Severity
from connexion_doctor.reading import packages, witness
from connexion_doctor.reading.state import Surroundings
from connexion_doctor.reading.versions import Versions
from connexion_doctor.requirements.bringing import ALONE
from connexion_doctor.rules.migration.loading import raising
from connexion_doctor.rules.versions import Requirements, connexion2, connexion3, servers
from connexion_doctor.servers.static import UVICORN_WORKERS

# Rules about versions that keep Connexion from being imported, its operations from being answered, a worker
# from coming up.
OF_IMPORTS = (connexion2.flask, connexion2.werkzeug, connexion2.packaging, connexion2.without_limits)
# What holds back what Connexion 2 leaves open, where another package asks for it.
HELD = ("openapi_spec_validator", "jsonschema", "werkzeug", "markupsafe")
OF_APPS = (connexion3.starlette_033,)
OF_WORKERS = (servers.uvicorn_worker, servers.gunicorn_2410)


def read(launch: Launch, known: Versions, root: Path, environ: Mapping[str, str]) -> LaunchFacts:
    """The facts of a launch, read from the project's files.

    :param known: what is installed where it runs, or asked for
    :param environ: the variables that are set around the doctor
    """
    facts = _with_versions(witness.read(launch, known, Surroundings(root, environ)), known)
    error = facts.load.error if facts.load is not None else None
    if known.why and known.major is not None and (error is None or "said" not in error.attributes):
        return witness.unread(facts.server, known.why)
    return _with_other_code(facts, known, root)


def _with_versions(facts: LaunchFacts, known: Versions) -> LaunchFacts:
    """The facts with what the versions, installed or asked for, do to the worker and the app."""
    subject = Requirements(known.environment)
    worker = facts.server.worker
    asked = worker.asked if worker is not None else ""
    if worker is not None and asked.startswith(UVICORN_WORKERS) and worker.error is None:
        own = asked.startswith("uvicorn_worker.")
        said = _errors(OF_WORKERS if own else OF_WORKERS[1:], subject)
        if said:
            worker = replace(worker, fault=said[0])
            facts = replace(facts, server=replace(facts.server, worker=worker))
    facts = replace(facts, unread=(*facts.unread, *_errors(OF_APPS, subject)))
    if facts.load is None or facts.load.stage != "loaded":
        return facts
    found = _found(OF_IMPORTS, subject)
    if not found and known.declared is not None and not known.installed:
        found = _found(OF_IMPORTS, Requirements(None, known.declared))
        others = {one.name for one in known.declared.requirements} - ALONE
        # One of them may hold back what Connexion leaves open.
        if found and not all(packages.brings_none(one, *HELD) for one in others):
            return replace(facts, unread=(*facts.unread, found[0].message))
    for one in found[:1]:
        name, _, message = next(iter(one.evidence), one.message).partition(": ")
        error = Raised(f"builtins.{name}", message, attributes={"said": one.code})
        return replace(facts, load=replace(facts.load, stage="import", error=error), app=None)
    return facts


def _errors(rules: tuple[object, ...], subject: Requirements) -> list[str]:
    return [one.message for one in _found(rules, subject)]


def _found(rules: tuple[object, ...], subject: Requirements) -> list[Finding]:
    return [
        finding
        for one in rules
        for finding in one.rule.run(subject)  # type: ignore[attr-defined]
        if finding.severity is Severity.ERROR
    ]


def _with_other_code(facts: LaunchFacts, known: Versions, root: Path) -> LaunchFacts:
    """The facts with what code of the other Connexion in the files that are loaded raises: for certain where
    loading comes to it, else only perhaps."""
    before = facts.load
    if known.major is None or before is None or before.stage not in ("loaded", "unread"):
        return facts
    paths = [path for path in facts.files if not Path(path).is_absolute()]
    guessed = before.factory is not None and not before.factory_called  # which a TypeError takes back
    for one in raising(root, paths, known.major):
        called = (one.place.path, one.begins) in facts.reached and not (guessed and one.error == "TypeError")
        if (one.at_top or called) and before.stage == "loaded":
            frame = Frame(str(root / one.place.path), one.place.line, "<module>")
            error = Raised(f"builtins.{one.error}", one.message, (frame,))
            stage = "factory" if before.factory is not None and not one.at_top else "import"
            return replace(facts, load=replace(before, stage=stage, error=error), app=None)
        told = f"{one.place.path}:{one.place.line}: {one.message}"
        facts = replace(facts, unread=(*facts.unread, told))
    return facts
