"""The files of what is installed."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from connexion_doctor.model import overlay


def data_of(file: Path) -> bytes | None:
    """What a file holds; None where it cannot be read."""
    try:
        return overlay.read(file)
    except OSError:
        return None


def file_of(folders: Sequence[str], dotted: str) -> Path | None:
    """The file of a module."""
    for folder in folders:
        base = os.path.join(folder, *dotted.split("."))
        for path in (f"{base}/__init__.py", f"{base}.py"):
            if os.path.isfile(path):
                return Path(path)
    return None
