"""Something that may keep an app from coming up."""

from __future__ import annotations

from connexion_doctor.foundation.late import dataclass
from connexion_doctor.model import Location


@dataclass(frozen=True)
class Doubt:
    """Something that may keep an app from coming up. ``certain``: it surely does, with this exception."""

    reason: str
    place: Location
    certain: str = ""

    @property
    def told(self) -> str:
        """Place and reason."""
        return f"{self.place.path}:{self.place.line}: {self.reason}"
