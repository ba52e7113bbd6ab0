"""What shell text may ask of the files around it: other scripts, whether a path is there."""

from __future__ import annotations

from typing import Protocol

from connexion_doctor.commands.placed_text import Text


class Files(Protocol):
    """What the interpreter may ask of the project's files; paths are as the command writes them."""

    def script(self, path: str, directory: str) -> Text | None:
        """The text of a shell script of the project."""

    def exists(self, path: str, directory: str) -> bool | None:
        """Whether a path is there when it runs; None where that cannot be known."""


class NoFiles:
    """No file is known."""

    def script(self, path: str, directory: str) -> Text | None:
        """Nothing."""
        return None

    def exists(self, path: str, directory: str) -> bool | None:
        """Not known."""
        return None
