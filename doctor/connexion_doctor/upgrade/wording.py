"""How an upgrade is said, in every format."""

from __future__ import annotations

import shlex

from connexion_doctor.model.voice import counted
from connexion_doctor.upgrade.upgrade import Upgrade


def place(path: str | None, line: int | None) -> str:
    """Where something is."""
    return f"{path}:{line}" if path is not None and line is not None else path or "the start"


def way_back(upgrade: Upgrade) -> tuple[str, tuple[str, ...]]:
    """How to undo what was written, or would be: a sentence, and the commands to copy."""
    if not upgrade.files:
        return "Nothing in the project was changed, and nothing has to be.", ()
    patch = shlex.quote(upgrade.patch)
    if upgrade.written:
        return f"{counted(len(upgrade.files), 'file')} written. This undoes it:", (f"git apply -R {patch}",)
    said = (
        "Nothing in the project was changed. `--write` makes the changes, and so does the first of these; "
        "the second undoes them:"
    )
    return said, (f"git apply {patch}", f"git apply -R {patch}")
