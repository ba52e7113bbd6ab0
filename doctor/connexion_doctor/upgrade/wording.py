"""How an upgrade is said, in every format."""

from __future__ import annotations

from connexion_doctor.model.voice import counted
from connexion_doctor.upgrade.upgrade import Upgrade


def place(path: str | None, line: int | None) -> str:
    """Where something is."""
    return f"{path}:{line}" if path is not None and line is not None else path or "the start"


def way_back(upgrade: Upgrade) -> str:
    """How to undo what was written, or would be."""
    if not upgrade.files:
        return "nothing in the project was changed, and nothing has to be"
    undo = f"git apply -R {upgrade.patch}"
    if upgrade.written:
        return f"written: {counted(len(upgrade.files), 'file')}; undone by: {undo}"
    return f"nothing in the project was changed; --write makes the changes, and {undo} undoes them"
