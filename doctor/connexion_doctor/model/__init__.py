"""The nouns of the doctor, as frozen data classes (the words are those of the README's glossary).

Nothing here decides or prints. Lines and columns start at 1; columns count characters; an end
column is exclusive. Paths in locations are relative to the project root where they lie inside it.
"""

from __future__ import annotations

from connexion_doctor.model.facts import (
    AppFacts,
    CallFacts,
    Environment,
    Frame,
    LaunchFacts,
    Layer,
    LoadFacts,
    Raised,
    Refusal,
    ServerFacts,
    Setting,
    Tried,
    WorkerFacts,
)
from connexion_doctor.model.finding import Edit, Finding, Fix, Treatment
from connexion_doctor.model.launch import Command, Launch, Origin, Stage, Style, Unbuilt, Word, Written
from connexion_doctor.model.report import Judgement, Later, Report, Suppressed
from connexion_doctor.model.words import Applicability, Basis, Interface, Location, Severity, Verdict

__all__ = [
    "AppFacts",
    "Applicability",
    "Basis",
    "CallFacts",
    "Command",
    "Edit",
    "Environment",
    "Finding",
    "Fix",
    "Frame",
    "Interface",
    "Judgement",
    "Launch",
    "LaunchFacts",
    "Layer",
    "LoadFacts",
    "Location",
    "Origin",
    "Raised",
    "Refusal",
    "Later",
    "Report",
    "ServerFacts",
    "Setting",
    "Tried",
    "Severity",
    "Stage",
    "Style",
    "Suppressed",
    "Treatment",
    "Unbuilt",
    "Verdict",
    "Word",
    "WorkerFacts",
    "Written",
]
