"""Files that are missing, and may be made where the app is built or deployed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

from connexion_doctor.model import Launch, overlay

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
    from connexion_doctor.python.ignored import git_ignores_file  # this module is asked for at the start

    inside = Path(os.path.normpath(path))
    if not inside.is_relative_to(root):
        return ": it lies outside of the project"
    if git_ignores_file(root, inside):
        return ": git ignores it, so it is made where the app is built"
    said = inside.name.encode()
    for file, data in _makers(root):
        shown = file.removeprefix(f"{root}{os.sep}").replace(os.sep, "/")
        if file.rpartition(os.sep)[2] == inside.name and launch.stage is not None:
            return f": {shown} may be copied there"
        if said in data and file != str(inside):
            return f": {shown} names it, and may make it"
    return None


_RUN: ContextVar[dict[Path, list[tuple[str, bytes]]] | None] = ContextVar("run", default=None)


@contextmanager
def looked_once() -> Iterator[None]:
    """The files of a project are looked through once for all that is asked in the block: what is edited
    there in an overlay makes no file."""
    token = _RUN.set(_RUN.get() or {})
    try:
        yield
    finally:
        _RUN.reset(token)


def _makers(root: Path) -> list[tuple[str, bytes]]:
    """The files of a project, up to a bound, each with its bytes where it may make files."""
    known = _RUN.get()
    if known is None:
        return list(_read(root))
    if root not in known:
        known[root] = list(_read(root))
    return known[root]


def _read(root: Path) -> Iterator[tuple[str, bytes]]:
    seen = 0
    for folder, folders, names in os.walk(root):
        folders[:] = [one for one in folders if one not in PASSED]
        for name in names:
            seen += 1
            if seen > MOST_FILES:
                return
            file = os.path.join(folder, name)
            yield file, _making(file, name)


def _making(file: str, name: str) -> bytes:
    """The bytes of a file in which files are made; nothing of any other."""
    python = name.endswith(".py") and name not in BUILDS
    builds = name in BUILDS or name.endswith(ENDINGS) or "dockerfile" in name.lower()
    if not python and not builds:
        return b""
    try:
        data = overlay.read(file) if overlay.size(file) <= MOST_BYTES else b""
    except OSError:
        return b""
    return data if not python or any(one in data for one in WRITES) else b""
