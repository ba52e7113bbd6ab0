"""What is said where no environment is the app's: which one would have been it, and what fills it."""

from __future__ import annotations

import os
import shlex
from collections.abc import Callable
from pathlib import Path

from connexion_doctor.environment.interpreters import Unfit
from connexion_doctor.model import Environment
from connexion_doctor.probe.head_start import HeadStart
from connexion_doctor.requirements import filling
from connexion_doctor.requirements.installation import Installation

READ = "read from the project's files, nothing was run."
UNBUILT = "No environment could be built: read from the project's files."
OTHERWISE = "What does not load in the environment that was built is read from the project's files."


def told(
    taken: Environment | None,
    head: HeadStart,
    installation: Callable[[], Installation],
    built: bool | None,
) -> tuple[str, tuple[str, ...]]:
    """The first words of a report without an environment (empty where none was found that might have been
    it); and notes, where another environment was taken instead.

    :param taken: the environment that was looked into
    :param installation: gives what the project's files ask for
    :param built: whether one could be built; None where none was to be
    """
    if built is not None and taken is None:
        return (OTHERWISE if built else UNBUILT), ()
    if head.unfit is None:
        own = f"The doctor's own environment is not taken for the app's: {head.not_ours}."
        return "", (own,) if head.not_ours else ()
    why, cure = _why(head.unfit), _cure(head.unfit, installation())
    if taken is not None:
        return "", (f"{why}: {taken.how} was taken instead.",)
    return f"{why}: {READ}" + (f" To fill it:\n{cure}" if cure is not None else ""), ()


def _why(unfit: Unfit) -> str:
    shown = unfit.how if not unfit.how.startswith("$") else f"{_shown(unfit.folder)} ({unfit.how})"
    if unfit.stale == str(unfit.folder):
        return f"{shown} is gone"
    if unfit.stale:
        return f"{shown} is stale, its Python ({unfit.stale}) is gone"
    return f"Connexion is not installed in {shown}"


def _cure(unfit: Unfit, installation: Installation) -> str | None:
    folder = shlex.quote(_shown(unfit.folder))
    bare = not unfit.stale and not os.path.exists(unfit.folder / "bin" / "pip")  # uv makes them so
    pip = f"uv pip install --python {folder}" if bare else f"{folder}/bin/pip install"
    found = filling.command(installation, pip)
    if found is not None and unfit.stale and not filling.makes_its_own(found):
        return f"python3 -m venv --clear {folder} && {found}"
    return found


def _shown(folder: Path) -> str:
    """A folder as it is typed from here."""
    near = os.path.relpath(folder)
    return str(folder) if near.startswith("../..") else near
