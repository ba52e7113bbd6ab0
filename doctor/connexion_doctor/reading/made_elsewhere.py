"""Files that are missing, and may be made where the app is built or deployed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from connexion_doctor.model import Launch, overlay
from connexion_doctor.python.ignored import git_ignores_file

# Files of a project that say what is made: by their names, and by their endings.
BUILDS = ("Makefile", "makefile", "justfile", "Justfile", "package.json", "tox.ini", "noxfile.py", "setup.py")
ENDINGS = (".sh", ".bash", ".mk", ".yml", ".yaml", ".toml", ".cfg", ".bat", ".ps1")
PASSED = (".git", "node_modules", "__pycache__", ".venv", "venv", "env", ".tox")
WRITES = (b"write_text(", b"write_bytes(", b".dump(", b"'w'", b'"w"', b"copyfile(", b"urlretrieve(")
MOST_FILES, MOST_BYTES = 2000, 64 * 1024


def made_elsewhere(path: Path, launch: Launch, root: Path) -> str | None:
    """Why a missing file may be there where the launch runs; None where nothing of the project makes it.

    :param root: the project's folder
    """
    if launch.origin.kind == "command-line":
        return None
    inside = Path(os.path.normpath(path))
    if not inside.is_relative_to(root):
        return ": it lies outside of the project"
    if git_ignores_file(root, inside):
        return ": git ignores it, so it is made where the app is built"
    for file in _files(root):
        shown = file.relative_to(root).as_posix()
        if file.name == inside.name and launch.stage is not None:
            return f": {shown} may be copied there"
        if file != inside and _may_make(file, inside.name):
            return f": {shown} names it, and may make it"
    return None


def _files(root: Path) -> Iterator[Path]:
    """The files of a project, up to a bound."""
    seen = 0
    for folder, folders, names in os.walk(root):
        folders[:] = [one for one in folders if one not in PASSED]
        for name in names:
            seen += 1
            if seen > MOST_FILES:
                return
            yield Path(folder, name)


def _may_make(file: Path, name: str) -> bool:
    """Whether a file names another, and is one in which files are made."""
    python = file.suffix == ".py" and file.name not in BUILDS
    builds = file.name in BUILDS or file.name.endswith(ENDINGS) or "dockerfile" in file.name.lower()
    if not python and not builds:
        return False
    try:
        if overlay.size(file) > MOST_BYTES:
            return False
        data = overlay.read(file)
    except OSError:
        return False
    return name.encode() in data and (not python or any(one in data for one in WRITES))
