"""The recommended fixes of a launch, made in scratch and looked at again, until it serves or none is left."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from pathlib import Path

from connexion_doctor.commands.show import SET
from connexion_doctor.fixes.applying import NotApplied, apply
from connexion_doctor.fixes.plan import Taken
from connexion_doctor.foundation.late import dataclass
from connexion_doctor.model import Command, Finding, Judgement, Launch, Report, Severity, Verdict
from connexion_doctor.verify.scratch import copy_project, install
from connexion_doctor.verify.starting import layered

MOST_ROUNDS = 5


@dataclass(frozen=True)
class Again:
    """A second checkup: of a command, or (without words) of a launch in the files of a folder."""

    directory: Path
    words: Sequence[str]
    variables: Mapping[str, str]  # over the environment
    python: str | None
    read: bool = False  # from the files alone, nothing runs
    nowhere: bool = False  # by what the files ask for, whatever is installed
    assume: tuple[str, ...] = ()  # requirements that are taken for installed
    launch: Launch | None = None  # of a folder's, the one that is judged; else all are
    over: Mapping[str, bytes] = field(default_factory=dict)  # an overlay: real path -> content
    seconds: float | None = None  # for which an app may load, where there are not as many as asked for


Diagnose = Callable[[Again], Report]


@dataclass(frozen=True)
class Treated:
    """A launch after its fixes: the last judgement on it, the layer of packages it needs, what was done,
    and the findings that no machine may cure."""

    judgement: Judgement
    taken: tuple[Taken, ...]
    layer: Path | None
    left: tuple[Finding, ...] = ()


class NotThere(NotApplied):
    """A launch is none of the project's any more, as its files are now; the message says which."""


def treat(report: Report, judgement: Judgement, folder: Path, diagnose: Diagnose) -> Treated:
    """Apply the recommended fixes of a launch's errors in a copy of the project.

    Fixes that change the same place take several rounds: each looks at what the last one made.

    :param folder: an empty folder for the copy and the packages
    :raises NotCopied: the project cannot be copied
    :raises NotInstalled: a package that a fix needs cannot be had
    :raises NotApplied: a file cannot be written, or the launch is none of the project's any more
    """
    layer: Path | None = None
    root: Path | None = None  # of the copy
    original = at = Path(report.root)  # what launches' directories and locations lie in
    python = python_of(report, judgement)
    taken: list[Taken] = []
    seen: set[tuple[str, ...]] = set()  # commands of rounds that changed nothing else
    for _ in range(MOST_ROUNDS):
        if judgement.verdict is Verdict.SERVES:
            break
        wanted = errors(report, (judgement.launch.id, None))
        if root is None:
            original, root = Path(report.root), copy_project(Path(report.root), folder / "project")
            at = root
        done = apply(at, wanted, [judgement], report.sources, unsafe=True)
        if not done.plan.taken:
            break
        taken += done.plan.taken
        packages = report.environment.packages if report.environment is not None else {}
        if done.plan.install:
            layer = folder / "packages"
            install(done.plan.install, python, packages, layer)
        words = [word.text.replace(f"{original}/", f"{root}/") for word in judgement.launch.command.words]
        if done.plan.starts:
            words = words_after(judgement.launch.command, done.plan.starts[0].command)
        in_file = any(word.location is not None for word in judgement.launch.command.words)
        if in_file and done.plan.starts:
            in_file = False  # the new command stands in no file: it is judged as it stands
        variables = {**judgement.launch.environ, **(layered({}, layer) if layer is not None else {})}
        if not any(one.fix.edits or one.fix.install for one in done.plan.taken):
            if tuple(words) in seen:
                break  # one fix undoes what another one did
            seen.add(tuple(words))
        inside = moved(Path(judgement.launch.directory), original, root)
        report = diagnose(Again(root if in_file else inside, () if in_file else words, variables, python))
        judgement = judgement_on(judgement.launch, report)
        original = at = Path(report.root)
    left = errors(report, (judgement.launch.id, None))
    return Treated(judgement, tuple(taken), layer, tuple(left))


def python_of(report: Report, judgement: Judgement) -> str:
    """The interpreter of a launch: its own, where the configuration names one."""
    return known_python(report, judgement) or sys.executable


def known_python(report: Report, judgement: Judgement) -> str | None:
    """The same; None where the launch was read, and no environment is the app's."""
    own = judgement.launch.options.get("python")
    return own or (report.environment.executable if report.environment is not None else None)


def moved(directory: Path, original: Path, copy: Path) -> Path:
    """A folder of the project in the copy; one of the copy stays, as does one outside of both."""
    if directory.is_relative_to(copy) or not directory.is_relative_to(original):
        return directory
    return copy / directory.relative_to(original)


def errors(report: Report, about: Sequence[str | None]) -> list[Finding]:
    """The errors of launches, by their ids; None stands for those of the project."""
    return [one for one in report.findings if one.severity is Severity.ERROR and one.launch in about]


def judgement_on(launch: Launch, report: Report) -> Judgement:
    """The judgement on a launch in a report on the changed project.

    :raises NotThere: it is none of the project's any more
    """
    wanted = found_again(launch, [one.launch for one in report.judgements])
    return next(one for one in report.judgements if one.launch is wanted)


def found_again(launch: Launch, launches: Sequence[Launch]) -> Launch:
    """A launch among those of the changed project.

    :raises NotThere: it is not among them
    """
    if len(launches) == 1:
        return launches[0]
    alike = [one for one in launches if _name(one) == _name(launch)]
    by_id = [one for one in alike or launches if one.id == launch.id]
    if not (by_id or alike):
        raise NotThere(f"{launch.id} is no start of the project any more")
    return (by_id or alike)[0]


def _name(launch: Launch) -> tuple[str, str | None, str | None]:
    return launch.origin.kind, launch.origin.path, launch.origin.service


def words_after(command: Command, shown: str) -> list[str]:
    """The words of a command as a fix shows it, with the values of variables that showing hides."""
    hidden = {
        f"{match[0]}${match['name']}": word.text
        for word in command.words
        if (match := SET.match(word.text)) is not None
    }
    return [hidden.get(word, word) for word in shlex.split(shown)]
