"""The two sides of a comparison: a start each, examined by a checkup, with the specifications of its app."""

from __future__ import annotations

import os
import shlex
import tarfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import field, replace
from pathlib import Path

from connexion_doctor.checkup.options import Options
from connexion_doctor.checkup.run import run
from connexion_doctor.commands import show
from connexion_doctor.compare.moving import moved
from connexion_doctor.compare.specification import Api, apis
from connexion_doctor.foundation.late import dataclass
from connexion_doctor.model import Environment, Judgement, Launch, Report, Severity, Verdict
from connexion_doctor.model.errors import UsageError
from connexion_doctor.model.question import Question
from connexion_doctor.model.voice import sentence
from connexion_doctor.processes import scratch_folder
from connexion_doctor.processes.child import run as run_to_its_end
from connexion_doctor.reporters import hidden
from connexion_doctor.screening.screening import Screening
from connexion_doctor.verify.treatment import python_of

BEFORE, AFTER = "before", "after"
GIT_SECONDS = 120
ADAPTERS = ("a2wsgi", "asgiref")
OF_LOADING = "CXD0"
NO_SPECIFICATION = "its app has no specification to make requests from"


class NotCompared(Exception):
    """There is nothing to compare: a side that cannot be booted, or has no specification."""


@dataclass(frozen=True)
class Wanted:
    """A side as it was asked for. ``start`` is a command, or the id of a launch of the project."""

    name: str
    start: str
    directory: Path
    python: str | None = None
    environ: Mapping[str, str] = field(default_factory=dict)
    timeout: float = 30.0
    specification: bool = True  # False: it is told what to ask


@dataclass(frozen=True)
class Side:
    """A start that can be booted, and the APIs of its app. ``environ`` is the environment around it."""

    name: str
    root: Path
    judgement: Judgement
    python: str
    environment: Environment | None
    apis: tuple[Api, ...]
    environ: Mapping[str, str] = field(default_factory=dict)
    layer: Path | None = None

    @property
    def command(self) -> str:
        """The start, as it is shown."""
        return show.shown(self.judgement.launch.command)

    @property
    def called(self) -> str:
        """As messages name it: a side that has no name of its own is its start."""
        return self.command if self.name == self.command else f"{self.name}: {self.command}"

    @property
    def versions(self) -> str:
        """What it runs on, in a few words: ``connexion 2.14.2, gunicorn 21.2.0``."""
        packages = self.environment.packages if self.environment is not None else {}
        app = self.judgement.facts.app
        layers = [one.type.partition(".")[0] for one in app.layers] if app is not None else []
        adapters = [one for one in ADAPTERS if one in layers]
        names = dict.fromkeys(("connexion", *adapters, self.judgement.launch.server))
        return ", ".join(f"{name} {packages[name]}" for name in names if name in packages)

    @property
    def connexion(self) -> int | None:
        """The major version of its Connexion."""
        return self.environment.major("connexion") if self.environment is not None else None

    def inside(self, copy: Path) -> Side:
        """The same start in a copy of the project."""
        judgement, environ = moved(self.judgement, self.environ, self.root, copy)
        return replace(self, root=copy, judgement=judgement, environ=environ)


def examined(wanted: Wanted, checkup: Callable[[Options], Report] = run) -> Side:
    """The side, examined.

    :param checkup: what examines: one that has a head start may be given
    :raises UsageError: the start is neither a command that the doctor reads nor a launch of the project
    :raises NotCompared: nothing can be asked of it
    """
    words = start_words(wanted.start)
    options = Options(
        question=Question(
            command=tuple(words) if len(words) > 1 else (),
            directory=str(wanted.directory),
            python=_absolute(wanted.python),
        ),
        screening=Screening(comments=False),
        specifications=True,
        treat=False,
        timeout=wanted.timeout,
        environ={**os.environ, **wanted.environ},
    )
    report = checkup(options)
    judgement = _chosen(report, words, wanted)
    environ = {**os.environ, **wanted.environ}
    side = made(wanted.name, report, judgement, environ, specification=wanted.specification)
    if wanted.specification:
        need_specification(side)
    return side


def made(
    name: str,
    report: Report,
    judgement: Judgement,
    environ: Mapping[str, str],
    *,
    specification: bool = True,
) -> Side:
    """The side that a judgement of a report is: it can be booted, with a specification or without.

    :param specification: False: it is tried whatever was found out
    :raises NotCompared: it has none, and does not serve
    """
    facts = judgement.facts
    root, python = Path(report.root), python_of(report, judgement)
    side = Side(name, root, judgement, python, report.environment, apis(facts.specifications or ()), environ)
    if specification and not side.apis and judgement.verdict is not Verdict.SERVES:
        said = " ".join(sentence(one) for one in (judgement.reason, *_cures(report, judgement)))
        raise NotCompared(f"{side.called}: {hidden.about(report, environ, said)}")
    return side


def _cures(report: Report, judgement: Judgement) -> list[str]:
    """What to do about the first fault of a start, in words: of one that is read in a file, what its
    surroundings lack is a warning."""
    faults = [
        one
        for one in report.findings
        if one.launch == judgement.launch.id
        and (one.severity is Severity.ERROR or one.code.startswith(OF_LOADING))
    ]
    return [fix.title for one in faults[:1] for fix in one.fixes if fix.recommended]


def need_specification(side: Side) -> None:
    """:raises NotCompared: there is nothing to make requests from"""
    if not side.apis:
        raise NotCompared(f"{side.called}: {NO_SPECIFICATION}")


def start_words(start: str) -> list[str]:
    """The words of a start as it was asked for: a single one is the id of a launch.

    :raises UsageError: it cannot be read, or there are none
    """
    try:
        words = shlex.split(start)
    except ValueError as exc:
        raise UsageError(f"{start!r} cannot be read: {exc}") from exc
    if not words:
        raise UsageError("a start is a command in quotes, or the id of a launch of the project")
    return words


def _absolute(python: str | None) -> str | None:
    """A path holds from wherever it is looked at; a name on PATH stays one."""
    return str(Path(python).absolute()) if python is not None and os.path.exists(python) else python


def _chosen(report: Report, words: list[str], wanted: Wanted) -> Judgement:
    if len(words) > 1:
        return report.judgements[0]
    for judgement in report.judgements:
        origin = judgement.launch.origin
        if words[0] in (judgement.launch.id, f"{origin.path}:{origin.line}"):  # as reports show it
            return judgement
    raise unknown(wanted.start, wanted.directory, [one.launch for one in report.judgements])


def unknown(start: str, directory: Path, launches: Iterable[Launch]) -> UsageError:
    """What is said of a start that is no launch of the project."""
    known = ", ".join(one.id for one in launches) or "none"
    return UsageError(
        f"{start!r} is neither a launch of {directory} (there: {known}) nor a command in quotes."
    )


def checked_out(root: Path, ref: str, into: Path) -> Path:
    """The files of a commit in a new folder.

    :raises UsageError: there is no such commit
    """
    with scratch_folder.folder("archive") as folder:
        tar = folder / "tar"
        words = ["git", "-C", str(root), "archive", "--format=tar", f"--output={tar}", ref]
        try:
            done = run_to_its_end(words, str(root), os.environ, GIT_SECONDS)
        except OSError as exc:
            raise UsageError(f"--before-ref {ref}: git cannot be asked: {exc}") from exc
        if done.code != 0:
            said = done.output.strip().splitlines()
            raise UsageError(f"--before-ref {ref}: {said[-1] if said else 'git archive failed'}")
        with tarfile.open(tar) as archive:
            if hasattr(tarfile, "data_filter"):
                archive.extractall(into, filter="data")
            else:
                archive.extractall(into)
    return into
