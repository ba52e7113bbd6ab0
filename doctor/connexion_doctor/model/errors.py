"""What can be wrong with what was asked."""

from __future__ import annotations

from connexion_doctor.model.voice import sentence


class UsageError(Exception):
    """What was asked for cannot be done as asked; the message names the input and the way out."""

    def __init__(self, message: str) -> None:
        super().__init__(sentence(message))


class NothingToCheck(UsageError):
    """A folder in which nothing uses Connexion; the message says what was looked at and what to do."""


class ConfigurationError(UsageError):
    """A configuration file that says something that is not understood."""
