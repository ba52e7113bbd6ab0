"""The recommended fixes of a launch, made in memory and judged again, until it serves or none is left.

What comes of them is read from the files with an overlay over them, which costs no copy of the project and no
import; where the files do not tell, the app is loaded from a copy. Nothing is installed: packages that fixes
bring are taken for there.
"""

from __future__ import annotations

import os
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from connexion_doctor.fixes import applying
from connexion_doctor.fixes.plan import Taken
from connexion_doctor.foundation.late import dataclass
from connexion_doctor.model import Finding, Fix, Judgement, Report, Verdict, overlay
from connexion_doctor.processes import scratch_folder, signals
from connexion_doctor.verify.scratch import NotCopied, copy_project
from connexion_doctor.verify.treatment import (
    MOST_ROUNDS,
    Again,
    Diagnose,
    errors,
    judgement_on,
    known_python,
    moved,
    words_after,
)

EXTRAS = ("CXD510", "CXD511")


class NoTime(Exception):
    """The time for all treatments is over."""


@dataclass(frozen=True)
class Tried:
    """A launch after its fixes: the last judgement on it, what was done, the findings that no machine may
    cure; what the files would hold, by their real paths; and those, by the paths that the project shows."""

    judgement: Judgement
    taken: tuple[Taken, ...]
    left: tuple[Finding, ...]
    over: Mapping[str, bytes]
    paths: Mapping[str, str]


class Trial:
    """What is tried for one launch; what was judged once is not judged again.

    :param until: when the time is over, on the monotonic clock
    """

    def __init__(self, diagnose: Diagnose, until: float) -> None:
        self.diagnose = diagnose
        self.until = until
        self._read: dict[object, Report] = {}

    def needed(self, report: Report, judgement: Judgement, tried: Tried) -> Tried:
        """What was tried, without the packages that a later fix made needless: one for the server that the
        launch has no more. The fix of each is left out by itself, and what comes of it is read.

        :raises NotApplied, NotCopied, NoTime: as ``tried``
        """
        left_out: list[Fix] = []
        for one in {taken.fix.title: taken.fix for taken in tried.taken if taken.fix.install}.values():
            if len(tried.taken) < 2 or one.title not in [taken.fix.title for taken in tried.taken]:
                continue
            other = self.tried(report, judgement, loads=False, without=[*left_out, one])
            serves = other.judgement.verdict is Verdict.SERVES
            if serves and len(other.taken) < len(tried.taken) and len(other.left) <= len(tried.left):
                tried, left_out = other, [*left_out, one]
        return tried

    def tried(
        self, report: Report, judgement: Judgement, *, loads: bool, without: Collection[Fix] = ()
    ) -> Tried:
        """The recommended fixes of a launch's errors, made together.

        Fixes that change the same place take several rounds: each looks at what the last one made.

        :param loads: whether the app may be loaded where the files do not tell
        :param without: fixes that are not made; what they install is there till all others are
        :raises NotApplied: the launch is none of the project's any more
        :raises NotCopied: the project cannot be copied, to load the app
        :raises NoTime: it takes too long
        """
        root = at = Path(report.root)
        python, server = known_python(report, judgement), judgement.launch.server
        over: dict[str, bytes] = {}
        paths: dict[str, str] = {}
        taken: list[Taken] = []
        for_now = [name for fix in without for name in fix.install]
        avoided = {fix.title for fix in without}
        assumed: list[str] = []
        again: Again | None = None
        seen: set[str] = set()  # commands of rounds that changed nothing else
        for _ in range(MOST_ROUNDS):
            if judgement.verdict is Verdict.SERVES:
                break
            self._look()
            with overlay.laid(over):
                found = [
                    *errors(report, (judgement.launch.id,)),
                    *_extras(report, judgement, taken or python),
                ]
                wanted = [
                    one for one in found if one.recommended is None or one.recommended.title not in avoided
                ]
                plan, changed, real = applying.tried(at, wanted, [judgement], report.sources)
            if not plan.taken:
                break
            if plan.starts and not changed and not plan.install:
                if plan.starts[0].command in seen:
                    break  # one fix undoes what another one did
                seen.add(plan.starts[0].command)
            over = {**over, **changed}
            paths |= {os.path.relpath(at / path, root): behind for path, behind in real.items()}
            taken += plan.taken
            assumed += [one for one in plan.install if one not in assumed]
            again = self._again(judgement, root, python)
            if plan.starts:  # the new command stands in no file: it is judged as it stands
                words = words_after(judgement.launch.command, plan.starts[0].command)
                folder = Path(judgement.launch.directory)
                again = replace(again, directory=folder, words=words, launch=None)
            again = replace(again, over=over)
            report = self._from_files(replace(again, read=True, assume=(*assumed, *for_now)))
            judgement = judgement_on(judgement.launch, report)
            if judgement.verdict is not Verdict.SERVES and not assumed and loads:
                report, judgement = self._loaded(again, root, judgement)
            at = Path(report.root)  # the folder of a command, where it stands in no file
        if for_now and again is not None:
            report = self._from_files(replace(again, read=True, assume=tuple(assumed)))
            judgement = judgement_on(judgement.launch, report)
        if judgement.launch.server == server:
            taken = [one for at, one in enumerate(taken) if not _in_vain(one, taken[at + 1 :])]
        return Tried(judgement, tuple(taken), tuple(errors(report, (judgement.launch.id,))), over, paths)

    def _again(self, judgement: Judgement, root: Path, python: str | None) -> Again:
        launch = judgement.launch
        if any(word.location is not None for word in launch.command.words):
            return Again(root, (), launch.environ, python, launch=launch)
        words = [word.text for word in launch.command.words]
        return Again(Path(launch.directory), words, launch.environ, python)

    def _from_files(self, again: Again) -> Report:
        key = (frozenset(again.over.items()), tuple(again.words), again.assume)
        if key not in self._read:
            self._look()
            self._read[key] = self.diagnose(again)
        return self._read[key]

    def _loaded(self, again: Again, root: Path, read: Judgement) -> tuple[Report, Judgement]:
        """The report on a copy of the project, where the app is loaded; the launch is that of the files."""
        left = self._look()
        with scratch_folder.folder("treat") as folder:
            copy = copy_project(root, folder / "project", link_large=True, until=self.until)
            for path, data in again.over.items():
                _put(copy / _inside(Path(path), root), data)
            words = [word.replace(f"{root}/", f"{copy}/") for word in again.words]
            inside = moved(again.directory, root, copy)
            report = self.diagnose(replace(again, directory=inside, words=words, over={}, seconds=left))
        self._look()  # where it is over, the app may have been given less time than it takes
        found = judgement_on(read.launch, report)
        launch = replace(read.launch, id=found.launch.id)
        reason = found.reason.replace(f"{copy}/", f"{root}/")
        at = moved(Path(report.root), copy, root)
        return replace(report, root=str(at)), replace(found, launch=launch, reason=reason)

    def _look(self) -> float:
        """The seconds that are left.

        :raises NoTime: none
        """
        signals.look()
        left = self.until - time.monotonic()
        if left <= 0:
            raise NoTime
        return left


def _extras(report: Report, judgement: Judgement, settled: object) -> list[Finding]:
    """The extras of Connexion that no requirement of the launch's service asks for: what is open without them
    is not settled by the others.

    :param settled: what was done in an earlier round, or the interpreter whose packages are known
    """
    folder = os.path.relpath(judgement.launch.directory, report.root)
    return [
        one
        for one in errors(report, (None,) if not settled else ())
        if one.code in EXTRAS and one.location is not None
        if f"{folder}/".startswith(f"{Path(one.location.path).parent}/") or "/" not in one.location.path
    ]


def _in_vain(one: Taken, later: Sequence[Taken]) -> bool:
    """Whether a fix has not cured its own finding, and gave way to another one of the same start."""
    told = (one.finding.code, one.finding.message)
    return not one.fix.install and any((other.finding.code, other.finding.message) == told for other in later)


def _inside(path: Path, root: Path) -> Path:
    """The path of a file in the copy.

    :raises NotCopied: it lies outside of the project, behind a link
    """
    try:
        return path.relative_to(root)
    except ValueError as exc:
        raise NotCopied(f"{path} lies outside of the project") from exc


def _put(path: Path, data: bytes) -> None:
    """Give a file of the copy its content; the link to a large file becomes a file of its own."""
    mode = path.stat().st_mode
    path.unlink()
    path.write_bytes(data)
    path.chmod(mode & 0o7777)
