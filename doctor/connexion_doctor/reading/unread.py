"""What could not be read."""

from __future__ import annotations

from connexion_doctor.model import Location


class Unread(Exception):
    """Something that decides could not be read; the message names it, ``location`` is its place."""

    def __init__(self, reason: str, location: Location | None = None) -> None:
        super().__init__(reason)
        self.location = location

    @property
    def told(self) -> str:
        """Place and reason, for people."""
        place = self.location
        return f"{place.path}:{place.line}: {self}" if place is not None else str(self)


class Raises(Exception):
    """A statement on the way to the app that raises for certain."""

    def __init__(self, error: str, message: str, location: Location) -> None:
        super().__init__(message)
        self.error, self.location = error, location
