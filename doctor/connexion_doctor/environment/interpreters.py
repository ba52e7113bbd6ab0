"""Which interpreter is diagnosed, and what is installed for it."""

from __future__ import annotations

import os
import re
import stat
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from connexion_doctor.environment import folder, places
from connexion_doctor.foundation import late
from connexion_doctor.foundation.late import dataclass
from connexion_doctor.requirements.canonical import canonical

DOCTORS_OWN = "the interpreter that runs the doctor"
METADATA = late.pattern(r"(?i)connexion(-[^-]+(-py[\d.]+)?\.(dist|egg)-info|\.egg-(info|link))$")


class NoInterpreter(Exception):
    """There is no usable target interpreter; the message says what was looked for."""


@dataclass(frozen=True)
class Unfit:
    """An environment that was found and cannot be the app's: ``stale`` says what its interpreter leads to,
    which is not there any more; where that is empty, Connexion is not installed in it."""

    folder: Path
    how: str
    stale: str = ""


class Interpreter(NamedTuple):
    """The target interpreter and why it is that one; ``python`` is empty where none is the app's. ``unfit``
    is the first environment that would have been it."""

    python: str
    how: str
    unfit: Unfit | None = None


def find_interpreter(
    given: str | None, directories: Sequence[Path], environ: Mapping[str, str]
) -> Interpreter:
    """The target interpreter: the one that is named, else the first with Connexion, in the order of
    ``places``, else the doctor's own where it has Connexion and nothing else is there, else the one on PATH.
    None is started.

    :param given: ``--python``: a path, a virtual environment's folder, or a name on PATH
    :param directories: the folders whose environments are looked for, and those above them
    :raises NoInterpreter: the one that was asked for is not there
    """
    if given is not None:
        found = _executable(Path(given).expanduser()) or _on_path(given)
        if found is None:
            raise NoInterpreter(f"--python {given}: {_why_not(os.path.expanduser(given))}")
        return Interpreter(str(found), "--python")
    unfit: Unfit | None = None
    for place, how in places.environments(directories, environ):
        python = _executable(place) if os.path.isdir(place) else None
        if python is not None and has_connexion(str(python), environ):
            return Interpreter(str(python), how, unfit)
        if unfit is None and (python is not None or _stale(place)) and not _is_own(place):
            unfit = Unfit(place, how, "" if python is not None else _stale(place))
    if unfit is None and has_connexion(sys.executable, {}):
        return Interpreter(sys.executable, DOCTORS_OWN, unfit)
    for named in places.on_path(environ):
        if has_connexion(named, environ):
            return Interpreter(named, "python on PATH", unfit)
    return Interpreter("", "no environment", unfit)


def has_connexion(python: str, environ: Mapping[str, str]) -> bool:
    """Whether Connexion is installed for an interpreter, as its folders (and ``PYTHONPATH``) tell."""
    more = [one for one in environ.get("PYTHONPATH", "").split(os.pathsep) if one]
    return any(map(_holds_connexion, (*folder.of(python).paths, *more)))


def _holds_connexion(path: str) -> bool:
    try:
        names = os.listdir(path)
    except OSError:
        return False
    if any(map(METADATA.match, names)):
        return True
    return os.path.isfile(os.path.join(path, "connexion", "__init__.py"))


def own_interpreter(service: Path, root: Path) -> str | None:
    """The interpreter of an environment in a folder of the project, or in one above it, short of the root
    itself (whose environment is the one of the whole project)."""
    while service != root and root in service.parents:
        for place, _ in places.of_folder(service, root, os.environ):
            found = _executable(place) if os.path.isdir(place) else None
            if found is not None and has_connexion(str(found), os.environ):
                return str(found)
        service = service.parent
    return None


def _is_own(place: Path) -> bool:
    """Whether an environment is the one that the doctor runs in."""
    return os.path.realpath(place) == os.path.realpath(sys.prefix)


def _stale(place: Path) -> str:
    """What the interpreter of an environment leads to, where that is gone."""
    for inside in ("bin/python", "bin/python3"):
        link = place / inside
        if os.path.islink(link) and not os.path.exists(link):
            return os.path.join(place / "bin", os.readlink(link))
    return ""


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


# The head of a distribution's metadata is enough: a parser would go through its whole description.
NAMED = late.pattern(r"^(Name|Version):[ \t]*(\S+)", re.MULTILINE)


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
            found.setdefault(canonical(name), version)
    return found


def _on_path(name: str) -> str | None:
    from shutil import which

    return which(name)
