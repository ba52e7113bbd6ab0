"""What the project asks for: every file that names packages, read without running anything.

``read(root, files)`` gives ``Declared``: the requirements with their places, the Python versions that are
asked for, and what could not be read. Lock files give ``locked`` requirements.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from connexion_doctor.requirements.canonical import canonical
from connexion_doctor.requirements.declarations import Declaration, Declared
from connexion_doctor.requirements.files import RequirementFiles


def read(root: Path, files: Sequence[Path]) -> Declared:
    """Read the files among those given that say what is installed."""
    return RequirementFiles(root, files).declared


__all__ = ["Declaration", "Declared", "canonical", "read"]
