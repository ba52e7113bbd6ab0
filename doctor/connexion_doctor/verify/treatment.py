"""The recommended fixes of a launch, made in scratch and looked at again, until it serves or none is left."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from connexion_doctor.commands.show import SET
from connexion_doctor.fixes.applying import apply
from connexion_doctor.fixes.plan import Taken
from connexion_doctor.model import Command, Finding, Judgement, Launch, Report, Severity, Verdict
from connexion_doctor.verify.scratch import copy_project, install
from connexion_doctor.verify.starting import layered

MOST_ROUNDS = 5


@dataclass(frozen=True)
class Again:
    """A second checkup: of a command, or (without words) of the launches in the files of a folder."""

    directory: Path
    words: Sequence[str]
    variables: Mapping[str, str]  # over the environment
    python: str
    read: bool = False  # from the files alone, nothing runs
    assume: tuple[str, ...] = ()  # requirements that are taken for installed


Diagnose = Callable[[Again], Report]


@dataclass(frozen=True)
class Treated:
    """A launch after its fixes: the last judgement on it, the layer of packages it needs, what was done,
    and the findings that no machine may cure."""

    judgement: Judgement
    taken: tuple[Taken, ...]
    layer: Path | None
    left: tuple[Finding, ...] = ()


def treat(
    report: Report, judgement: Judgement, folder: Path, diagnose: Diagnose, *, install_packages: bool = True
) -> Treated:
    """Apply the recommended fixes of a launch's errors in a copy of the project.

    Fixes that change the same place take several rounds: each looks at what the last one made.

    :param folder: an empty folder for the copy and the packages
    :param install_packages: install what fixes need; else it is taken for there, and what comes of it is read
    :raises NotCopied: the project cannot be copied
    :raises NotInstalled: a package that a fix needs cannot be had
    """
    layer: Path | None = None
    root: Path | None = None  # of the copy
    original = at = Path(report.root)  # what launches' directories and locations lie in
    python = python_of(report, judgement)
    taken: list[Taken] = []
    assumed: list[str] = []
    for _ in range(MOST_ROUNDS):
        if judgement.verdict is Verdict.SERVES:
            break
        wanted = _errors(report, judgement, own=not install_packages)
        if root is None:
            original, root = (
                Path(report.root),
                copy_project(Path(report.root), folder / "project", link_large=not install_packages),
            )
            at = root
        done = apply(at, wanted, [judgement], report.sources, unsafe=True)
        if not done.plan.taken:
            break
        taken += done.plan.taken
        assumed += [one for one in done.plan.install if one not in assumed]
        packages = report.environment.packages if report.environment is not None else {}
        if done.plan.install and install_packages:
            layer = folder / "packages"
            install(done.plan.install, python, packages, layer)
        words = [word.text.replace(f"{original}/", f"{root}/") for word in judgement.launch.command.words]
        if done.plan.starts:
            words = words_after(judgement.launch.command, done.plan.starts[0].command)
        in_file = any(word.location is not None for word in judgement.launch.command.words)
        if in_file and done.plan.starts:
            in_file = False  # the new command stands in no file: it is judged as it stands
        variables = {**judgement.launch.environ, **(layered({}, layer) if layer is not None else {})}
        inside = _moved(Path(judgement.launch.directory), original, root)
        again = Again(root if in_file else inside, () if in_file else words, variables, python)
        if install_packages:
            report = diagnose(again)
        else:
            report = diagnose(replace(again, read=True, assume=tuple(assumed)))
            if _same(report, judgement.launch).verdict is not Verdict.SERVES and not assumed:
                report = diagnose(again)
        judgement = _same(report, judgement.launch)
        original = at = Path(report.root)
    left = _errors(report, judgement, own=not install_packages)
    return Treated(judgement, tuple(taken), layer, tuple(left))


def python_of(report: Report, judgement: Judgement) -> str:
    """The interpreter of a launch: its own, where the configuration names one."""
    own = judgement.launch.options.get("python")
    return own or (report.environment.executable if report.environment is not None else sys.executable)


def _moved(directory: Path, original: Path, copy: Path) -> Path:
    """A folder of the project in the copy; one of the copy stays, as does one outside of both."""
    if directory.is_relative_to(copy) or not directory.is_relative_to(original):
        return directory
    return copy / directory.relative_to(original)


def _errors(report: Report, judgement: Judgement, *, own: bool) -> list[Finding]:
    """The errors of a launch; those of the project too, unless only its own are wanted."""
    about = (judgement.launch.id,) if own else (judgement.launch.id, None)
    return [one for one in report.findings if one.severity is Severity.ERROR and one.launch in about]


def _same(report: Report, launch: Launch) -> Judgement:
    """The judgement on a launch in a report on the changed project."""
    if len(report.judgements) == 1:
        return report.judgements[0]
    origin = launch.origin
    for judgement in report.judgements:
        other = judgement.launch.origin
        if (other.kind, other.path, other.service) == (origin.kind, origin.path, origin.service):
            return judgement
    return next(one for one in report.judgements if one.launch.id == launch.id)


def words_after(command: Command, shown: str) -> list[str]:
    """The words of a command as a fix shows it, with the values of variables that showing hides."""
    hidden = {
        f"{match[0]}${match['name']}": word.text
        for word in command.words
        if (match := SET.match(word.text)) is not None
    }
    return [hidden.get(word, word) for word in shlex.split(shown)]
