"""What happens with the other major version of Connexion, where the files let in both."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from connexion_doctor.checkup import read
from connexion_doctor.checkup.gather import gather
from connexion_doctor.checkup.judge import judge
from connexion_doctor.checkup.options import Options
from connexion_doctor.facts.case import Case
from connexion_doctor.model import Judgement, Verdict
from connexion_doctor.reading.versions import versions_of
from connexion_doctor.requirements.connexion import Connexion, connexion_of
from connexion_doctor.requirements.installation import Installation
from connexion_doctor.rules import catalogue

SAYS = {Verdict.SERVES: "it serves", Verdict.FAILS: "it fails", Verdict.UNKNOWN: "it is not settled"}


def told(
    judgements: Sequence[Judgement], cases: Sequence[Case], options: Options, root: Path
) -> tuple[Judgement, ...]:
    """The judgements; the reason of each that was read, where both majors are let in, with what the other
    one does."""
    of = {case.launch.id: case for case in cases}
    return tuple(_told(one, of.get(one.launch.id), options, root) for one in judgements)


def _told(judgement: Judgement, case: Case | None, options: Options, root: Path) -> Judgement:
    if case is None or case.environment.executable or case.installation is None:
        return judgement
    asked = connexion_of(case.installation)
    if asked.major is None or len(asked.open) < 2:
        return judgement
    other = next(major for major in asked.open if major != asked.major)
    said = _with(other, case, case.installation, options, root)
    if asked.unasked and said.verdict is judgement.verdict is Verdict.UNKNOWN:
        return judgement
    why = f": {_inside(said.reason)}" if said.verdict is not Verdict.SERVES else "."
    if said.verdict is judgement.verdict and said.reason == judgement.reason:
        why = " for the same reason."
    return replace(judgement, reason=f"{judgement.reason} {_which(other, asked)} {SAYS[said.verdict]}{why}")


def _inside(sentence: str) -> str:
    """A sentence behind a colon."""
    return re.sub(r"^(Every|Importing|The|What|It) ", lambda match: match[0].lower(), sentence)


def _which(other: int, asked: Connexion) -> str:
    who = "nothing keeps out" if asked.unasked else f"{asked.where} lets in too"
    return f"With Connexion {other}, which {who},"


def _with(major: int, case: Case, installation: Installation, options: Options, root: Path) -> Judgement:
    """The judgement on another major."""
    known = replace(versions_of(None, installation), major=major, why="").with_packages(
        ["connexion", *options.assume]
    )
    facts = read.read(case.launch, known, root, options.environ)
    tried = gather(options, case.launch, facts, known.environment, root, installation)
    return judge(tried, catalogue.launch_rules())[0]
