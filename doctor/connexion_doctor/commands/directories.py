"""Where a ``cd`` leads, and paths that are seen from the working directory."""

from __future__ import annotations

import posixpath
from collections.abc import Sequence
from dataclasses import replace

from connexion_doctor.commands.placed_text import Piece

DEEPEST = 40  # of leading ``..``
ABOVE = "/_" * DEEPEST


def joined(directory: str, path: str) -> str:
    """``path`` seen from ``directory``, with ``.`` and ``..`` taken out."""
    whole = path if path.startswith("/") else f"{directory}/{path}"
    parts: list[str] = []
    for part in whole.split("/"):
        if part in ("", "."):
            continue
        if part != "..":
            parts.append(part)
        elif parts and parts[-1] != "..":
            parts.pop()
        elif not whole.startswith("/") and len(parts) < DEEPEST:
            parts.append(part)
    inside = "/".join(parts)
    return f"/{inside}" if whole.startswith("/") else inside or "."


def standing(directory: str, path: str) -> tuple[Piece, ...]:
    """A path as the shell says it, which is that of the working directory, or seen from there."""
    absolute = directory.startswith("/") or path.startswith("/")
    return (Piece(joined(directory, path)),) if absolute else (Piece(joined(".", path), standing=True),)


def seen_from(pieces: Sequence[Piece], before: str, after: str) -> tuple[Piece, ...]:
    """A text in which paths were seen from one working directory, as it is in another."""
    if before == after or before.startswith("/") or not any(one.standing for one in pieces):
        return tuple(pieces)
    moved = {id(one): _relative(joined(before, one.value), after) for one in pieces if one.standing}
    return tuple(replace(one, value=moved[id(one)]) if one.standing else one for one in pieces)


def _relative(path: str, folder: str) -> str:
    if folder.startswith("/"):
        return path  # where it lies from there is not known
    return posixpath.relpath(f"{ABOVE}/{path}", f"{ABOVE}/{folder}")
