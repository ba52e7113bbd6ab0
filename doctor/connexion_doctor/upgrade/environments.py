"""The two environments of an upgrade, built from what the start gets installed, as by ``--build-env``."""

from __future__ import annotations

import contextlib
import os
import shlex
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from connexion_doctor.checkup.upgraded import follow
from connexion_doctor.environment.building import Built, NotBuilt, base_of, build, index_of, version_of
from connexion_doctor.environment.installer import NO_INDEX, UNREACHED, last_words, uv_program
from connexion_doctor.environment.pythons import SUPPORTED, python_for
from connexion_doctor.fixes.applying import apply
from connexion_doctor.foundation.late import dataclass
from connexion_doctor.launches.find import find
from connexion_doctor.model.errors import NothingToCheck
from connexion_doctor.model.question import Question
from connexion_doctor.processes import scratch_folder
from connexion_doctor.requirements.connexion import connexion_of
from connexion_doctor.requirements.declarations import Declaration
from connexion_doctor.requirements.files import RequirementFiles
from connexion_doctor.requirements.installation import Installation
from connexion_doctor.requirements.installs import in_folder
from connexion_doctor.requirements.of_tests import of_tests
from connexion_doctor.upgrade import pins
from connexion_doctor.upgrade.migration import changes_of
from connexion_doctor.upgrade.starts import named
from connexion_doctor.upgrade.upgrade import Change
from connexion_doctor.verify.scratch import copy_project

ASKABLE = (3, 8)  # the oldest that the agent runs in
OLDEST = (3, 10)  # which Connexion 3 surely runs on: what the doctor itself asks for


@dataclass(frozen=True)
class Made:
    """An environment of a side: its interpreter, what has to be said of it, the requirements that were raised
    for it, and in which files."""

    python: str
    notes: tuple[str, ...] = ()
    raised: tuple[Change, ...] = ()
    files: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Asked:
    """What a start gets installed, and the files that say so."""

    installation: Installation
    files: RequirementFiles


@dataclass(frozen=True)
class Environments:
    """How both are built: ``folder`` is for what is of this upgrade alone, ``start`` a command or the id of a
    launch, ``test`` the command of the tests, whose requirements are installed too."""

    folder: Path
    start: str | None
    test: str | None
    say: Callable[[str], None]

    def before(self, old: Path) -> Made:
        """The environment of the project as it is; of a Python that the doctor can look into, where there is
        one.

        :raises NotBuilt: nothing says what to install, or it cannot be had
        """
        with _located():
            installation = self._asked(old).installation
            chosen = base_of(installation.python, old)[0]
            other = None if _numbers(version_of(chosen)) >= ASKABLE else _oldest(old)
            if other is not None and installation.steps and connexion_of(installation).major == 2:  # as there
                last = replace(installation.steps[-1], lists=(), projects=(), pins=(), words=("connexion<3",))
                installation = replace(
                    installation, steps=(*installation.steps, last)
                )  # as the old one has it
            made = _made(self._build("before", installation, old, old, other))
            old_one = f"with {other}: the doctor cannot look into {chosen}"
            return made if other is None else replace(made, notes=(*made.notes, old_one))

    def after(self, original: Path, copy: Path, base: str | None) -> Made:
        """The environment of the upgraded copy. Where its pins do not go together any more, they are raised,
        in the copy's files too, as little as it takes. Where nothing fits the Python, the doctor's own is
        tried.

        :param base: the interpreter that it is made from; None: what the project asks for
        :raises NotBuilt: raising the pins does not help either
        """
        with _located():
            chosen = base or base_of(self._asked(copy).installation.python, copy)[0]
            try:
                return self._raised(original, copy, base)
            except NotBuilt:
                if _numbers(version_of(chosen)) >= OLDEST:
                    raise
            made = self._raised(original, copy, sys.executable)
            return replace(made, notes=(*made.notes, f"with {sys.executable}: {chosen} is too old"))

    def _raised(self, original: Path, copy: Path, base: str | None) -> Made:
        """The environment; what does not go together is raised, and what cannot be compiled here is raised to
        a release that need not be, for as long as there is something to raise."""
        raised: list[Change] = []
        files: set[str] = set()
        compiled: list[str] = []
        while True:
            try:
                made = _made(self._upgraded(original, copy, base))
                return replace(made, raised=tuple(raised), files=frozenset(files))
            except NotBuilt as exc:
                failed = pins.UNBUILT.search(str(exc))
                compiled += [failed[1]] if failed is not None else []
                asked = self._asked(copy)
                lowest = self._lowest(original, copy, base, compiled)
                declarations = (*asked.installation.requirements, *asked.installation.behind)
                findings = list(pins.to_raise(declarations, lowest))
                paths = {one.location.path for one in findings if one.location is not None}
                sources = {path: source for path in paths if (source := asked.files.source(path)) is not None}
                done = apply(copy, findings, (), sources)
                if not done.files:
                    raise
                raised += changes_of(done.plan.taken)
                files |= set(done.files)

    def _upgraded(self, original: Path, copy: Path, base: str | None) -> Built:
        with _followed(original, copy) as files:
            return self._build("after", self._asked(files).installation, copy, files, base)

    def _lowest(
        self, original: Path, copy: Path, base: str | None, compiled: Sequence[str]
    ) -> dict[str, str]:
        """Name -> version, where every pin is raised as little as it takes; nothing where that does not help.
        What has to be compiled is as old as its compiler: wheels are tried first.

        :param compiled: packages that could not be
        """
        uv = uv_program()
        with _followed(original, copy) as files, scratch_folder.folder("solved") as folder:
            installation = self._asked(files).installation
            python = base or base_of(installation.python, copy)[0]
            loose, solved, newest = (folder / f"{one}.txt" for one in ("loosened", "solved", "newest"))
            loose.write_text(pins.loosened(installation.requirements), encoding="utf-8")
            command = [str(uv), "pip", "compile", "--quiet", "--no-header", "--no-annotate"]
            command += ["--python", python, *index_of(installation)]
            ways = [["--only-binary", ":all:"], [f"--only-binary={name}" for name in compiled]]
            if uv is not None and compiled:  # what has no wheel at all is taken as new as it is
                (folder / "compiled.txt").write_text("\n".join(compiled), encoding="utf-8")
                last_words([*command, "--no-deps", "-o", str(newest), str(folder / "compiled.txt")], copy)
                ways += [["-c", str(newest)]] if os.path.exists(newest) else []
            command += ["--resolution", "lowest-direct"]
            for way in ways if uv is not None else ():
                if last_words([*command, *way, "-o", str(solved), str(loose)], copy) is None:
                    return pins.versions(solved.read_text("utf-8"))
        return {}

    def _build(
        self, side: str, installation: Installation, root: Path, files: Path, base: str | None
    ) -> Built:
        # Where the copy itself is installed, nobody can use the environment again.
        own = any(step.projects for step in installation.steps)
        into = self.folder / "environments" / side if own else None
        return build(installation, root, self.say, files, base=base, into=into)

    def _asked(self, root: Path) -> Asked:
        """What the start that is upgraded gets installed, with what the tests need."""
        words = shlex.split(self.start or "")
        command = tuple(words) if len(words) > 1 else ()
        installations, launches = in_folder(root), []
        with contextlib.suppress(NothingToCheck):
            found = find(Question(command=command, directory=str(root)), root)
            launches = found.launches if command or self.start is None else named(found.launches, self.start)
            if found.project is not None:
                installations = found.project.installations
        known = [*map(installations.of, launches), installations.of_folder("")]
        chosen = next((one for one in known if "connexion" in one.packages), known[0])
        if self.test is not None and chosen.steps:
            runner = ("pytest",) if "test" in self.test else ()
            step, declarations = of_tests(installations.files, runner)
            requirements: tuple[Declaration, ...] = (*chosen.requirements, *declarations)
            chosen = replace(chosen, steps=(*chosen.steps, step), requirements=requirements)
        return Asked(chosen, installations.files)


@contextlib.contextmanager
def _followed(original: Path, copy: Path) -> Iterator[Path]:
    """The copy's files, those that are made from a changed one made to fit it."""
    with scratch_folder.folder("asked") as folder:
        files = copy_project(copy, folder / "project", link_large=True)
        follow(original, files, in_folder(files).files)
        yield files


@contextlib.contextmanager
def _located() -> Iterator[None]:
    """What cannot be installed is said with the line that asks for it."""
    try:
        yield
    except NotBuilt as exc:
        place = f" ({exc.location.path}:{exc.location.line})" if exc.location and exc.location.path else ""
        said = UNREACHED if str(exc) == NO_INDEX else str(exc)  # an upgrade has a way on of its own
        raise NotBuilt(
            f"{said.rstrip('.') if place else said}{place}", exc.location, exc.other_python
        ) from exc


def _made(built: Built) -> Made:
    return Made(built.python, (built.otherwise,) if built.otherwise is not None else ())


def _oldest(root: Path) -> str | None:
    """The oldest Python here that the doctor can look into, as near as possible to what was asked for."""
    found = (python_for(f"==3.{minor}.*", root) for minor in reversed(SUPPORTED))
    return next((one for one in found if one is not None), None)


def _numbers(version: str) -> tuple[int, ...]:
    parts: Sequence[str] = version.split(".")
    return tuple(map(int, parts)) if all(part.isdigit() for part in parts) else OLDEST


__all__ = ["Environments", "Made", "NotBuilt"]
