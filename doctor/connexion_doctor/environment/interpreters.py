"""Which interpreter is diagnosed, and what is installed for it."""

from __future__ import annotations

import os
import re
import shutil
import stat
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

DOCTORS_OWN = "the interpreter that runs the doctor"


class NoInterpreter(Exception):
    """There is no usable target interpreter; the message says what was looked for."""


def find_interpreter(
    given: str | None, directories: Sequence[Path], environ: Mapping[str, str]
) -> tuple[str, str]:
    """The target interpreter and why it is that one.

    :param given: ``--python``: a path, a virtual environment's folder, or a name on PATH
    :param directories: where ``.venv`` and ``venv`` are looked for, in this order
    :raises NoInterpreter: the one that was asked for is not there
    """
    if given is not None:
        found = _executable(Path(given).expanduser()) or shutil.which(given)
        if found is None:
            raise NoInterpreter(f"--python {given}: {_why_not(os.path.expanduser(given))}")
        return str(found), "--python"
    active = environ.get("VIRTUAL_ENV")
    if active:
        found = _executable(Path(active))
        if found is not None:
            return str(found), "$VIRTUAL_ENV"
    for directory in directories:
        for name in (".venv", "venv"):
            found = _executable(directory / name)
            if found is not None:
                return str(found), name
    return sys.executable, DOCTORS_OWN


def own_interpreter(folder: Path, root: Path) -> str | None:
    """The interpreter of a virtual environment in a folder of the project, or in one above it, short of
    the root itself (whose environment is the one of the whole project)."""
    while folder != root and root in folder.parents:
        for name in (".venv", "venv"):
            found = _executable(folder / name)
            if found is not None:
                return str(found)
        folder = folder.parent
    return None


def _why_not(given: str) -> str:
    """Why a path is no interpreter."""
    try:
        mode = os.stat(given).st_mode
    except FileNotFoundError:
        return "There is no such interpreter or virtual environment."
    except OSError as exc:
        return f"It cannot be read ({exc.strerror})."
    if stat.S_ISDIR(mode):
        return "This folder is no virtual environment: it has no bin/python."
    return "This file may not be executed."


def _executable(path: Path) -> Path | None:
    """The interpreter a path means: itself, or the one inside a virtual environment's folder."""
    if os.path.isdir(path):  # Path.is_dir raises where a folder on the way may not be read
        for inside in (path / "bin" / "python", path / "Scripts" / "python.exe"):
            if os.path.isfile(inside):
                return inside.absolute()
        return None
    return path.absolute() if os.path.isfile(path) and os.access(path, os.X_OK) else None


def normalised(name: str) -> str:
    """A distribution's name as PEP 503 compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


# The head of a distribution's metadata is enough: a parser would go through its whole description.
NAMED = re.compile(r"^(Name|Version):[ \t]*(\S+)", re.MULTILINE)


def installed_packages(paths: Sequence[str]) -> dict[str, str]:
    """Normalised name -> version of every distribution on an interpreter's paths; the first one wins,
    as it does for imports. Metadata that cannot be read is passed over."""
    import importlib_metadata

    found: dict[str, str] = {}
    for distribution in importlib_metadata.distributions(path=list(paths)):
        try:
            text = next(filter(None, map(distribution.read_text, ("METADATA", "PKG-INFO", ""))), "")
            head = dict(reversed(NAMED.findall(text.partition("\n\n")[0])))
            name, version = head.get("Name"), head.get("Version")
        except Exception:  # a broken or half-removed dist-info says nothing
            continue
        if name and version:
            found.setdefault(normalised(name), version)
    return found
