"""What the project asks for: every file that names packages, read without running anything.

``read(root, files)`` gives ``Declared``: the requirements with their places, the Python versions that are
asked for, and what could not be read. Lock files give ``locked`` requirements.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    pass
from connexion_doctor.requirements.declarations import Declaration, Declared, canonical
from connexion_doctor.requirements.manifests import (
    lock,
    pipfile,
    pipfile_lock,
    pyproject,
    setup_cfg,
    setup_py,
)
from connexion_doctor.requirements.reading import Reader, Reading
from connexion_doctor.requirements.requirement_lists import conda, dockerfile, requirements, runtime


def read(root: Path, files: Sequence[Path]) -> Declared:
    """Read the files among those given that say what is installed."""
    root = root.absolute()
    reading = Reading(root)
    for path in files:
        absolute = path if path.is_absolute() else root / path
        reader = _reader(absolute, reading.shown(absolute))
        if reader is not None:
            reading.file(absolute, reader)
    return Declared(tuple(reading.found), tuple(reading.pythons), tuple(reading.unread))


def _reader(path: Path, shown: str) -> Reader | None:
    name = path.name.lower()
    if name.endswith((".txt", ".in")) and re.search(r"require|constraint", shown.lower()):
        return requirements
    if re.fullmatch(r"(.*\.)?dockerfile(\..*)?|containerfile", name):
        return dockerfile
    if re.fullmatch(r"(.*[_-])?environment([_-].*)?\.ya?ml|conda\.ya?ml", name):
        return conda
    if re.fullmatch(r"pylock(\.[\w-]+)?\.toml", name):
        return lock
    return _BY_NAME.get(name)


_BY_NAME: dict[str, Reader] = {
    "setup.cfg": setup_cfg,
    "setup.py": setup_py,
    "pyproject.toml": pyproject,
    "pipfile": pipfile,
    "pipfile.lock": pipfile_lock,
    "poetry.lock": lock,
    "uv.lock": lock,
    "pdm.lock": lock,
    "runtime.txt": runtime,
    ".python-version": runtime,
}

__all__ = ["Declaration", "Declared", "canonical", "read"]
