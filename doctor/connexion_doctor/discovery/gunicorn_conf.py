"""gunicorn configuration files, as far as discovery needs them: ``wsgi_app``, ``chdir``, ``pythonpath``."""

from __future__ import annotations

from connexion_doctor.foundation.late import dataclass
from connexion_doctor.model import Location
from connexion_doctor.model.source import Source

NAMES = frozenset({"wsgi_app", "chdir", "pythonpath", "worker_class", "bind"})


@dataclass(frozen=True)
class Setting:
    """A setting with a constant text and its place."""

    value: str
    location: Location


def settings(source: Source) -> dict[str, Setting]:
    """The settings that are plain texts at the top of the file."""
    assigned = source.assignments
    return {
        name: Setting(one.literal if isinstance(one.literal, str) else "", one.target)
        for name, one in assigned.items()
        if name in NAMES
    }
