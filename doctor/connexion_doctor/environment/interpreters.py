"""Which interpreter is diagnosed, and what is installed for it.

The probe waits for this module, and for what it imports: ``pathlib`` and ``re`` are left out.
"""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Mapping, Sequence

from connexion_doctor.environment import folder, places
from connexion_doctor.foundation import late
from connexion_doctor.foundation.late import TYPE_CHECKING, dataclass

if TYPE_CHECKING:
    from pathlib import Path

DOCTORS_OWN = "the interpreter that runs the doctor"


class NoInterpreter(Exception):
    """There is no usable target interpreter; the message says what was looked for."""


@dataclass(frozen=True)
class Unfit:
    """An environment that was found and cannot be the app's: ``stale`` says what is not there any more (the
    folder, or what its interpreter leads to); where that is empty, Connexion is not installed in it."""

    folder: Path
    how: str
    stale: str = ""


def find_interpreter(
    given: str | None, directories: Sequence[str], environ: Mapping[str, str]
) -> tuple[str, str, Unfit | None]:
    """The target interpreter: the one that is named, else the first with Connexion, in the order of
    ``places``, else the doctor's own where it has Connexion and nothing else is there, else the one on PATH.
    None is started.

    :param given: ``--python``: a path, a virtual environment's folder, or a name on PATH
    :param directories: the folders whose environments are looked for, and those above them
    :return: its path (empty where none is the app's), why it is that one, and the first environment that
        would have been it
    :raises NoInterpreter: the one that was asked for is not there
    """
    if given is not None:
        found = _executable(os.path.expanduser(given)) or _on_path(given)
        if found is None:
            raise NoInterpreter(f"--python {given}: {_why_not(os.path.expanduser(given))}")
        return found, "--python", None
    unfit: Unfit | None = None
    for place, how in places.environments(directories, environ):
        python = _executable(place) if os.path.isdir(place) else None
        if python is not None and has_connexion(python, environ):
            return python, how, unfit
        stale = "" if python is not None else _stale(place, how)
        if unfit is None and (python is not None or stale) and not _is_own(place):
            unfit = _unfit(place, how, stale)
    if unfit is None and has_connexion(sys.executable, {}):
        return sys.executable, DOCTORS_OWN, unfit
    for named in places.on_path(environ):
        if has_connexion(named, environ):
            return named, "python on PATH", unfit
    return "", "no environment", unfit


def _unfit(place: str, how: str, stale: str) -> Unfit:
    from pathlib import Path

    return Unfit(Path(place), how, stale)


def has_connexion(python: str, environ: Mapping[str, str]) -> bool:
    """Whether Connexion is installed for an interpreter, as its folders (and ``PYTHONPATH``) tell."""
    more = [one for one in environ.get("PYTHONPATH", "").split(os.pathsep) if one]
    return any(map(_holds_connexion, (*folder.of(python).paths, *more)))


def _holds_connexion(path: str) -> bool:
    try:
        names = os.listdir(path)
    except OSError:
        return False
    if any(map(_is_metadata, names)):
        return True
    return os.path.isfile(os.path.join(path, "connexion", "__init__.py"))


def _is_metadata(name: str) -> bool:
    """Whether an entry of ``site-packages`` says that Connexion is installed: ``connexion-3.3.0.dist-info``
    and its older kin."""
    name = name.lower()
    if not name.startswith("connexion"):
        return False
    version, _, kind = name[len("connexion") :].rpartition(".")
    if not version:
        return kind in ("egg-info", "egg-link")
    _, *numbers = version.split("-")
    of_python = len(numbers) == 2 and numbers[1].startswith("py")
    return version[0] == "-" and kind in ("dist-info", "egg-info") and (len(numbers) == 1 or of_python)


def own_interpreter(service: Path, root: Path) -> str | None:
    """The interpreter of an environment in a folder of the project, or in one above it, short of the root
    itself (whose environment is the one of the whole project)."""
    while service != root and root in service.parents:
        for place, _ in places.of_folder(str(service), str(root), os.environ):
            found = _executable(place) if os.path.isdir(place) else None
            if found is not None and has_connexion(found, os.environ):
                return found
        service = service.parent
    return None


def _is_own(place: str) -> bool:
    """Whether an environment is the one that the doctor runs in."""
    return os.path.realpath(place) == os.path.realpath(sys.prefix)


def _stale(place: str, how: str) -> str:
    """What of an environment is gone: the folder that a variable names, or what its interpreter leads to."""
    if how.startswith("$") and not os.path.exists(place):
        return place
    for name in ("python", "python3"):
        link = os.path.join(place, "bin", name)
        if os.path.islink(link) and not os.path.exists(link):
            return os.path.join(place, "bin", os.readlink(link))
    return os.path.join(place, "bin", "python") if os.path.isfile(os.path.join(place, "pyvenv.cfg")) else ""


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


def _executable(path: str) -> str | None:
    """The interpreter a path means: itself, or the one inside a virtual environment's folder."""
    if os.path.isdir(path):
        for inside in (os.path.join(path, "bin", "python"), os.path.join(path, "Scripts", "python.exe")):
            if os.path.isfile(inside):
                return os.path.abspath(inside)
        return None
    return os.path.abspath(path) if os.path.isfile(path) and os.access(path, os.X_OK) else None


# The head of a distribution's metadata is enough: a parser would go through its whole description.
NAMED = late.pattern(r"(?m)^(Name|Version):[ \t]*(\S+)")


def installed_packages(paths: Sequence[str]) -> dict[str, str]:
    """Normalised name -> version of every distribution on an interpreter's paths; the first one wins,
    as it does for imports. Metadata that cannot be read is passed over."""
    import importlib_metadata

    from connexion_doctor.requirements.canonical import canonical

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
