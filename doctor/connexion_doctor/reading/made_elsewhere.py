"""Files that are missing, and may be made where the app is built or deployed."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from itertools import islice
from pathlib import Path

from connexion_doctor.foundation.late import dataclass
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
    files = _files(root)
    if launch.stage is not None and inside.name in files.named:
        return f": {_shown(files.named[inside.name], root)} may be copied there"
    said = inside.name.encode("utf-8", "surrogatepass")
    if said in files.text:
        for file, data in files.makers:
            if said in data and file != str(inside):
                return f": {_shown(file, root)} names it, and may make it"
    return None


def _shown(file: str, root: Path) -> str:
    return file.removeprefix(f"{root}{os.sep}").replace(os.sep, "/")


@dataclass(frozen=True)
class _Files:
    """The files of a project, up to a bound: the first of each name, and those that may make files with what
    stands in them; ``text`` is all that stands in these."""

    named: Mapping[str, str]
    makers: Sequence[tuple[str, bytes]]
    text: bytes


_RUN: ContextVar[dict[Path, _Files] | None] = ContextVar("run", default=None)


@contextmanager
def looked_once() -> Iterator[None]:
    """The files of a project are looked through once for all that is asked in the block: what is edited
    there in an overlay makes no file."""
    token = _RUN.set(_RUN.get() or {})
    try:
        yield
    finally:
        _RUN.reset(token)


def _files(root: Path) -> _Files:
    known = _RUN.get()
    if known is None:
        return _looked_through(root)
    if root not in known:
        known[root] = _looked_through(root)
    return known[root]


def _looked_through(root: Path) -> _Files:
    named: dict[str, str] = {}
    makers = []
    for file in islice(_walked(root), MOST_FILES):
        name = file.rpartition(os.sep)[2]
        named.setdefault(name, file)
        if data := _making(file, name):
            makers.append((file, data))
    return _Files(named, makers, b"\n".join(data for _, data in makers))


def _walked(root: Path) -> Iterator[str]:
    for folder, folders, names in os.walk(root):
        folders[:] = [one for one in folders if one not in PASSED]
        for name in names:
            yield os.path.join(folder, name)


def _making(file: str, name: str) -> bytes:
    """The bytes of a file in which files are made; nothing of any other."""
    python = name.endswith(".py") and name not in BUILDS
    builds = name in BUILDS or name.endswith(ENDINGS) or "dockerfile" in name.lower()
    if not python and not builds:
        return b""
    try:
        data = overlay.read(file, MOST_BYTES + 1)
    except OSError:
        return b""
    writes = not python or any(one in data for one in WRITES)
    return data if writes and len(data) <= MOST_BYTES else b""
