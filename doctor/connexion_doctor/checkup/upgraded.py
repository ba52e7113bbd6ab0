"""The project as the plan to Connexion 3 makes it, in a copy: what its starts get installed then."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from connexion_doctor.fixes.applying import apply
from connexion_doctor.launches import project
from connexion_doctor.model import Launch, Report
from connexion_doctor.processes import scratch_folder
from connexion_doctor.requirements.files import LOCKS, RequirementFiles
from connexion_doctor.requirements.gathering import requirement_text
from connexion_doctor.requirements.installation import Installation, Step
from connexion_doctor.requirements.installs import Installations
from connexion_doctor.requirements.locks import MANIFESTS
from connexion_doctor.verify.scratch import copy_project

MOST_ROUNDS = 5


@contextlib.contextmanager
def upgraded(root: Path, exclude: tuple[str, ...], diagnose: Callable[[Path], Report]) -> Iterator[Upgraded]:
    """A copy with every change of the plan that a machine may make.

    :param diagnose: the plan for a copy of the project, which is read and not run
    :raises NotCopied: the project cannot be copied
    """
    with scratch_folder.folder("upgraded") as folder:
        copy = copy_project(root, folder / "project", link_large=True)
        for _ in range(MOST_ROUNDS):
            report = diagnose(copy)
            if not apply(copy, report.findings, report.judgements, report.sources, unsafe=True).files:
                break
        follow(root, copy, project.read(copy, exclude).installations.files)
        yield Upgraded(root, copy, project.read(copy, exclude).installations)


class Upgraded:
    """The copy in ``folder``, of the project in ``root``."""

    def __init__(self, root: Path, folder: Path, installations: Installations) -> None:
        self.root, self.folder, self.installations = root, folder, installations

    def of(self, launch: Launch) -> Installation:
        """What a launch of the project gets installed once it is upgraded. Packages of the project itself are
        installed from where they lie, with what their copy needs."""
        directory = Path(launch.directory)
        if directory.is_relative_to(self.root):
            directory = self.folder / directory.relative_to(self.root)
        made = self.installations.of(replace(launch, directory=str(directory)))
        return replace(made, steps=tuple(self._step(step) for step in made.steps))

    def _step(self, step: Step) -> Step:
        if not step.projects or step.no_deps:
            return step
        needs = (
            requirement_text(one)
            for folder, extras in step.projects
            for one in self.installations.files.metadata(folder, extras)
        )
        return replace(step, words=(*step.words, *needs), no_deps=True)


def follow(root: Path, copy: Path, files: RequirementFiles) -> None:
    """What is made from a file that was changed does not fit it any more: a lock file goes, and a compiled
    list becomes the one that it was made from."""
    for path in sorted(files.known):
        folder, slash, name = path.rpartition("/")
        if name in LOCKS and _differs(root, copy, f"{folder}{slash}{MANIFESTS.get(name, 'pyproject.toml')}"):
            (copy / path).unlink()
    for path in sorted(files.known):
        source = next(iter(files.made_from(path)), None)
        if source is not None and source.endswith((".in", ".txt")) and _differs(root, copy, source):
            (copy / path).write_bytes((copy / source).read_bytes())


def _differs(root: Path, copy: Path, path: str) -> bool:
    try:
        return (root / path).read_bytes() != (copy / path).read_bytes()
    except OSError:
        return False
