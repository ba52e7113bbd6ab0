"""What a checkup is asked to do."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import field

from connexion_doctor.foundation.late import dataclass
from connexion_doctor.model.question import Question
from connexion_doctor.screening.screening import Screening


@dataclass(frozen=True)
class Options:
    """What is to be judged, how deep (``do_import``, ``call``, ``lifespan``, ``verify``), for how many
    seconds an app may load (``timeout``), and which findings count; ``strict``: a
    start that could not be settled makes the exit code 1; ``build_env``: build the environments that launches
    run in, from the project's files; ``resolve``: ask an index which versions a fresh installation takes.

    ``specifications`` has the whole specifications told, as ``compare`` needs them.
    ``facts`` are saved ones to judge in place of a project, ``save_facts`` is where to save them.
    """

    question: Question = field(default_factory=Question)
    screening: Screening = field(default_factory=Screening)
    do_import: bool = True
    call: bool = True
    lifespan: bool = False
    verify: bool = False
    specifications: bool = False
    timeout: float = 30.0
    target_version: int | None = None
    fail_on: str = "error"
    strict: bool = False
    build_env: bool = False
    resolve: bool = False
    environ: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    facts: str | None = None
    save_facts: str | None = None
    treat: bool = True  # launches that fail get a treatment
    assume: tuple[str, ...] = ()  # requirements that are taken for installed, where nothing runs
