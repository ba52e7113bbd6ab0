"""A requirement with another specifier, in the place where it stands."""

from __future__ import annotations

import re
from collections.abc import Iterable

from connexion_doctor.model import Edit
from connexion_doctor.requirements.declarations import Declaration
from connexion_doctor.writing.languages import Kind, requirement, written


def rewritten(declaration: Declaration, specifier: str | None, extras: Iterable[str] = ()) -> Edit | None:
    """The edit that gives a requirement another specifier (None: its own) and further extras."""
    if declaration.location is None or declaration.locked or not declaration.text:
        return None
    text = declaration.text
    name = text[: len(declaration.name)]
    wanted = sorted(declaration.extras | set(extras))
    inside = f"[{','.join(wanted)}]" if wanted and not declaration.constraint else ""
    new = requirement(_rewritten(declaration, text, name, inside, specifier), text)
    if new == text:
        return None
    return Edit(declaration.location, written(new, Kind.SHELL) if declaration.bare else new)


def _rewritten(declaration: Declaration, text: str, name: str, inside: str, specifier: str | None) -> str:
    if specifier is None:  # what else stands there stays as somebody wrote it
        rest = re.sub(r"^\s*\[[^\]]*\]", "", text[len(name) :])
        return f"{name}{inside}{rest}"
    marker = f"; {declaration.marker}" if declaration.marker else ""
    return f"{name}{inside}{specifier}{marker}"
