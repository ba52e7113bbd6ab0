"""Which versions a fresh installation takes: uv is asked, for the Python that the files name."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import field, replace
from pathlib import Path

from connexion_doctor.environment.installer import NO_INDEX, asking, is_offline, last_words, uv_program
from connexion_doctor.foundation import late
from connexion_doctor.foundation.late import dataclass
from connexion_doctor.model import Unbuilt, overlay
from connexion_doctor.processes import scratch_folder
from connexion_doctor.requirements import addresses
from connexion_doctor.requirements.canonical import canonical
from connexion_doctor.requirements.gathering import requirement_text
from connexion_doctor.requirements.installation import Installation
from connexion_doctor.requirements.installs import exact
from connexion_doctor.requirements.specifiers import Range

PIN = late.pattern(r"^([A-Za-z0-9][\w.-]*)==([^\s;]+)", re.M)
PYTHONS = tuple(f"3.{minor}" for minor in range(14, 6, -1))
INDEX = late.pattern(
    r"^[ \t]*(-i|--index-url|--extra-index-url|-f|--find-links|--no-index)\b[ \t=]*([^\s#]*)", re.M
)
LISTS = (".txt", ".in")
NO_VERSIONS = "uv finds no versions"
NO_UV = "--resolve asks uv, which is not here.\n  pip install 'connexion-doctor[env]'"


@dataclass
class Resolver:
    """Asks uv about installations, about each once.

    :param root: the project's folder
    :param say: told what is being done
    :param build: packages without a wheel may be built to learn what they need
    """

    root: Path
    say: Callable[[str], None]
    build: bool
    failed: dict[Installation, Unbuilt] = field(default_factory=dict)
    _known: dict[Installation, Installation] = field(default_factory=dict)

    def settled(self, installation: Installation) -> Installation:
        """The installation with the versions that it takes; as it was where a lock file has settled them,
        where there is nothing to ask for, where not all that limits them is in the project, or where uv finds
        none (``failed`` says why)."""
        if installation.by == "lock" or not installation.packages or installation.missing:
            return installation
        if installation not in self._known:
            self.say(f"asking uv which versions {installation.path} takes")
            with scratch_folder.folder("resolve") as folder:
                self._known[installation] = self._asked(installation, folder)
        return self._known[installation]

    def _asked(self, installation: Installation, folder: Path) -> Installation:
        said = self._compiled(installation, folder, "--no-build")
        if said is not None and self.build and not is_offline(said):
            said = self._compiled(installation, folder)
        if said is not None:
            offline = is_offline(said)  # whichever package was asked for first is not to blame
            place = None if offline else asking(said, installation)
            self.failed[installation] = Unbuilt(
                NO_INDEX if offline else said, place, what="uv finds no versions"
            )
            return installation
        pins = PIN.findall((folder / "resolved.txt").read_text("utf-8"))
        names = ((canonical(name), version) for name, version in pins)
        return replace(installation, resolved=tuple(names))

    def _compiled(self, installation: Installation, folder: Path, *more: str) -> str | None:
        """What uv says where it finds no versions; None where it has written them."""
        for name, limits in (("asked.in", False), ("limits.txt", True)):
            known = [one for one in installation.requirements if one.kind != addresses.KIND]
            asked = [requirement_text(one) for one in known if one.constraint == limits]
            lines = [*dict.fromkeys(asked), *(() if limits else self._indexes(installation))]
            (folder / name).write_text("\n".join(lines) + "\n", "utf-8")
        index = next((step.index for step in installation.steps if step.index), ())
        return last_words(
            [
                str(uv_program()),
                *("pip", "compile", "--quiet", "--no-header", "--no-annotate", "--no-progress"),
                *("--python-version", python_of(installation), "-c", str(folder / "limits.txt")),
                *("-o", str(folder / "resolved.txt")),
                *(word.replace("--trusted-host", "--allow-insecure-host") for word in index),
                *more,
                str(folder / "asked.in"),
            ],
            self.root,
        )

    def _indexes(self, installation: Installation) -> Iterator[str]:
        """The lines of lists that say where packages come from."""
        for path in map(self.root.joinpath, installation.files):
            for option, value in INDEX.findall(overlay.read_text(path)) if path.suffix in LISTS else ():
                near = option in ("-f", "--find-links") and "://" not in value
                if not near or os.path.exists(path.parent / value):  # pip passes over one that is not there
                    yield f"{option} {path.parent / value if near else value}"


def python_of(installation: Installation) -> str:
    """The Python that is installed for: the one that is named; our own where it meets what is asked, else the
    newest that does."""
    named = exact(installation.python)
    if named is not None:
        return named
    own = ".".join(map(str, sys.version_info[:2]))
    wanted = Range(installation.python.specifier if installation.python is not None else "")
    return next((one for one in (own, *PYTHONS) if wanted.contains(one)), own)
