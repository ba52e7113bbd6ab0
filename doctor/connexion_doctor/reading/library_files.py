"""The files of what is installed."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path


def file_of(folders: Sequence[str], dotted: str) -> Path | None:
    """The file of a module."""
    for folder in folders:
        base = os.path.join(folder, *dotted.split("."))
        for path in (f"{base}/__init__.py", f"{base}.py"):
            if os.path.isfile(path):
                return Path(path)
    return None
