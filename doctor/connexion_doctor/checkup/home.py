"""Where a launch runs."""

from __future__ import annotations

from connexion_doctor.foundation.late import dataclass
from connexion_doctor.model import Environment, Launch
from connexion_doctor.requirements.installation import Installation


@dataclass(frozen=True)
class Home:
    """A launch, the environment of it that was looked at, and what it gets installed as the files say."""

    launch: Launch
    environment: Environment
    installation: Installation | None
