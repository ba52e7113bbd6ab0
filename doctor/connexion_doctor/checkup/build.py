"""Environments for the launches of a checkup, built from the project's own files where that was asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from connexion_doctor.environment.building import Built, NotBuilt, build
from connexion_doctor.foundation.late import dataclass
from connexion_doctor.model import Launch, Unbuilt
from connexion_doctor.requirements.installation import Installation


@dataclass(frozen=True)
class WithEnvironments:
    """The launches, each with the interpreter that was built for it; by their ids those for which none could
    be built, and why; what is worth a line in the report."""

    launches: list[Launch]
    unbuilt: dict[str, Unbuilt]
    notes: tuple[str, ...]


def with_environments(
    launches: Sequence[Launch],
    installed_for: Callable[[Launch], Installation],
    root: Path,
    say: Callable[[str], None],
    files: Path | None = None,
) -> WithEnvironments:
    """Build what the launches get installed, each environment once.

    A launch that the configuration gives an interpreter keeps it.

    :param files: a changed copy of the project, whose files say what is installed
    """
    known: dict[Installation, Built | Unbuilt] = {}
    made: list[Launch] = []
    unbuilt: dict[str, Unbuilt] = {}
    notes: list[str] = []
    for launch in launches:
        if launch.options.get("python"):
            made.append(launch)
            continue
        installation = installed_for(launch)
        if installation not in known:
            known[installation] = _built(installation, root, say, files)
        found = known[installation]
        if isinstance(found, Unbuilt):
            unbuilt[launch.id] = found
            made.append(launch)
            continue
        notes += [found.otherwise] if found.otherwise is not None else []
        how = f"built from {found.made_from}{', upgraded' if files is not None else ''}"
        options = {**launch.options, "python": found.python, "python_from": how}
        options |= {"python_instead": found.python} if found.otherwise is not None else {}
        made.append(replace(launch, options=options))
    return WithEnvironments(made, unbuilt, tuple(dict.fromkeys(notes)))


def _built(
    installation: Installation, root: Path, say: Callable[[str], None], files: Path | None
) -> Built | Unbuilt:
    try:
        return build(installation, root, say, files)
    except NotBuilt as exc:
        return Unbuilt(str(exc), exc.location, exc.other_python)
